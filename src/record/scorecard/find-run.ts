/** The production run that a scorecard is about, and what an independent look at the history says against it. */
import { OwnFaultError } from '../../errors.ts';
import type { Ledger, LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import type { VerdictRecord } from '../../verdict/schema.ts';
import { findProof, type Proof } from '../find-proof.ts';
import { toProductionRuns } from '../production-runs.ts';
import { readSealedRecord } from '../read-sealed-record.ts';
import type { ProductionDoubt } from './production-block.ts';
import { type ScorecardRun, toStandIn } from './scorecard-run.ts';

export interface FindRunOptions {
  readonly stateDir: string;
  readonly ledger: Ledger;
  readonly environment: string;
  /** only runs of this system; undefined = of any */
  readonly system?: string | undefined;
  readonly now: Date;
  readonly maxAgeMs: number;
  readonly judge: (record: RunRecord) => VerdictRecord;
  /** The history is on a server: a run's record may lie on another machine. */
  readonly isShared?: boolean;
}

export type FoundRun =
  | { readonly outcome: 'none'; readonly why: string }
  | {
      readonly outcome: 'found';
      readonly seal: SealedEvent;
      readonly run: ScorecardRun;
      readonly verdict: VerdictRecord;
      readonly doubt?: ProductionDoubt;
      /** the newest run there was before anything was looked at; not always the one that counts */
      readonly newestRunId: string | undefined;
    };

/** Everything is checked as `gate10 verify` does. Throws OwnFaultError where the history cannot be read. */
export async function findRun(options: FindRunOptions): Promise<FoundRun> {
  const { stateDir, now, maxAgeMs, judge, environment, isShared = false } = options;
  const ledger = ofSystem(options);
  const runs = toProductionRuns(await ledger.rows({ environment, type: 'run.sealed', kind: 'production' }));
  const proof = await findProof({ stateDir, ledger, environment, now, maxAgeMs, judge, isShared });
  if (proof.outcome === 'own-fault') throw new OwnFaultError(proof.message);
  const seal = ('run' in proof ? proof.run : undefined) ?? runs.at(-1);
  if (seal === undefined) return { outcome: 'none', why: proof.message };
  const newestRunId = runs.findLast((run) => run.system === seal.system)?.runId;
  const doubt = toDoubt(proof);
  const read = readTrusted(stateDir, seal, proof);
  if ('problem' in read) {
    const why = doubt?.why ?? read.problem;
    const status = 'isGone' in read && isShared ? 'inconclusive' : 'failed';
    return { outcome: 'found', seal, newestRunId, ...toStandIn(seal, why), doubt: { status, why } };
  }
  const found = { outcome: 'found', seal, newestRunId, run: read.record, verdict: judge(read.record) } as const;
  return doubt === undefined ? found : { ...found, doubt };
}

/** Of records that were tampered with, nothing is quoted. */
function readTrusted(stateDir: string, seal: SealedEvent, proof: Proof): ReturnType<typeof readSealedRecord> {
  return proof.outcome === 'tampered' ? { problem: proof.message } : readSealedRecord(stateDir, seal);
}

function toDoubt(proof: Exclude<Proof, { outcome: 'own-fault' }>): ProductionDoubt | undefined {
  switch (proof.outcome) {
    case 'proven':
    case 'failed':
      return undefined;
    case 'tampered':
      return { status: 'failed', why: `the records cannot be trusted: ${proof.message}` };
    case 'inconclusive':
      return { status: proof.reason === 'stale' ? 'stale' : 'inconclusive', why: proof.message };
  }
}

/** A history of several services answers for one of them. */
function ofSystem({ ledger, system }: FindRunOptions): Ledger {
  if (system === undefined) return ledger;
  const isOurs = ({ event }: LedgerRow): boolean => event.system === undefined || event.system === system;
  return { ...ledger, rows: async (filter) => (await ledger.rows(filter)).filter(isOurs) };
}
