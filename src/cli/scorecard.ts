/** `gate10 scorecard`: is this release ready? The newest run, what lies beside it, and what became of the releases before. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { systemName } from '../contract/read-contract.ts';
import { EXIT, type ExitCode, InputError } from '../errors.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { Ledger } from '../ledger/schema.ts';
import { drawScorecard } from '../page/scorecard-screen.ts';
import { listExportScopes } from '../record/export-files.ts';
import { readArchive } from '../record/scorecard/archive.ts';
import { type FoundRun, findRun } from '../record/scorecard/find-run.ts';
import { newestRunId } from '../record/scorecard/newest-run.ts';
import { outcomeOf } from '../record/scorecard/overall.ts';
import { loadRules } from '../record/scorecard/scorecard-facts.ts';
import { writeFoundScorecard } from '../record/scorecard/write-run-scorecard.ts';
import { plainLine } from '../run/plain-text.ts';
import { judge } from '../verdict/judge.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { writeNamed } from './write-named.ts';

interface ScorecardOptions {
  readonly environment?: string;
  readonly last: string;
  readonly json?: true;
  readonly out?: string;
  /** `--no-record` makes it false. */
  readonly record: boolean;
}

/** Exit codes: 0 overall passed · 1 something required failed · 2 wrong input · 3 it cannot be judged · 70 own fault. */
export function registerScorecard(program: Command, context: CliContext): void {
  program
    .command('scorecard')
    .description('the readiness scorecard: the newest production run, what lies beside it, and the trend')
    .option(
      '--environment <name>',
      'the environment (default: READINESS_ENVIRONMENT, else GATE10_TARGET, else "embedded")',
    )
    .option('--last <releases>', 'how many archived runs the trend shows', '8')
    .option('--out <file>', 'write the scorecard to this file too')
    .option('--json', 'print the scorecard as JSON')
    .option('--no-record', 'judge it again, but write nothing into the state folder')
    .action((options: ScorecardOptions) => scorecard(options, context));
}

async function scorecard(options: ScorecardOptions, context: CliContext): Promise<void> {
  const { env } = context;
  const environment = options.environment ?? (env['READINESS_ENVIRONMENT'] || env['GATE10_TARGET'] || 'embedded');
  const last = parseCount(options.last);
  const out = parseOut(options.out, context);
  const folder = stateDir(context);
  const ledger = await openExisting(folder, context);
  if (ledger === undefined)
    return sayNothing(`no history in ${folder}: nothing was ever proven here`, options, context);
  try {
    const now = context.now();
    const rules = loadRules(contractsDir(context));
    const system = await ownSystem(ledger, environment, context);
    const isShared = ledgerPlace(context).store !== undefined;
    const query = {
      stateDir: folder,
      ledger,
      environment,
      system,
      now,
      maxAgeMs: rules.policy.maxAge,
      judge,
      isShared,
    };
    const found = await findRun(query);
    if (found.outcome === 'none') return sayNothing(found.why, options, context);
    const suffixes = await suffixesOf(ledger, found);
    const turn = { known: found.newestRunId, newest: () => newestRunId(ledger, found.seal) };
    const place = { stateDir: folder, now, rules, projectDir: context.cwd, suffixes, turn };
    const { scorecard: card, files } = await writeFoundScorecard(found, { ...place, isWritten: options.record });
    const text = `${JSON.stringify(card, null, 2)}\n`;
    if (out !== undefined) writeNamed(out, text, '--out', options.out ?? '');
    if (options.json) context.stdout(text);
    else {
      const trend = readArchive(folder, card, now, last);
      const shown = files.map((file) => path.relative(context.cwd, path.join(folder, file)));
      context.stdout(drawScorecard({ scorecard: card, trend, now, files: shown }, context));
    }
    context.setExitCode(CODES[outcomeOf(card)]);
  } finally {
    await ledger.close();
  }
}

const CODES: Readonly<Record<ReturnType<typeof outcomeOf>, ExitCode>> = {
  passed: EXIT.proven,
  failed: EXIT.failed,
  unjudged: EXIT.inconclusive,
};

/** Of a history with several systems, the one that the contract is about. */
async function ownSystem(ledger: Ledger, environment: string, context: CliContext): Promise<string | undefined> {
  const name = systemName(contractsDir(context));
  if (name === undefined) return undefined;
  const rows = await ledger.rows({ environment, type: 'run.sealed', kind: 'production' });
  return rows.some(({ event }) => event.system === name) ? name : undefined;
}

async function suffixesOf(
  ledger: Ledger,
  { seal }: Extract<FoundRun, { outcome: 'found' }>,
): Promise<readonly string[]> {
  const rows = await ledger.rows({ type: 'run.sealed', kind: 'production' });
  const scopes = listExportScopes(rows, seal);
  return scopes.find((each) => each.system === seal.system && each.environment === seal.environment)?.suffixes ?? [];
}

function sayNothing(why: string, { json }: ScorecardOptions, context: CliContext): void {
  const line = `inconclusive: ${plainLine(why, 2000)}`;
  if (json) context.stdout(`${JSON.stringify({ overall_passed: false, verdict: 'inconclusive', because: [why] })}\n`);
  else context.stdout(`${line}\n`);
  context.setExitCode(EXIT.inconclusive);
}

/** undefined where there never was a history; a lost one is an OwnFaultError. */
async function openExisting(folder: string, context: CliContext): Promise<Ledger | undefined> {
  try {
    return await openLedger({ stateDir: folder, now: context.now, create: false, ...ledgerPlace(context) });
  } catch (error) {
    if (error instanceof InputError && error.problems.every(({ code }) => code === 'no-history')) return undefined;
    throw error;
  }
}

/** Absolute; what cannot be written to is said before anything is. */
function parseOut(out: string | undefined, { cwd }: CliContext): string | undefined {
  if (out === undefined) return undefined;
  const file = path.resolve(cwd, out);
  const parent = statSync(path.dirname(file), { throwIfNoEntry: false });
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  if (parent?.isDirectory() === true && !isFolder) return file;
  const what = `--out ${plainLine(out)} cannot be written: ${isFolder ? 'it is a folder' : 'its folder is not there'}`;
  throw new InputError([{ code: 'cli-out', what, expected: 'a file in a folder that is there' }]);
}

function parseCount(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const what = `--last "${plainLine(text, 40)}" is not a number`;
  throw new InputError([{ code: 'cli-last', what, expected: '0 to 999' }]);
}
