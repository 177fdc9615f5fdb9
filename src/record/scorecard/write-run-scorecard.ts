/** The scorecard of a run: of the one that was sealed just now, and of one that was found in the history. */
import path from 'node:path';
import { OwnFaultError } from '../../errors.ts';
import type { LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import { isSameScope, listExportScopes } from '../export-files.ts';
import { runFiles } from '../run-files.ts';
import { toScorecard } from '../to-scorecard.ts';
import type { WriteRecordsOptions } from '../write-records.ts';
import type { FoundRun } from './find-run.ts';
import { digestOf } from './judge-block.ts';
import { newestRunId, type Turn } from './newest-run.ts';
import { gatherFacts, loadRules, type ScorecardRules } from './scorecard-facts.ts';
import type { Scorecard } from './scorecard-schema.ts';
import { writeScorecard } from './write-scorecard.ts';

export interface ScorecardPlace {
  readonly stateDir: string;
  readonly now: Date;
  readonly rules: ScorecardRules;
  readonly projectDir?: string | undefined;
  readonly suffixes: readonly string[];
  readonly turn: Turn;
  /** false = it is judged, and nothing is written */
  readonly isWritten: boolean;
}

type Found = Omit<Extract<FoundRun, { outcome: 'found' }>, 'outcome' | 'newestRunId'>;

/** Throws OwnFaultError where the run is not sealed. */
export function findSeal(rows: readonly LedgerRow[], { runId }: RunRecord): SealedEvent {
  for (const { event } of rows) if (event.type === 'run.sealed' && event.runId === runId) return event;
  throw new OwnFaultError(`Failed to write the records of run ${runId}: it is not sealed. Seal it first.`);
}

/** Paths relative to the state folder. Rejects with OwnFaultError. */
export async function writeRunScorecard(
  options: WriteRecordsOptions,
  seal: SealedEvent,
  rows: readonly LedgerRow[],
): Promise<readonly string[]> {
  const { stateDir, ledger, record, verdict, contractsDir, projectDir } = options;
  const suffixes = listExportScopes(rows, record).find((each) => isSameScope(each, record))?.suffixes ?? [];
  const turn = { known: record.runId, newest: () => newestRunId(ledger, record) };
  const place = { stateDir, now: options.now(), rules: loadRules(contractsDir), projectDir, suffixes, turn };
  return (await writeFoundScorecard({ seal, run: record, verdict }, { ...place, isWritten: true })).files;
}

/** `files` are relative to the state folder. Rejects with OwnFaultError. */
export async function writeFoundScorecard(
  { seal, run, verdict, doubt }: Found,
  { suffixes, turn, isWritten, ...place }: ScorecardPlace,
): Promise<{ readonly scorecard: Scorecard; readonly files: readonly string[] }> {
  const { stateDir, now } = place;
  const { system, environment, expected } = run;
  const verdictSha256 = digestOf(path.join(stateDir, runFiles(run.runId).verdict));
  const scorecard = toScorecard(run, verdict, {
    recordSha256: seal.recordDigest,
    ...(verdictSha256 !== undefined && { verdictSha256 }),
    now,
    ...(doubt !== undefined && { doubt }),
    gathered: gatherFacts({ ...place, system, environment, commit: expected.commit }),
  });
  if (!isWritten) return { scorecard, files: [] };
  const { planDigest, contractDigest } = seal;
  const statement = { rows: run.rows, planDigest, contractDigest };
  return { scorecard, files: await writeScorecard({ stateDir, scorecard, run: statement, suffixes, turn }) };
}
