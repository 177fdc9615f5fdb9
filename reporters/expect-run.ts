/** From here on a run is expected of this process: whatever becomes of it, the exit code says so. */

import { type RunOrder, runDirOf } from '../src/run/run-order.ts';
import { processState } from './process-state.ts';
import { closeOnSignals } from './signals.ts';

/** The names that the workers need, the guard, the signals. The announcement itself comes from the check engine. */
export function expectRun(order: Pick<RunOrder, 'identity' | 'stateDir' | 'attempt'>, now: () => Date): void {
  process.env['GATE10_RUN_ID'] = order.identity.runId;
  process.env['GATE10_RUN_DIR'] = runDirOf(order);
  process.env['GATE10_STATE_DIR'] = order.stateDir;
  process.env['GATE10_ATTEMPT'] = order.attempt;
  const { guard } = processState();
  guard.armed = true;
  guard.intended = true;
  guard.leftToMerge = order.identity.leftToMerge;
  closeOnSignals(now);
}
