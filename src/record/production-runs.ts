/** The sealed production runs of a history, in the order in which they ended. */
import type { LedgerRow, SealedEvent } from '../ledger/schema.ts';

/** What finds failures here, in the words that the records have always used. */
export const DETECTED_BY = 'Gate 10 production smoke tests';

/** One service in one environment: what DORA's metrics are about ("do not blend teams"). */
export interface Scope {
  readonly system: string;
  readonly environment: string;
}

/**
 * Runs of kind `check` are no proof of a deployment and are left out. Order: the end of the run, then the place in the
 * history; runs of several machines may be sealed in another order than they ended.
 */
export function toProductionRuns(rows: readonly LedgerRow[]): SealedEvent[] {
  return rows
    .flatMap(({ seq, event }) => (event.type === 'run.sealed' && event.kind === 'production' ? [{ seq, event }] : []))
    .sort((a, b) => Date.parse(a.event.endedAt) - Date.parse(b.event.endedAt) || a.seq - b.seq)
    .map(({ event }) => event);
}

/** What the run was about: the commit, or the version where a system only has versions. */
export function buildOf(run: SealedEvent): string {
  return run.expected.commit ?? run.expected.version ?? 'unknown';
}

/** Proof that the environment works: everything planned was observed, and nothing of it failed. */
export function isProof(run: SealedEvent): boolean {
  return run.complete && (run.verdict === 'passed' || run.verdict === 'warned');
}

/** What production really did, in one sentence. */
export function realityOf(run: SealedEvent): string {
  return (
    run.because[0] ?? `Production does not keep its promises (${run.failedLayers.join(', ') || 'no layer named'}).`
  );
}
