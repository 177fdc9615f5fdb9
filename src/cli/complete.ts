/** `gate10 complete` and `gate10 handoff`: the five levels of "complete", each with what it rests on. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { loadDefaults } from '../contract/defaults.ts';
import { loadGates } from '../contract/load-gates.ts';
import { systemName } from '../contract/read-contract.ts';
import { InputError } from '../errors.ts';
import { openExisting } from '../ledger/open-existing.ts';
import type { Ledger } from '../ledger/schema.ts';
import { createGit, type Git } from '../probe/code/git.ts';
import { runProcess } from '../probe/run-process.ts';
import type { SliResult } from '../probe/schema.ts';
import { findProof, type Proof } from '../record/find-proof.ts';
import { provenBefore } from '../record/proven-before.ts';
import { readSealedRecord } from '../record/read-sealed-record.ts';
import { runFiles } from '../record/run-files.ts';
import { type Scorecard, scorecardSchema } from '../record/scorecard/scorecard-schema.ts';
import { type CompleteFacts, completeness, judgeComplete, type Level } from '../release/pipeline/judge-complete.ts';
import type { ReleaseSummary } from '../release/pipeline/summarise-release.ts';
import { toHandoff } from '../release/pipeline/to-handoff.ts';
import { plainLine } from '../run/plain-text.ts';
import { VERDICT_EXIT_CODES } from '../verdict/exit-codes.ts';
import { judge } from '../verdict/judge.ts';
import { type CliContext, contractsDir, ledgerPlace, stateDir } from './context.ts';
import { summariseCommit } from './read-release-summary.ts';
import { parseMaxAge } from './verify.ts';

interface CompleteOptions {
  readonly environment?: string;
  readonly commit?: string;
  readonly json?: true;
}

const SIGNS = { passed: '✓', warned: '!', failed: '✗', inconclusive: '?' } as const;
const SCORECARD = 'readiness-scorecard.json';

/** Exit codes of both: 0 complete · 1 a level does not hold · 2 wrong input · 3 a level is not known · 70 own fault. */
export function registerComplete(program: Command, context: CliContext): void {
  const withOptions = (command: Command): Command =>
    command
      .option('--environment <name>', 'the environment (default: GATE10_TARGET, else "embedded")')
      .option('--commit <sha>', 'the commit (default: GATE10_EXPECT_SHA, else HEAD)');
  withOptions(
    program
      .command('complete')
      .description('code, deployment, production, metrics, documentation: complete when all hold'),
  )
    .option('--json', 'print the levels as JSON')
    .action((options: CompleteOptions) => complete(options, context));
  withOptions(
    program.command('handoff').description('the same as a message in Markdown, made of validated facts only'),
  ).action((options: CompleteOptions) => handoff(options, context));
}

interface Judged {
  readonly environment: string;
  readonly commit: string;
  readonly levels: readonly Level[];
  readonly files: readonly string[];
}

/** What `handoff` says besides the levels. */
interface About {
  readonly release: ReleaseSummary | undefined;
  readonly slis: readonly SliResult[] | undefined;
}

async function complete(options: CompleteOptions, context: CliContext): Promise<void> {
  const { judged } = await judgeAll(options, context);
  const verdict = completeness(judged.levels);
  if (options.json) context.stdout(`${JSON.stringify({ ...judged, verdict })}\n`);
  else {
    for (const { level, verdict: word, evidence } of judged.levels) {
      context.stdout(`${SIGNS[word]} ${level}\n`);
      for (const each of evidence) context.stdout(`    ${plainLine(each, 1000)}\n`);
    }
    const isComplete = verdict === 'passed' || verdict === 'warned';
    context.stdout(
      `${isComplete ? 'COMPLETE' : 'NOT COMPLETE'}: ${judged.commit.slice(0, 12)} in ${judged.environment}\n`,
    );
  }
  context.setExitCode(VERDICT_EXIT_CODES[verdict]);
}

async function handoff(options: CompleteOptions, context: CliContext): Promise<void> {
  const { judged, about } = await judgeAll(options, context, summariseCommit);
  const system = systemName(contractsDir(context)) ?? '';
  context.stdout(toHandoff({ ...judged, ...about, system, at: context.now().toISOString() }));
  context.setExitCode(VERDICT_EXIT_CODES[completeness(judged.levels)]);
}

/** `summarise`: what is asked of the history besides the levels. */
async function judgeAll(
  options: CompleteOptions,
  context: CliContext,
  summarise?: typeof summariseCommit,
): Promise<{ readonly judged: Judged; readonly about: About }> {
  const environment = options.environment ?? (context.env['GATE10_TARGET'] || 'embedded');
  const git = createGit(context.cwd, runProcess, { path: context.env['PATH'] });
  const resolved = await git.resolve(options.commit ?? (context.env['GATE10_EXPECT_SHA'] || 'HEAD'));
  if (!resolved.ok)
    throw new InputError([
      { code: 'cli-commit', what: resolved.problem.message, fix: 'Name a commit of this repository.' },
    ]);
  const commit = resolved.value;
  const { documentation: declared } = loadGates(contractsDir(context));
  const place = { stateDir: stateDir(context), now: context.now, ...ledgerPlace(context) };
  const ledger = await openExisting(place);
  try {
    const proof = await prove(ledger, { environment, commit }, context);
    const record = recordOf(proof, place.stateDir);
    const system = systemName(contractsDir(context)) ?? '';
    const changed = await changedSince(git, ledger, { system, environment, commit });
    const scorecard = ofRun(readScorecard(place.stateDir), proof);
    const facts: CompleteFacts = { commit, proof, record, scorecard, documentation: { declared, changed } };
    const release = ledger && (await summarise?.(ledger, { system, environment }, commit, context));
    const files = [...filesOf(facts, context), ...decisionFilesOf(release, context)];
    const judged = { environment, commit, levels: judgeComplete(facts), files };
    return { judged, about: { release, slis: record?.slis } };
  } finally {
    await ledger?.close();
  }
}

async function prove(
  ledger: Ledger | undefined,
  subject: { readonly environment: string; readonly commit: string },
  context: CliContext,
): Promise<Proof> {
  if (ledger === undefined)
    return { outcome: 'inconclusive', reason: 'not-run', message: 'no history: nothing was ever proven here' };
  return findProof({
    ...{ ledger, stateDir: stateDir(context), now: context.now(), judge },
    ...subject,
    maxAgeMs: parseMaxAge(loadDefaults().commands['verify.maxAge'] ?? ''),
    isShared: ledgerPlace(context).store !== undefined,
  });
}

function recordOf(proof: Proof, folder: string): CompleteFacts['record'] {
  if (proof.outcome !== 'proven' && proof.outcome !== 'failed') return undefined;
  const read = readSealedRecord(folder, proof.run);
  return 'record' in read ? read.record : undefined;
}

/** What the files of the project are now against what was proven before; undefined = nobody knows. */
async function changedSince(
  git: Git,
  ledger: Ledger | undefined,
  { system, environment, commit }: { readonly system: string; readonly environment: string; readonly commit: string },
): Promise<readonly string[] | undefined> {
  const rows = (await ledger?.rows({ environment, type: 'run.sealed', kind: 'production' })) ?? [];
  const before = provenBefore(rows, { system, environment }, commit);
  if (before === undefined) return undefined;
  const [prefix, changed] = [await git.prefix(), await git.changedFiles(before, commit)];
  if (!prefix.ok || !changed.ok) return undefined;
  return changed.value.flatMap((file) => (file.startsWith(prefix.value) ? [file.slice(prefix.value.length)] : []));
}

/** One that cannot be read says nothing. */
function readScorecard(folder: string): Scorecard | undefined {
  const file = path.join(folder, SCORECARD);
  if (!existsSync(file)) return undefined;
  try {
    const parsed = scorecardSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** It has to rest on the very record that proves the commit. */
function ofRun(scorecard: Scorecard | undefined, proof: Proof): Scorecard | undefined {
  if (proof.outcome !== 'proven' && proof.outcome !== 'failed') return undefined;
  return scorecard?.record_sha256 === proof.run.recordDigest ? scorecard : undefined;
}

function decisionFilesOf(release: ReleaseSummary | undefined, context: CliContext): string[] {
  if (release === undefined || release.gate === null || 'unknown' in release.kept) return [];
  const folder = path.relative(context.cwd, stateDir(context)).split(path.sep).join('/');
  return [`${folder}/decisions/${release.gate.id}/decision.json`];
}

function filesOf({ record, scorecard, commit }: CompleteFacts, context: CliContext): string[] {
  const folder = path.relative(context.cwd, stateDir(context)).split(path.sep).join('/');
  return [
    ...(record === undefined ? [] : [runFiles(record.runId).record, runFiles(record.runId).verdict]),
    ...(scorecard?.commit === commit ? [SCORECARD] : []),
  ].map((file) => `${folder}/${file}`);
}
