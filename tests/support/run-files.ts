/** What a worker knows of its run: the plan, the context and the outer time limits, read from the run's folder. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunLimits } from '../../reporters/announce-run.ts';
import { type Plan, planSchema, type RunContext } from '../../src/probe/schema.ts';

export interface RunFiles {
  readonly runId: string;
  readonly runDir: string;
  readonly plan: Plan;
  readonly context: RunContext;
  readonly limits: RunLimits;
}

/** Throws when no global set-up announced a run: then there is nothing to prove against. */
export function readRunFiles(env: NodeJS.ProcessEnv = process.env): RunFiles {
  const [runId, runDir] = [env['GATE10_RUN_ID'], env['GATE10_RUN_DIR']];
  if (!runId || !runDir)
    throw new Error('No run was announced: GATE10_RUN_DIR is unset. Use defineGate10Config, which sets up the run.');
  const plan = planSchema.parse(JSON.parse(readFileSync(path.join(runDir, 'plan.json'), 'utf8')));
  const { context, limits } = JSON.parse(readFileSync(path.join(runDir, 'run.json'), 'utf8')) as Pick<
    RunFiles,
    'context' | 'limits'
  >;
  return { runId, runDir, plan, context, limits };
}
