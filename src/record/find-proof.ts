/** Is there a proof that this commit works in this environment? Asked by `gate10 verify`, in a process of its own. */
import path from 'node:path';
import type { InconclusiveReason } from '../contract/verdict-words.ts';
import { InputError, OwnFaultError } from '../errors.ts';
import { type HistoryProblem, type Ledger, type LedgerRow, RUN_EVENTS, type SealedEvent } from '../ledger/schema.ts';
import type { IntegrityFinding, RunRecord } from '../run/schema.ts';
import type { VerdictRecord } from '../verdict/schema.ts';
import { findUnsealed } from './close-interrupted.ts';
import { toProductionRuns } from './production-runs.ts';
import { readSealedRecord } from './read-sealed-record.ts';
import { runFiles } from './run-files.ts';
import { isProven } from './to-scorecard.ts';

/** How much a run speaks about: a contract that declares nearly everything absent proves nearly nothing. */
export interface Reach {
  readonly layers: {
    readonly proven: number;
    readonly of: number;
    readonly absent: readonly { readonly layer: string; readonly why: string }[];
  };
  readonly identityStrength: VerdictRecord['identityStrength'];
}

export type Proof =
  | ({ readonly outcome: 'proven'; readonly run: SealedEvent; readonly message: string } & Reach)
  | ({ readonly outcome: 'failed'; readonly run: SealedEvent; readonly message: string } & Reach)
  | {
      readonly outcome: 'inconclusive';
      readonly reason: InconclusiveReason | 'interrupted' | 'refused' | 'superseded';
      readonly run?: SealedEvent;
      readonly message: string;
    }
  | { readonly outcome: 'tampered'; readonly problems: readonly HistoryProblem[]; readonly message: string }
  | { readonly outcome: 'own-fault'; readonly message: string };

export interface ProofQuery {
  readonly stateDir: string;
  readonly ledger: Ledger;
  /** the commit to be proven, or the beginning of its id (7 digits or more); none = whatever was deployed last */
  readonly commit?: string;
  /** the version to be proven, exactly; for systems that say their version only */
  readonly version?: string;
  readonly environment: string;
  readonly now: Date;
  /** a proof that ended longer ago than this is stale, milliseconds */
  readonly maxAgeMs: number;
  /** `src/verdict/judge.ts`: the record has to give the sealed verdict again */
  readonly judge: (record: RunRecord) => VerdictRecord;
  /** The history is on a server: a run's record may lie on another machine. */
  readonly isShared?: boolean;
}

/**
 * The newest production run in the environment decides, unless it was partial on purpose and found nothing broken.
 * Everything is checked again: the chain, the checkpoints, the record's digest, the judgement, the age.
 * Never throws for what it finds; an InputError (a newer gate10's history) goes through.
 */
export async function findProof(query: ProofQuery): Promise<Proof> {
  try {
    const problems = await query.ledger.verify();
    if (problems.length > 0) return tampered('the history was tampered with', problems);
    return decide(query, await query.ledger.rows({ environment: query.environment, type: RUN_EVENTS }));
  } catch (error) {
    if (error instanceof InputError) throw error;
    return { outcome: 'own-fault', message: error instanceof Error ? error.message : String(error) };
  }
}

function decide(query: ProofQuery, rows: readonly LedgerRow[]): Proof {
  const run = newestThatCounts(query, rows);
  const unsealed = findUnsealed(rows).findLast(
    ({ seq, intent }) => intent.kind === 'production' && seq > intentSeq(rows, run),
  );
  if (unsealed) {
    const { runId, startedAt } = unsealed.intent;
    const message = `run ${runId} was begun ${startedAt} and never sealed: it was interrupted, is still running, or its shards were not merged`;
    return { outcome: 'inconclusive', reason: 'interrupted', message };
  }
  const refused = refusedSince(rows, run);
  if (refused) return refused;
  if (!run) return notRun(`no complete run is recorded for ${query.environment}`);
  if (!isAsked(run, query)) return otherBuild(rows, run, query);
  return ofAge(query, run) ?? ofRecord(query, run);
}

/**
 * An attempt whose input was wrong says nothing about production, neither good nor bad. What was proven before it is not
 * shown as the answer to it: somebody asked anew, and did not get one.
 */
function refusedSince(rows: readonly LedgerRow[], run: SealedEvent | undefined): Proof | undefined {
  const sealedSeq = rows.findLast(({ event }) => event.type === 'run.sealed' && event.runId === run?.runId)?.seq ?? 0;
  const last = rows.findLast(({ seq, event }) => event.type === 'run.refused' && seq > sealedSeq)?.event;
  if (last?.type !== 'run.refused') return undefined;
  const [first, ...more] = last.because;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const before = run === undefined ? '' : `; before it, run ${run.runId} of ${run.endedAt} was ${run.verdict}`;
  const message = `run ${last.runId} of ${last.refusedAt} could not begin, because its input is wrong: ${first}${rest}${before}`;
  return { outcome: 'inconclusive', reason: 'refused', message };
}

/** Newest first: by their end, of two that ended together by their place in the history. */
function newestFirst(rows: readonly LedgerRow[]): SealedEvent[] {
  return toProductionRuns(rows).reverse();
}

/** What makes a run look at less than the whole on purpose: it says nothing about the rest, neither good nor bad. */
const PARTIAL_BY_CHOICE: readonly IntegrityFinding['code'][] = [
  'filtered',
  'unmerged-shard',
  'only',
  'no-tests',
  'config',
];

/**
 * The newest run that says something about the whole. One that was meant to be whole and came out incomplete (a crash,
 * a skip, blind controls) does: it is not passed over in favour of an older, better one.
 */
function newestThatCounts({ stateDir }: ProofQuery, rows: readonly LedgerRow[]): SealedEvent | undefined {
  return newestFirst(rows).find((run) => {
    if (run.complete || run.verdict === 'failed') return true;
    const read = readSealedRecord(stateDir, run);
    return 'problem' in read || !read.record.integrity.some(({ code }) => PARTIAL_BY_CHOICE.includes(code));
  });
}

function intentSeq(rows: readonly LedgerRow[], run: SealedEvent | undefined): number {
  return rows.findLast(({ event }) => event.type === 'run.intended' && event.runId === run?.runId)?.seq ?? 0;
}

function isCommit(run: SealedEvent, commit: string): boolean {
  const proven = run.expected.commit ?? '';
  return commit.length >= 7 && proven.length >= 7 && (proven.startsWith(commit) || commit.startsWith(proven));
}

type Asked = Pick<ProofQuery, 'commit' | 'version'>;

function isAsked(run: SealedEvent, { commit, version }: Asked): boolean {
  return (commit === undefined || isCommit(run, commit)) && (version === undefined || run.expected.version === version);
}

function otherBuild(rows: readonly LedgerRow[], newest: SealedEvent, asked: Asked): Proof {
  const { commit, version } = asked;
  const name = [commit && `commit ${commit}`, version && `version ${version}`].filter(Boolean).join(' and ');
  const earlier = newestFirst(rows).find((run) => isAsked(run, asked) && (run.complete || run.verdict === 'failed'));
  if (!earlier) return notRun(`no complete run is recorded for ${name} in ${newest.environment}`);
  const message = `run ${earlier.runId} looked at ${name}, but run ${newest.runId} found ${newest.expected.commit ?? newest.expected.version ?? 'another build'} expected there since`;
  return { outcome: 'inconclusive', reason: 'superseded', run: earlier, message };
}

function ofAge({ now, maxAgeMs }: ProofQuery, run: SealedEvent): Proof | undefined {
  const ageMs = now.getTime() - Date.parse(run.endedAt);
  // A proof from the future means that a clock is wrong: its age cannot be known.
  if (ageMs >= 0 && ageMs <= maxAgeMs) return undefined;
  const limit = `at most ${Math.round(maxAgeMs / 1000)} s old`;
  const message = `run ${run.runId} ended ${run.endedAt}, ${Math.round(ageMs / 1000)} s ago (expected ${limit})`;
  return { outcome: 'inconclusive', reason: 'stale', run, message };
}

/** The sealed record itself: untouched, about this run, and judged again the same. */
function ofRecord({ stateDir, judge, isShared = false }: ProofQuery, run: SealedEvent): Proof {
  const read = readSealedRecord(stateDir, run);
  if ('isGone' in read && isShared) return elsewhere(run);
  if ('problem' in read) return tampered(read.problem);
  const again = judge(read.record);
  if (again.verdict !== run.verdict || again.exitCode !== run.exitCode || again.complete !== run.complete) {
    return tampered(
      `the record of run ${run.runId} is judged ${again.verdict} (exit ${again.exitCode}), its seal says ${run.verdict} (exit ${run.exitCode})`,
    );
  }
  return toProof(run, again);
}

/** Nothing was tampered with: whoever asks has the history, and not what it speaks about. */
function elsewhere(run: SealedEvent): Proof {
  const folder = path.dirname(runFiles(run.runId).record);
  const message = `run ${run.runId} of ${run.endedAt} is sealed as ${run.verdict}, but its record is not on this machine: ask where it ran, or bring its folder ${folder} into this state folder`;
  return { outcome: 'inconclusive', reason: 'not-run', run, message };
}

function toProof(run: SealedEvent, verdict: VerdictRecord): Proof {
  const because = verdict.because[0] ?? `no reason is recorded`;
  const said = `run ${run.runId} of ${run.endedAt}: ${verdict.verdict}: ${because}`;
  switch (verdict.verdict) {
    case 'passed':
    case 'warned':
      return isProven(verdict)
        ? { outcome: 'proven', run, message: said, ...reachOf(verdict) }
        : { outcome: 'inconclusive', reason: 'not-run', run, message: `${said} (but not every layer is proven)` };
    case 'failed':
      return { outcome: 'failed', run, message: said, ...reachOf(verdict) };
    case 'inconclusive':
      return { outcome: 'inconclusive', reason: verdict.reason ?? 'not-run', run, message: said };
    default:
      throw new OwnFaultError(`Failed to read a verdict: ${JSON.stringify(verdict.verdict satisfies never)}.`);
  }
}

function reachOf({ coverage, layers, identityStrength }: VerdictRecord): Reach {
  const absent = layers.flatMap(({ layer, status, why }) => (status === 'absent' ? [{ layer, why: why ?? '' }] : []));
  return { layers: { proven: coverage.proven, of: coverage.of, absent }, identityStrength };
}

function notRun(message: string): Proof {
  return { outcome: 'inconclusive', reason: 'not-run', message };
}

function tampered(message: string, problems: readonly HistoryProblem[] = []): Proof {
  const found = problems.map((problem) => `${problem.class}: ${problem.message}`);
  return { outcome: 'tampered', problems, message: [message, ...found].join('; ') };
}
