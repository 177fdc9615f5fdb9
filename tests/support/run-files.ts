/** What a worker knows of its run: the plan, the context and the outer time limits, read from the run's folder. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OwnFaultError } from '../../src/errors.ts';
import type { Plan, RunContext } from '../../src/probe/schema.ts';
import { ANNOUNCED_WITHIN_MS, type Announcement, type RunLimits } from '../../src/run/run-order.ts';

export interface RunFiles {
  readonly runId: string;
  readonly runDir: string;
  readonly plan: Plan;
  readonly context: RunContext;
  readonly limits: RunLimits;
}

const LOOK_EVERY_MS = 5;

/**
 * Waits for the announcement of this run: it is made by the check engine while the worker starts. Where the engine refuses,
 * the runner's process stops the run, so nothing has to be known of that here.
 * Throws when no global set-up expects a run: then there is nothing to prove against.
 */
export async function awaitRunFiles(env: NodeJS.ProcessEnv = process.env): Promise<RunFiles> {
  const [runId, runDir, attempt] = [env['GATE10_RUN_ID'], env['GATE10_RUN_DIR'], env['GATE10_ATTEMPT']];
  if (!runId || !runDir || !attempt)
    throw new Error('No run was announced: GATE10_RUN_DIR is unset. Use defineGate10Config, which sets up the run.');
  const file = path.join(runDir, 'run.json');
  const limitMs = performance.now() + ANNOUNCED_WITHIN_MS;
  for (;;) {
    const announcement = readAnnouncement(file);
    if (announcement?.attempt === attempt) {
      const plan = JSON.parse(readFileSync(path.join(runDir, 'plan.json'), 'utf8')) as Plan;
      return { runId, runDir, plan, context: announcement.context, limits: announcement.limits };
    }
    if (performance.now() > limitMs)
      throw new OwnFaultError(`The check engine announced no run within ${ANNOUNCED_WITHIN_MS / 1000} s.`);
    await wait(LOOK_EVERY_MS);
  }
}

/** Renamed into its place by the engine, so it is whole. An earlier run of the same name may have left one. */
function readAnnouncement(file: string): Announcement | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Announcement) : undefined;
}
