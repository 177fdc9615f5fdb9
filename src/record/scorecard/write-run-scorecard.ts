/** The scorecard of a run that was sealed just now, and all that is made from it. */
import path from 'node:path';
import { OwnFaultError } from '../../errors.ts';
import type { LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import { isSameScope, listExportScopes } from '../export-files.ts';
import { runFiles } from '../run-files.ts';
import { toScorecard } from '../to-scorecard.ts';
import type { WriteRecordsOptions } from '../write-records.ts';
import { digestOf } from './judge-block.ts';
import { gatherFacts, loadRules } from './scorecard-facts.ts';
import { writeScorecard } from './write-scorecard.ts';

/** Throws OwnFaultError where the run is not sealed. */
export function findSeal(rows: readonly LedgerRow[], { runId }: RunRecord): SealedEvent {
  for (const { event } of rows) if (event.type === 'run.sealed' && event.runId === runId) return event;
  throw new OwnFaultError(`Failed to write the records of run ${runId}: it is not sealed. Seal it first.`);
}

/** Paths relative to the state folder. Throws OwnFaultError. */
export function writeRunScorecard(
  options: Pick<WriteRecordsOptions, 'stateDir' | 'record' | 'verdict' | 'now' | 'contractsDir' | 'projectDir'>,
  seal: SealedEvent,
  rows: readonly LedgerRow[],
): string[] {
  const { stateDir, record, verdict, contractsDir, projectDir } = options;
  const now = options.now();
  const { system, environment, expected, plan } = record;
  const scope = { system, environment, commit: expected.commit, now, projectDir };
  const verdictSha256 = digestOf(path.join(stateDir, runFiles(record.runId).verdict));
  const scorecard = toScorecard(record, verdict, {
    recordSha256: seal.recordDigest,
    ...(verdictSha256 !== undefined && { verdictSha256 }),
    now,
    gathered: gatherFacts({ stateDir, rules: loadRules(contractsDir), ...scope }),
  });
  const suffixes = listExportScopes(rows, record).find((each) => isSameScope(each, record))?.suffixes ?? [];
  const run = { rows: record.rows, planDigest: plan.digest, contractDigest: plan.contractDigest };
  return writeScorecard({ stateDir, scorecard, run, suffixes });
}
