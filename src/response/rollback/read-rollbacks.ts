/** The rollbacks of one system in one environment, as its history has them. */
import type { RollbackDriven, RollbackIntended, RollbackSettled } from '../../ledger/rollback-events.ts';
import { type Ledger, type LedgerRow, ROLLBACK_EVENTS, RUN_EVENTS, type SealedEvent } from '../../ledger/schema.ts';
import { isProof, type Scope } from '../../record/production-runs.ts';

interface Numbered<Event> {
  readonly seq: number;
  readonly event: Event;
}

export interface Rollback {
  readonly id: string;
  /** of the first intent */
  readonly seq: number;
  /** one for each process that took it on; never empty */
  readonly intents: readonly RollbackIntended[];
  readonly driven: Numbered<RollbackDriven> | undefined;
  readonly settled: RollbackSettled | undefined;
}

export interface RollbackHistory {
  readonly scope: Scope;
  /** in order of their beginning; refusals are none */
  readonly rollbacks: readonly Rollback[];
  /** how many intents there are: the next one is numbered after them, so that two who saw the same cannot both go on */
  readonly intents: number;
  /** sealed production runs, by their place in the history */
  readonly runs: readonly Numbered<SealedEvent>[];
}

export async function readRollbacks(ledger: Pick<Ledger, 'rows'>, scope: Scope): Promise<RollbackHistory> {
  const { system, environment } = scope;
  return toRollbackHistory(await ledger.rows({ environment, type: [...RUN_EVENTS, ...ROLLBACK_EVENTS] }), {
    system,
    environment,
  });
}

export function toRollbackHistory(rows: readonly LedgerRow[], scope: Scope): RollbackHistory {
  const own = rows.filter(({ event }) => event.system === scope.system && event.environment === scope.environment);
  const intents = own.flatMap(({ seq, event }) => (event.type === 'rollback.intended' ? [{ seq, event }] : []));
  const driven = own.flatMap(({ seq, event }) => (event.type === 'rollback.driven' ? [{ seq, event }] : []));
  const settled = own.flatMap(({ event }) => (event.type === 'rollback.settled' ? [event] : []));
  const byId = Map.groupBy(intents, ({ event }) => event.rollbackId);
  return {
    scope,
    intents: intents.length,
    runs: own.flatMap(({ seq, event }) =>
      event.type === 'run.sealed' && event.kind === 'production' ? [{ seq, event }] : [],
    ),
    rollbacks: [...byId].map(([id, all]) => ({
      id,
      seq: all[0]?.seq ?? 0,
      intents: all.map(({ event }) => event),
      driven: driven.findLast(({ event }) => event.rollbackId === id),
      settled: settled.find(({ rollbackId }) => rollbackId === id),
    })),
  };
}

/** Begun, and not come to an end. */
export function openRollback({ rollbacks }: RollbackHistory): Rollback | undefined {
  return rollbacks.findLast(({ settled }) => settled === undefined);
}

/** Rollbacks that were begun after the last production run that proved anything. */
export function sinceProof({ rollbacks, runs }: RollbackHistory): number {
  const proven = runs.findLast(({ event }) => isProof(event))?.seq ?? 0;
  return rollbacks.filter(({ seq }) => seq > proven).length;
}
