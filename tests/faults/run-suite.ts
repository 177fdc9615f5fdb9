/** Runs the suite as a user runs it: a process of its own, a state folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { collect, root } from '../incidents/stand.ts';
import { cloneRepository } from './clone-repository.ts';
import type { Trial } from './fault.ts';
import type { Lane } from './lane.ts';
import { patchContracts } from './patch-contracts.ts';

export interface SuiteRun {
  readonly exitCode: number | null;
  /** It had to be ended. */
  readonly hung: boolean;
  readonly output: string;
  readonly stateDir: string;
  readonly durationMs: number;
}

/** Waiting longer shows nothing more: a fault is there from the first look. Healthy systems have what the contract says. */
const IMPATIENT = { GATE10_READY_WITHIN: '3s', GATE10_ANSWER_WITHIN: '6s' };
/** Where everything is slow, a check takes its whole time (`deadlines.run`, 60 s here) and some for cleaning up. */
const LIMIT_MS = { check: 120_000, pages: 180_000, run: 300_000 };
const PAGES = ['tests/production/frontend.spec.ts'];

export async function runSuite(lane: Lane, trial: Trial, more: NodeJS.ProcessEnv = {}): Promise<SuiteRun> {
  const how = trial.how ?? 'check';
  const stateDir = mkdtempSync(path.join(lane.dir, 'state-'));
  const args = how === 'check' ? checkArguments(trial) : runnerArguments(stateDir, how === 'pages' ? PAGES : []);
  const env = await toEnv(lane, trial, stateDir);
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...more },
  });
  lane.processes.add(child);
  const output = collect(child);
  let hung = false;
  const limit = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, LIMIT_MS[how]);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  lane.processes.delete(child);
  return { exitCode, hung, output: output(), stateDir, durationMs: performance.now() - startedMs };
}

function checkArguments({ patient }: Trial): string[] {
  const args = [path.join(root, 'bin/gate10.js'), 'check', '--environment', 'embedded'];
  return patient ? args : [...args, '--no-settle-wait'];
}

function runnerArguments(stateDir: string, specs: readonly string[]): string[] {
  const runner = path.join(root, 'node_modules/@playwright/test/cli.js');
  return [runner, 'test', '--project=production', `--output=${path.join(stateDir, 'test-results')}`, ...specs];
}

async function toEnv(lane: Lane, trial: Trial, stateDir: string): Promise<NodeJS.ProcessEnv> {
  const { env } = await lane.system.control.state();
  return {
    ...process.env,
    ...env,
    GATE10_EXPECT_SHA: lane.commit,
    GATE10_REFERENCE_STATE: lane.system.reference,
    GATE10_STATE_DIR: stateDir,
    ...(trial.patient ? {} : IMPATIENT),
    ...(trial.foreignCa && { REFERENCE_CA: lane.foreignCa }),
    ...contracts(trial, stateDir),
    ...repository(trial, lane, env['REFERENCE_REPOSITORY'] ?? '', stateDir),
    ...trial.env,
  };
}

function contracts({ contract }: Trial, stateDir: string): NodeJS.ProcessEnv {
  if (contract === undefined) return {};
  const dir = `${stateDir}-contracts`;
  patchContracts(path.join(root, 'contracts'), dir, contract);
  return { GATE10_CONTRACTS: dir };
}

function repository({ repository: state }: Trial, { commit }: Lane, own: string, stateDir: string): NodeJS.ProcessEnv {
  if (state === undefined) return {};
  const dir = `${stateDir}-repository`;
  return { REFERENCE_REPOSITORY: cloneRepository(dir, state, { repository: own, commit }) };
}
