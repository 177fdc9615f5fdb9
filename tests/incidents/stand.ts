/** The embedded system in a state folder of its own, and production runs against it as a user starts them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  createControl,
  type RunningSystem,
  readRunningSystem,
  type SystemControl,
} from '../../reference-system/attach.ts';
import { type VerdictRecord, verdictRecordSchema } from '../../src/verdict/schema.ts';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Proof {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly verdict: VerdictRecord | undefined;
  readonly failedLayers: readonly string[];
  readonly output: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface Stand {
  readonly control: SystemControl;
  readonly running: RunningSystem;
  readonly stateDir: string;
  /** Runs `npx playwright test --project=production` to its end; `specs` = only these, a partial run. */
  prove(env?: Readonly<Record<string, string>>, specs?: readonly string[], project?: string): Promise<Proof>;
  /** Starts it and hands out the process, to be stopped in the middle. */
  start(env?: Readonly<Record<string, string>>, specs?: readonly string[], project?: string): ChildProcess;
  gate10(...argv: readonly string[]): Promise<Ended>;
  /** The same in another folder, with contracts of its own. */
  gate10In(cwd: string, ...argv: readonly string[]): Promise<Ended>;
  readJson(file: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** The embedded system of a folder: its state lies in `reference/`, what is said in its logs. */
export interface EmbeddedSystem {
  readonly reference: string;
  readonly running: RunningSystem;
  readonly control: SystemControl;
  /** Settles when its process is gone. */
  stop(): Promise<void>;
}

/** Starts it and waits until it says that it is ready. Aborted meanwhile, it ends and this rejects. */
export async function startEmbeddedSystem(dir: string, signal?: AbortSignal): Promise<EmbeddedSystem> {
  signal?.throwIfAborted();
  const reference = path.join(dir, 'reference');
  const system = spawn(process.execPath, [path.join(root, 'reference-system/main.ts'), '--state', reference, 'up'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = collect(system);
  const end = (): void => void system.kill('SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  await untilReady(system, said).finally(() => signal?.removeEventListener('abort', end));
  const running = readRunningSystem(reference);
  if (!running) throw new Error(`The embedded system says that it is ready, but has no state:\n${said()}`);
  const stop = async (): Promise<void> => {
    if (system.exitCode !== null || system.signalCode !== null) return;
    const ended = once(system, 'close');
    system.kill('SIGTERM');
    await ended;
  };
  return { reference, running, control: createControl(running), stop };
}

export async function openStand(): Promise<Stand> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-stand-'));
  const stateDir = path.join(dir, 'state');
  const { reference, running, control, stop } = await startEmbeddedSystem(dir);
  const env = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    ...process.env,
    GATE10_REFERENCE_STATE: reference,
    GATE10_STATE_DIR: stateDir,
    ...more,
  });
  const start: Stand['start'] = (more, specs = [], project = 'production') => {
    const args = [path.join(root, 'node_modules/@playwright/test/cli.js'), 'test', `--project=${project}`, ...specs];
    return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: env(more) });
  };
  const gate10In: Stand['gate10In'] = async (cwd, ...argv) => {
    // a deployment changes the addresses of the replicas
    const { env: addresses } = await control.state();
    const child = spawn(process.execPath, [path.join(root, 'bin/gate10.js'), ...argv], {
      ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'], env: env(addresses) },
    });
    const output = collect(child);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output: output() };
  };
  return {
    control,
    running,
    stateDir,
    start,
    async prove(more, specs, project) {
      const child = start(more, specs, project);
      const output = collect(child);
      const before = new Set(await runFolders(stateDir));
      const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      const verdict = await newVerdict(stateDir, before);
      const failedLayers = verdict?.layers.filter(({ status }) => status === 'failed').map(({ layer }) => layer) ?? [];
      return { exitCode, signal, verdict, failedLayers, output: output() };
    },
    gate10: (...argv) => gate10In(root, ...argv),
    gate10In,
    async readJson(file) {
      return JSON.parse(await readFile(path.join(stateDir, file), 'utf8')) as unknown;
    },
    async stop() {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

async function untilReady(system: ChildProcess, said: () => string): Promise<void> {
  await new Promise<void>((ready, failed) => {
    system.stdout?.on('data', () => said().includes('gate10 reference system ready') && ready());
    system.once('exit', (code) => failed(new Error(`The embedded system ended with code ${code}:\n${said()}`)));
  });
}

async function runFolders(stateDir: string): Promise<string[]> {
  return readdir(path.join(stateDir, 'runs')).catch(() => []);
}

async function newVerdict(stateDir: string, before: ReadonlySet<string>): Promise<VerdictRecord | undefined> {
  const run = (await runFolders(stateDir)).find((name) => !before.has(name));
  const file = path.join(stateDir, 'runs', run ?? '', 'verdict.json');
  if (run === undefined || !existsSync(file)) return undefined;
  return verdictRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
