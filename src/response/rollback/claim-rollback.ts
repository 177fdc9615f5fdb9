/**
 * Of many who see the same failure, one acts. The key of an intent counts the intents before it: whoever decided by the same
 * history wants the same key, and the ledger gives it once.
 */
import { canonicalJson } from '../../contract/canonical.ts';
import { OwnFaultError } from '../../errors.ts';
import type { RollbackIntended } from '../../ledger/rollback-events.ts';
import type { RollbackPorts } from './ports.ts';
import type { RollbackHistory } from './read-rollbacks.ts';

/** Beyond all limits of the steps, for what lies between them, milliseconds. */
const MARGIN_MS = 60_000;

type Releases = Pick<RollbackIntended, 'failed' | 'target'>;

/** Undefined = somebody else was quicker. Rejects where the history cannot be written. */
export async function claimRollback(
  ports: RollbackPorts,
  { scope, intents }: RollbackHistory,
  { rollbackId, attempt, failed, target }: Releases & Pick<RollbackIntended, 'rollbackId' | 'attempt'>,
): Promise<RollbackIntended | undefined> {
  const { ledger, driver, policy, owner, clock, newId } = ports;
  if (driver === undefined) throw new OwnFaultError('Failed to begin a rollback: there is no driver.');
  const nowMs = clock.now().getTime();
  const { deadlines } = policy;
  const driveUntilMs = nowMs + driver.timeoutMs;
  const untilMs = driveUntilMs + driver.timeoutMs + deadlines.serve + deadlines.prove + MARGIN_MS;
  const intent: RollbackIntended = {
    type: 'rollback.intended',
    ...{ rollbackId, attempt, system: scope.system, environment: scope.environment, failed, target, owner },
    driver: driver.kind,
    claim: newId(),
    at: new Date(nowMs).toISOString(),
    driveUntil: new Date(driveUntilMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  };
  const key = `rollback:${JSON.stringify([scope.system, scope.environment, intents + 1])}`;
  try {
    await ledger.append(intent, key);
  } catch (error) {
    const [taken] = await ledger.rows({ key });
    if (taken === undefined) throw error;
  }
  // What was read back decides: also where the append failed after it was written.
  const [row] = await ledger.rows({ key });
  return row !== undefined && canonicalJson(row.event) === canonicalJson(intent) ? intent : undefined;
}
