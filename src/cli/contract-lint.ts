/** `gate10 contract lint`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import {
  type BaselineJudgement,
  judgeByBaseline,
  type LintBaseline,
  lintBaselineSchema,
  readBaseline,
} from '../contract/lint/baseline.ts';
import type { LintFinding, LintSeverity } from '../contract/lint/finding.ts';
import { ownRuleset, type RulesetFile, readRuleset } from '../contract/lint/ruleset.ts';
import { toSarif } from '../contract/lint/sarif.ts';
import { EXIT, InputError } from '../errors.ts';
import { type CliContext, contractsDir } from './context.ts';
import { type ContractFile, findContractFiles, shown, toTimeLimit, withPrefix } from './contract-files.ts';
import { runLimited } from './run-limited.ts';
import { writeNamed } from './write-named.ts';

interface LintOptions {
  readonly ruleset?: string;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly owner?: string;
  readonly failOn: string;
  readonly timeLimit: string;
  readonly sarif?: string;
  readonly json?: true;
}

const SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'information', 'hint'];

export async function lintContracts(
  named: readonly string[],
  options: LintOptions,
  context: CliContext,
): Promise<void> {
  const failOn = SEVERITIES.indexOf(options.failOn as LintSeverity);
  if (failOn < 0) throw wrongOption('--fail-on', options.failOn, SEVERITIES.join(', '));
  const timeLimitMs = toTimeLimit(options.timeLimit);
  const rules = findRuleset(options.ruleset, context);
  const files = findContractFiles(named, context);
  const gaveUp: string[] = [];
  const findings: LintFinding[] = [];
  for (const file of files) {
    const result = await lintOne(file, rules, timeLimitMs);
    if (typeof result === 'string') gaveUp.push(`${shown(file.prefix, file.file)}: not judged, ${result}`);
    else findings.push(...result);
  }
  const place = baselinePlace(options, context);
  if (options.writeBaseline !== undefined) return writeBaseline(findings, place.file, options, context);
  const today = context.now().toISOString().slice(0, 10);
  const judged = judgeByBaseline(findings, place.exists ? readBaseline(place.file, place.shownAs) : undefined, today);
  const prefix = files[0]?.prefix ?? '';
  if (options.sarif !== undefined) {
    const sarif = JSON.stringify(toSarif(judged.open, judged.covered, prefix), null, 2);
    writeNamed(path.resolve(context.cwd, options.sarif), `${sarif}\n`, '--sarif', options.sarif);
  }
  if (options.json) context.stdout(`${JSON.stringify({ ...judged, gaveUp })}\n`);
  else print(judged, gaveUp, files, prefix, context);
  const blocks = judged.open.some(({ severity }) => SEVERITIES.indexOf(severity) <= failOn);
  context.setExitCode(blocks ? EXIT.failed : gaveUp.length > 0 ? EXIT.inconclusive : EXIT.proven);
}

/** What it found, or why it gave up. */
async function lintOne(
  { file, root, prefix }: ContractFile,
  rules: FoundRuleset,
  timeLimitMs: number,
): Promise<readonly LintFinding[] | string> {
  const rootForOverrides = path.relative(rules.folder, root).split(path.sep).join('/');
  const order = { file, root, ruleset: rules.ruleset, rootForOverrides };
  const answer = await runLimited({ task: 'lint', order }, timeLimitMs);
  if (answer.kind === 'refused') throw new InputError(withPrefix(answer.problems, prefix));
  if (answer.kind === 'gave-up') return answer.why;
  if (answer.kind === 'findings') return answer.findings;
  throw new Error('the thread that lints answered something else');
}

interface FoundRuleset {
  readonly ruleset: RulesetFile;
  readonly folder: string;
}

function findRuleset(named: string | undefined, { cwd }: CliContext): FoundRuleset {
  const candidates = named === undefined ? ['.spectral.yml', '.spectral.yaml'] : [named];
  const found = candidates.find((name) => named !== undefined || existsSync(path.join(cwd, name)));
  if (found === undefined) return { ruleset: ownRuleset(), folder: cwd };
  const file = path.resolve(cwd, found);
  return { ruleset: readRuleset(file, found), folder: path.dirname(file) };
}

function baselinePlace(
  { baseline }: LintOptions,
  context: CliContext,
): { file: string; shownAs: string; exists: boolean } {
  if (baseline !== undefined) return { file: path.resolve(context.cwd, baseline), shownAs: baseline, exists: true };
  const file = path.join(contractsDir(context), 'lint-baseline.yaml');
  return { file, shownAs: path.relative(context.cwd, file), exists: existsSync(file) };
}

function writeBaseline(
  findings: readonly LintFinding[],
  file: string,
  options: LintOptions,
  context: CliContext,
): void {
  const { owner, writeBaseline: expires } = options;
  if (owner === undefined) throw wrongOption('--owner', '', 'who mends what is written into the baseline');
  const listed = findings.map(({ rule, file: of, pointer }) => ({ rule, file: of, path: pointer, owner, expires }));
  const unique = new Map(listed.map((one) => [JSON.stringify(one), one]));
  const baseline = { schema: 'gate10/lint-baseline/v1', findings: [...unique.values()] } as LintBaseline;
  if (!lintBaselineSchema.safeParse(baseline).success)
    throw wrongOption('--write-baseline', expires ?? '', 'a day: 2027-01-31');
  writeNamed(file, stringify(baseline), '--baseline', path.relative(context.cwd, file));
  context.stdout(`Wrote ${baseline.findings.length} findings to ${path.relative(context.cwd, file)}.\n`);
  context.setExitCode(EXIT.proven);
}

function print(
  { open, covered, expired, gone }: BaselineJudgement,
  gaveUp: readonly string[],
  files: readonly ContractFile[],
  prefix: string,
  context: CliContext,
): void {
  for (const { file, line, column, severity, rule, message, pointer } of open) {
    context.stdout(`${shown(prefix, file)}:${line}:${column} ${severity} ${rule}: ${message} (${pointer || '/'})\n`);
  }
  for (const { rule, path: at, expires, owner } of expired) {
    context.stdout(`The baseline covered ${rule} at ${at} until ${expires}; ${owner} has to mend it.\n`);
  }
  for (const { rule, path: at } of gone) {
    context.stdout(`The baseline lists ${rule} at ${at}, which is mended: remove the entry.\n`);
  }
  for (const line of gaveUp) context.stdout(`${line}\n`);
  const named = files.map(({ prefix: of, file }) => shown(of, file)).join(', ');
  const known = covered.length > 0 ? `, ${covered.length} known in the baseline` : '';
  context.stdout(`${named}: ${open.length} findings${known}.\n`);
}

function wrongOption(option: string, value: string, expected: string): InputError {
  const what = value === '' ? `${option} is missing` : `${option} "${value}" is not understood`;
  return new InputError([{ code: 'wrong-option', what, expected }]);
}
