import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLine } from '../child-line.ts';
import { ensureDataDir } from './template.ts';

export interface DatabaseOptions {
  /** Folder of this system's state; the database gets a subfolder of it. */
  readonly stateDir: string;
  /** Folder that keeps the prepared template between starts. */
  readonly cacheDir: string;
  /** A real server to run against instead; nothing is created or stopped then. */
  readonly databaseUrl?: string | undefined;
}

export interface RunningDatabase {
  readonly url: string;
  /** Process of the embedded database; undefined when a real server was given. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 3_000;

/** Starts the embedded database in a process of its own (or takes the given server) and returns its URL. */
export async function startDatabase(options: DatabaseOptions): Promise<RunningDatabase> {
  if (options.databaseUrl !== undefined) {
    return { url: options.databaseUrl, pid: undefined, stop: () => Promise.resolve() };
  }
  const dataDir = path.join(options.stateDir, 'database');
  await mkdir(options.stateDir, { recursive: true });
  await ensureDataDir(options.cacheDir, dataDir);
  const main = fileURLToPath(new URL('./pglite-main.ts', import.meta.url));
  const child = fork(main, [dataDir], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const { url } = await firstLine<{ url: string }>(child, 'the embedded database', START_DEADLINE_MS);
  return { url, pid: child.pid, stop: () => stopChild(child) };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await exited;
  clearTimeout(timer);
}
