/** `system.yaml` as a parsed document, with the environment that is asked for in it. Light: no schema is loaded. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import type { Env } from './interpolate.ts';
import type { LoadOptions } from './load-system.ts';
import { type DataPath, parseYaml, type YamlDocument } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

/**
 * Throws InputError where the contract cannot be read or does not declare the environment, then with everything else that
 * is wrong with it; looks at nothing else where it does.
 */
export function requireEnvironment(contractsDir: string, environment: string, env: Env): void {
  const missing = missingEnvironment(readContract(contractsDir).document, environment);
  if (missing !== undefined) throw new InputError(otherProblems({ contractsDir, environment, env }) ?? [missing]);
}

/** What checks a whole contract takes long to load, and configurations are read often: it is loaded for a wrong one only. */
function otherProblems(options: LoadOptions): readonly Problem[] | undefined {
  try {
    const { loadSystem } = createRequire(import.meta.url)('./load-system.ts') as typeof import('./load-system.ts');
    loadSystem(options);
    return undefined;
  } catch (error) {
    // not by its class: a loader that translates modules has classes of its own
    return (error as Partial<InputError>).problems;
  }
}

/** The bytes and the parsed text of `system.yaml`. Throws InputError. */
export function readContract(contractsDir: string): { bytes: Uint8Array; document: YamlDocument } {
  const shownAs = path.posix.join(path.basename(contractsDir), 'system.yaml');
  const source = readSource(path.join(contractsDir, 'system.yaml'), shownAs);
  if (!source.ok) throw new InputError(source.problems.map((problem) => withFolderHint(problem, shownAs)));
  const parsed = parseYaml(source.text, shownAs, { verbatim: isBuildName });
  if (!parsed.ok) throw new InputError(parsed.problems);
  return { bytes: source.bytes, document: parsed.document };
}

/** What the contract calls its system, as far as it can be read; never throws. */
export function systemName(contractsDir: string): string | undefined {
  try {
    const { system } = readContract(contractsDir).document.value as { system?: unknown };
    return typeof system === 'string' ? system : undefined;
  } catch {
    return undefined;
  }
}

/** `undefined` where the environment is declared. */
export function missingEnvironment(document: YamlDocument, environment: string): Problem | undefined {
  const names = environmentNames(document.value);
  return names.includes(environment) ? undefined : unknownEnvironment(environment, names, document);
}

/** Most often the folder is meant to be elsewhere. */
function withFolderHint(problem: Problem, shownAs: string): Problem {
  if (problem.code !== 'missing-file') return problem;
  return { ...problem, fix: `Create ${shownAs}, or point GATE10_CONTRACTS at the folder that holds system.yaml.` };
}

const BUILD_NAMES: ReadonlySet<unknown> = new Set(['commit', 'previous', 'version']);

/** `environments.*.expect.commit` and its like: commit ids are text, whatever YAML thinks of 1e57859 and 0123456. */
function isBuildName(at: DataPath): boolean {
  return at.length === 4 && at[0] === 'environments' && at[2] === 'expect' && BUILD_NAMES.has(at[3]);
}

function environmentNames(value: unknown): readonly string[] {
  const environments = (value as { environments?: unknown } | null)?.environments;
  return environments !== null && typeof environments === 'object' ? Object.keys(environments) : [];
}

function unknownEnvironment(name: string, names: readonly string[], document: YamlDocument): Problem {
  const { line, column } = document.place(['environments']);
  return {
    code: 'unknown-environment',
    file: document.file,
    line,
    column,
    path: 'environments',
    what: `the environment "${name}" is not declared`,
    expected:
      names.length > 0 ? `one of ${names.join(', ')}` : 'a mapping "environments" with at least one environment',
    fix:
      names.length > 0 ? 'Set GATE10_TARGET to one of them.' : 'Declare an environment with the URLs of its services.',
  };
}
