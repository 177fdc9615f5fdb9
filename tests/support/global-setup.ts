/**
 * Before the first test, in the runner's own process: order the run, start the check engine, and let the runner go on.
 * The engine reads the contract, makes the plan and announces the run while the worker starts (decisions/0006); what it
 * finds wrong with the input stops the run with 2, our own trouble with 70. `--list` does not come here.
 *
 * Everything imported here delays the first test: what is needed later is imported later.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { FullConfig } from '@playwright/test';
import { expectRun } from '../../reporters/expect-run.ts';
import { guardSetUp } from '../../reporters/guard-set-up.ts';
import { processState, startEndDeadline } from '../../reporters/process-state.ts';
import { identifyRun } from '../../reporters/run-identity.ts';
import { findFilters, findParts } from '../../src/run/filters.ts';
import type { RunOrder } from '../../src/run/run-order.ts';
import { readEngineLines } from './engine-lines.ts';
import { hearFirstWord } from './hear-first-word.ts';
import { type RunningEngine, startEngine } from './start-engine.ts';

/** Reporters' `onEnd` and everything after the tests have this long, milliseconds. */
const END_LIMIT_MS = 30_000;

export default function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  return guardSetUp(() => setUp(config));
}

async function setUp(config: FullConfig): Promise<() => Promise<void>> {
  const { env } = process;
  const order = await orderRun(config, env);
  expectRun(order, () => new Date());
  const engine = startEngine(order);
  const hearing = hearFirstWord(engine.firstWord, order, env);
  return async () => {
    await hearing.end();
    const { run } = processState();
    if (run !== undefined) noteEngineFault(run.runDir, engine);
    await engine.stop();
    startEndDeadline(Number(env['GATE10_END_LIMIT_MS']) || END_LIMIT_MS);
  };
}

async function orderRun(config: FullConfig, env: NodeJS.ProcessEnv): Promise<RunOrder> {
  const environment = env['GATE10_TARGET'] || 'embedded';
  if (environment === 'embedded') await (await import('./embedded-system.ts')).adoptEmbeddedSystem();
  const startedAt = new Date();
  return {
    identity: identifyRun(config, env, startedAt),
    attempt: randomBytes(12).toString('hex'),
    environment,
    stateDir: path.resolve(env['GATE10_STATE_DIR'] || '.gate10'),
    startedAt: startedAt.toISOString(),
    filters: findFilters(process.argv),
    parts: findParts(
      process.argv,
      config.projects.map(({ name }) => name),
    ),
    runnerPid: process.pid,
  };
}

/**
 * An engine that crashed or vanished is our own fault, whatever the tests say; one that was interrupted, or that no test
 * waited for, is not.
 */
function noteEngineFault(runDir: string, engine: RunningEngine): void {
  const { findings } = processState();
  if (findings.some(({ code }) => code === 'interrupted')) return;
  const end = readEngineLines(runDir).find((event) => event.type === 'end');
  const fault = end === undefined && engine.hasExited() ? 'it ended without a last word' : end?.error;
  if (fault === undefined) return;
  const message = `the check engine failed: ${fault} (see engine.log in the folder of the run)`;
  findings.push({ code: 'global-error', verdict: 'own-fault', message });
}
