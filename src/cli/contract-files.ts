/** Which OpenAPI documents a command means, and how they are shown. */
import path from 'node:path';
import { readContract } from '../contract/read-contract.ts';
import { InputError, type Problem } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';

export interface ContractFile {
  /** relative to `root`, with slashes */
  readonly file: string;
  /** absolute; nothing outside of it is read */
  readonly root: string;
  /** `root` as the user sees it: relative to where the command runs; '' = there */
  readonly prefix: string;
}

/** Those named, else those that services in system.yaml name. Throws InputError where there is none. */
export function findContractFiles(named: readonly string[], context: CliContext): ContractFile[] {
  const contracts = contractsDir(context);
  if (named.length > 0) return named.map((name) => toContractFile(path.resolve(context.cwd, name), contracts, context));
  const { services } = readContract(contracts).document.value as { services?: Record<string, { openapi?: unknown }> };
  const files = new Set(Object.values(services ?? {}).map((service) => service?.openapi));
  const found = [...files].filter((file) => typeof file === 'string' && !file.includes('${')) as string[];
  if (found.length === 0) {
    const what = 'no service of system.yaml names an OpenAPI document';
    throw new InputError([{ code: 'no-contract', what, fix: 'Name the file: gate10 contract lint openapi.yaml' }]);
  }
  return found.map((file) => toContractFile(path.resolve(contracts, file), contracts, context));
}

function toContractFile(absolute: string, contracts: string, context: CliContext): ContractFile {
  const inside = path.relative(contracts, absolute);
  const root = inside.startsWith('..') || path.isAbsolute(inside) ? path.dirname(absolute) : contracts;
  const slashes = (text: string): string => text.split(path.sep).join('/');
  return { file: slashes(path.relative(root, absolute)), root, prefix: slashes(path.relative(context.cwd, root)) };
}

export function shown(prefix: string, file: string): string {
  return prefix === '' ? file : `${prefix}/${file}`;
}

/** Problems name files relative to the root; a user looks for them from where the command runs. */
export function withPrefix(problems: readonly Problem[], prefix: string): Problem[] {
  return problems.map((problem) =>
    problem.file === undefined ? problem : { ...problem, file: shown(prefix, problem.file) },
  );
}

/** `--time-limit`, in milliseconds. Throws InputError. */
export function toTimeLimit(seconds: string): number {
  const limitMs = Number(seconds) * 1000;
  if (limitMs > 0 && limitMs < 2 ** 31) return limitMs;
  const what = `--time-limit "${seconds}" is not understood`;
  throw new InputError([{ code: 'wrong-option', what, expected: 'seconds, more than 0' }]);
}
