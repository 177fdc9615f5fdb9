/** The end of a rollback, in the history and as a report. A rollback that failed, or that a schema forbids, is never quiet. */
import type { RollbackIntended, RollbackSettled } from '../../ledger/rollback-events.ts';
import type { Decision } from './decide-rollback.ts';
import type { RollbackPorts } from './ports.ts';
import type { RollbackReport } from './schema.ts';

export interface Ending {
  readonly outcome: RollbackSettled['outcome'];
  readonly reason: string;
  readonly because: string;
  /** of the first intent */
  readonly begunAt: string;
  readonly serves?: string;
  readonly proofRun?: string;
  readonly driveMs?: number;
  readonly serveMs?: number;
}

export async function settleRollback(
  ports: RollbackPorts,
  { rollbackId, attempt, system, environment, failed, target }: RollbackIntended,
  { begunAt, driveMs, serveMs, ...ending }: Ending,
): Promise<RollbackReport> {
  const at = ports.clock.now();
  const durations = {
    ...(driveMs === undefined ? {} : { driveMs }),
    ...(serveMs === undefined ? {} : { serveMs }),
    totalMs: Math.max(0, at.getTime() - Date.parse(begunAt)),
  };
  const event: RollbackSettled = {
    type: 'rollback.settled',
    ...{ rollbackId, system, environment, ...ending, failed, target, durations },
    at: at.toISOString(),
  };
  await ports.ledger.append(event, `rollback-settled:${rollbackId}`);
  return toReport(ports, {
    ...{ ...ending, rollbackId, failed, target, durations, dryRun: false, resumed: attempt > 1 },
    ...(serveMs === undefined ? {} : { isSlow: serveMs > ports.policy.restoreWithin }),
  });
}

type Against = Extract<Decision, { kind: 'refused' | 'frozen' }>;

/** Where a run failed, the history says why nothing was done about it. That somebody else acts already is no news. */
export async function recordRefusal(ports: RollbackPorts, decision: Against, dryRun: boolean): Promise<RollbackReport> {
  const failed = decision.failed && { commit: decision.failed.commit, runId: decision.failed.run.runId };
  const [reason, because] = [decision.kind === 'frozen' ? 'schema' : decision.reason, decision.why];
  const said = { outcome: decision.kind, reason, because, dryRun, ...(failed && { failed }) };
  if (failed === undefined || dryRun) return toReport(ports, said);
  const rollbackId = ports.newId();
  const event: RollbackSettled = {
    type: 'rollback.settled',
    ...{ rollbackId, ...scopeOf(ports), outcome: decision.kind, reason, because, failed },
    at: ports.clock.now().toISOString(),
  };
  await ports.ledger.append(event, `rollback-settled:${rollbackId}`);
  return toReport(ports, { ...said, rollbackId });
}

function scopeOf({ scope: { system, environment } }: RollbackPorts): RollbackPorts['scope'] {
  return { system, environment };
}

type Said = Omit<RollbackReport, 'schema' | 'system' | 'environment' | 'at' | 'resumed'> &
  Partial<Pick<RollbackReport, 'resumed'>>;

export function toReport(ports: RollbackPorts, said: Said): RollbackReport {
  const at = ports.clock.now().toISOString();
  return { schema: 'gate10/rollback/v1', ...scopeOf(ports), resumed: false, ...said, at };
}
