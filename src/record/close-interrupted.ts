/** Runs that were begun and never sealed: killed, crashed, or still running. */
import { type IntendedEvent, type Ledger, type LedgerRow, RUN_EVENTS } from '../ledger/schema.ts';

/** Intents without a seal, oldest first; those that were closed as interrupted are among them. */
export function findUnsealed(rows: readonly LedgerRow[]): { seq: number; intent: IntendedEvent }[] {
  const sealed = new Set(rows.flatMap(({ event }) => (event.type === 'run.sealed' ? [event.runId] : [])));
  return rows.flatMap(({ seq, event }) =>
    event.type === 'run.intended' && !sealed.has(event.runId) ? [{ seq, intent: event }] : [],
  );
}

/**
 * Notes every unsealed run whose process is gone as `run.interrupted`, and returns their intents. `isAlive` answers
 * for a run that it knows nothing about with `true`: to close a running run would be wrong, to close it later is not.
 */
export async function closeInterrupted(
  ledger: Ledger,
  now: () => Date,
  isAlive: (intent: IntendedEvent) => boolean,
): Promise<IntendedEvent[]> {
  const rows = await ledger.rows({ type: RUN_EVENTS });
  const closed = new Set(rows.flatMap(({ event }) => (event.type === 'run.interrupted' ? [event.runId] : [])));
  const gone = findUnsealed(rows)
    .map(({ intent }) => intent)
    .filter((intent) => !closed.has(intent.runId) && !isAlive(intent));
  for (const { runId, system, environment } of gone) {
    const foundAt = now().toISOString();
    await ledger.append({ type: 'run.interrupted', runId, system, environment, foundAt }, `interrupted:${runId}`);
  }
  return gone;
}
