/** Before the first probe: the intent in the ledger, then the plan on disk, for the workers and for the reporter. */
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureFolder } from '../ledger/durable-file.ts';
import type { Ledger } from '../ledger/schema.ts';
import type { Plan, RunContext } from '../probe/schema.ts';
import { intendRun, toIntent } from './intend-run.ts';
import { type Announcement, type RunLimits, type RunOrder, runDirOf } from './run-order.ts';

export interface PreparedRun {
  readonly plan: Plan;
  readonly context: RunContext;
  readonly limits: RunLimits;
}

/**
 * Returns the run's folder. Throws OwnFaultError when the intent cannot be made durable (no intent, no run), InputError
 * when the run id is taken: then nothing is written, because the folder is that of the earlier run.
 */
export async function announceRun(
  ledger: Ledger,
  order: Pick<RunOrder, 'stateDir' | 'identity' | 'attempt' | 'runnerPid'>,
  { plan, context, limits }: PreparedRun,
  now: () => Date,
): Promise<string> {
  await intendRun(ledger, order.identity, toIntent(order.identity.runId, plan, context), now);
  const runDir = runDirOf(order);
  ensureFolder(runDir);
  writeFileSync(path.join(runDir, 'plan.json'), JSON.stringify(plan));
  writeFileSync(path.join(runDir, 'runner.pid'), String(order.runnerPid));
  const announcement: Announcement = { attempt: order.attempt, context, limits };
  const file = path.join(runDir, 'run.json');
  writeFileSync(`${file}.tmp`, JSON.stringify(announcement));
  renameSync(`${file}.tmp`, file);
  return runDir;
}
