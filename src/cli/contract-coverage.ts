/** `gate10 contract coverage`. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { sha256Hex } from '../contract/canonical.ts';
import { loadPolicy } from '../contract/load-policy.ts';
import { type ObservedExchange, readObserved } from '../contract/observed.ts';
import { loadOpenApi } from '../contract/openapi.ts';
import { MAX_OPENAPI_BYTES, readSource } from '../contract/yaml-source.ts';
import { EXIT, InputError } from '../errors.ts';
import { type Coverage, type Gap, measureCoverage, reaches, type Share } from '../run/traffic/coverage.ts';
import { type CliContext, contractsDir } from './context.ts';
import { findContractFiles, shown } from './contract-files.ts';

const MAX_OBSERVED_BYTES = 500_000_000;

interface CoverageOptions {
  readonly contract?: string;
  readonly json?: true;
}

export async function coverContract(
  places: readonly string[],
  options: CoverageOptions,
  context: CliContext,
): Promise<void> {
  const named = options.contract === undefined ? [] : [options.contract];
  const observed = readPlaces(places, context);
  const { apiCoverage } = loadPolicy(contractsDir(context));
  const files = findContractFiles(named, context);
  const measured: { name: string; coverage: Coverage }[] = [];
  for (const { file, root, prefix } of files) {
    const document = await loadOpenApi(file, root);
    const bytes = readSource(path.join(root, file), file, MAX_OPENAPI_BYTES);
    if (!bytes.ok) throw new InputError(bytes.problems);
    const coverage = measureCoverage(document, sha256Hex(bytes.bytes), observed, apiCoverage);
    measured.push({ name: shown(prefix, file), coverage });
  }
  if (options.json) context.stdout(`${JSON.stringify(measured)}\n`);
  else for (const { name, coverage } of measured) print(name, coverage, context);
  const verdicts = measured.map(({ coverage }) => coverage.verdict);
  const code = verdicts.includes('failed')
    ? EXIT.failed
    : verdicts.includes('inconclusive')
      ? EXIT.inconclusive
      : EXIT.proven;
  context.setExitCode(code);
}

/** Folders stand for their `.ndjson` files. */
function readPlaces(places: readonly string[], { cwd }: CliContext): ObservedExchange[] {
  const files = places.flatMap((place) => {
    const absolute = path.resolve(cwd, place);
    if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return [absolute];
    return readdirSync(absolute)
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => path.join(absolute, name));
  });
  if (files.length === 0) {
    const what = `${places.join(', ')}: no observed traffic (*.ndjson)`;
    throw new InputError([
      { code: 'nothing-observed', what, fix: 'Run the tests with GATE10_OBSERVED=<folder> first.' },
    ]);
  }
  return files.flatMap((file) => {
    const source = readSource(file, path.relative(cwd, file), MAX_OBSERVED_BYTES);
    if (!source.ok) throw new InputError(source.problems);
    return readObserved(source.text, path.relative(cwd, file));
  });
}

function print(name: string, coverage: Coverage, context: CliContext): void {
  const { verdict, operations, statuses, optionalFields, gaps, idleReasons, violations, exchanges, foreign } = coverage;
  for (const line of violations) context.stdout(`against the contract: ${line}\n`);
  for (const gap of gaps)
    context.stdout(`never seen: ${toWords(gap)}${gap.reason === undefined ? '' : ` (${gap.reason})`}\n`);
  for (const { operation, status, field } of idleReasons) {
    const what = [operation, status, field].filter((part) => part !== undefined).join(' ');
    context.stdout(`policy.yaml explains a gap that there is not: ${what}\n`);
  }
  if (foreign > 0)
    context.stdout(`${foreign} exchanges were held against another version of the contract: they cover nothing.\n`);
  const shares = [
    share('operations', operations),
    share('declared statuses', statuses),
    share('optional fields', optionalFields),
  ];
  context.stdout(
    `${verdict}: ${name}: ${shares.join(', ')}; ${exchanges} exchanges, ${violations.length} violations.\n`,
  );
}

function toWords({ what, operation, status, field }: Gap): string {
  if (what === 'operation') return `a success of ${operation} (insufficient)`;
  return what === 'status' ? `${operation} ${status}` : `${operation} ${status} ${field}`;
}

function share(what: string, one: Share): string {
  const percent = one.of === 0 ? 100 : Math.floor((1000 * one.covered) / one.of) / 10;
  const missed = reaches(one) ? '' : `, below ${one.threshold * 100} %`;
  return `${what} ${one.covered} of ${one.of} (${percent} %${missed})`;
}
