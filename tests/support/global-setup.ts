/**
 * Before the first test, in the runner's own process: read the contract, make the plan, announce the run, start the
 * check engine. `--list` does not come here. What is wrong with the input ends the run with 2, our own trouble with 70.
 */
import path from 'node:path';
import type { FullConfig } from '@playwright/test';
import { announceRun, type RunLimits } from '../../reporters/announce-run.ts';
import { guardSetUp } from '../../reporters/guard-set-up.ts';
import { processState, startEndDeadline } from '../../reporters/process-state.ts';
import { identifyRun } from '../../reporters/run-identity.ts';
import { externalCheckpoint } from '../../src/cli/context.ts';
import { loadSystem } from '../../src/contract/load-system.ts';
import type { ResolvedSystem } from '../../src/contract/schema.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { findExpectedBuild } from '../../src/probe/expected-build.ts';
import type { Git } from '../../src/probe/git.ts';
import { makePlan } from '../../src/probe/plan.ts';
import type { RunContext } from '../../src/probe/schema.ts';
import { openGit } from '../../src/probe/tools.ts';
import { closeInterrupted } from '../../src/record/close-interrupted.ts';
import { provenBefore } from '../../src/record/proven-before.ts';
import { findFilters } from '../../src/run/filters.ts';
import { adoptEmbeddedSystem } from './embedded-system.ts';
import { readEngine } from './follow-engine.ts';
import { isRunnerAlive } from './runner-pid.ts';
import { showProgress } from './show-progress.ts';
import { startEngine } from './start-engine.ts';

/** Reporters' `onEnd` and everything after the tests have this long, milliseconds. */
const END_LIMIT_MS = 30_000;

export default function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  return guardSetUp(() => setUp(config));
}

async function setUp(config: FullConfig): Promise<() => Promise<void>> {
  const { env } = process;
  const environment = env['GATE10_TARGET'] || 'embedded';
  if (environment === 'embedded') await adoptEmbeddedSystem();
  const contractsDir = path.resolve(env['GATE10_CONTRACTS'] || 'contracts');
  const system = loadSystem({ contractsDir, environment, env });
  const git = openGit(system, env['PATH']);
  const now = (): Date => new Date();
  const stateDir = path.resolve(env['GATE10_STATE_DIR'] || '.gate10');
  const expected = await withFullId(await findExpectedBuild(system, env['GATE10_EXPECT_SHA'], git), git);
  const before = lookBack(stateDir, system, expected.commit, now);
  const previousCommit = system.environment.expect.previous ?? before;
  const plan = await makePlan(system, { expected, previousCommit, git });
  const identity = identifyRun(config, env, now());
  const run = announceRun({
    stateDir,
    identity,
    plan,
    context: await toContext(system, git, expected.commit, now()),
    limits: toLimits(system),
    secrets: system.secrets,
    now,
  });
  const engine = startEngine(run.runDir);
  const stopProgress = showProgress(run.runDir, env);
  return async () => {
    stopProgress();
    noteEngineFault(run.runDir);
    await engine.stop();
    startEndDeadline(Number(env['GATE10_END_LIMIT_MS']) || END_LIMIT_MS);
  };
}

/** An engine that crashed or vanished is our own fault, whatever the tests say; one that was interrupted is not. */
function noteEngineFault(runDir: string): void {
  const { findings } = processState();
  const { ended, fault } = readEngine(runDir);
  if ((ended && fault === undefined) || findings.some(({ code }) => code === 'interrupted')) return;
  const message = `the check engine failed: ${fault ?? 'it ended without a last word'} (see engine.log in the folder of the run)`;
  findings.push({ code: 'global-error', verdict: 'own-fault', message });
}

/** The full id where the repository knows the commit; else as it was given (a row says that it is unknown). */
async function withFullId<T extends { readonly commit?: string }>(build: T, git: Git): Promise<T> {
  if (build.commit === undefined) return build;
  const found = await git.resolve(build.commit);
  return found.ok ? { ...build, commit: found.value } : build;
}

/** Closes what earlier runs left open, and finds the commit that was proven before. */
function lookBack(
  stateDir: string,
  system: ResolvedSystem,
  expectedCommit: string | undefined,
  now: () => Date,
): string | undefined {
  const ledger = openLedger({ stateDir, now, ...externalCheckpoint({ cwd: process.cwd(), env: process.env }) });
  try {
    closeInterrupted(ledger, now, ({ runId }) => isRunnerAlive(stateDir, runId));
    const scope = { system: system.contract.system, environment: system.environmentName };
    return provenBefore(ledger.rows({ environment: scope.environment, type: 'run.sealed' }), scope, expectedCommit);
  } finally {
    ledger.close();
  }
}

async function toContext(system: ResolvedSystem, git: Git, commit: string | undefined, now: Date): Promise<RunContext> {
  const { contract, environment } = system;
  const described = commit === undefined ? undefined : await git.describe(commit);
  const facts = described?.ok ? { time: described.value.time, subject: described.value.subject } : {};
  const { deployedAt } = environment.expect;
  return {
    startedAt: now.toISOString(),
    frontDoor: environment.services[contract.frontDoor]?.url ?? contract.frontDoor,
    commit: { ...facts, ...(deployedAt !== undefined && { deployedAt }) },
    layers: contract.layers as RunContext['layers'],
    filters: findFilters(process.argv),
  };
}

/** Outer limits: what the contract allows the run itself, and a margin so that the inner limits always speak first. */
function toLimits({ environment }: ResolvedSystem): RunLimits {
  const { settle, sampling, deadlines } = environment;
  const margin = 60_000 + 2 * deadlines.total;
  const samples = sampling.maxSamples ?? sampling.samples;
  return {
    settleMs: settle.readyWithin + settle.stabilise + margin,
    checkMs: settle.readyWithin + settle.stabilise + 10 * margin,
    sampleMs: (2 * 1000 * (samples + sampling.warmup)) / sampling.ratePerSecond + margin,
    confirmMs: settle.observe + margin,
  };
}
