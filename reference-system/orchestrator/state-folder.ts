import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive, readState, type SystemState } from './state.ts';

/** Everything that a run leaves in its state folder, but the certificate authority, which outlives it. */
const leftovers = [
  'state.json',
  'origin.git',
  'repository',
  'releases',
  'site',
  'uploads',
  'uploads.aside',
  'database',
];

/** A state folder that is this process's own. */
export type StateFolder = { take: () => Promise<void>; release: () => Promise<void> };

/**
 * Takes a state folder for this process: refuses while another system starts or stops there, and removes what a dead one left.
 * Returns the state of the system that runs there already, if one does; otherwise the folder is ours: `release` lets
 * others look at it, `take` keeps them out again while we stop.
 */
export async function takeStateFolder(dir: string, pid: number): Promise<{ running: SystemState } | StateFolder> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = join(dir, 'up.lock');
  await takeLock(lock, dir, pid);
  const release = async (): Promise<void> => {
    if (readLock(lock) === pid) await rm(lock, { force: true });
  };
  const state = readStaleState(dir);
  if (state !== undefined && (await answers(state))) {
    await release();
    return { running: state };
  }
  await Promise.all([...leftovers, 'logs'].map((name) => rm(join(dir, name), { recursive: true, force: true })));
  await mkdir(join(dir, 'logs'), { mode: 0o700 });
  return { take: () => takeLock(lock, dir, pid), release };
}

async function takeLock(lock: string, dir: string, pid: number): Promise<void> {
  const take = (): Promise<void> => writeFile(lock, String(pid), { flag: 'wx', mode: 0o600 });
  try {
    await take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = readLock(lock);
    if (holder !== undefined && holder !== pid && isProcessAlive(holder)) {
      throw new Error(
        `Failed to start in ${dir}: process ${holder} is starting or stopping a system there. Wait, or use --state.`,
      );
    }
    await rm(lock, { force: true });
    await take();
  }
}

/** Process that holds the lock; undefined when nobody does, or when it died before it had written its id. */
function readLock(lock: string): number | undefined {
  const text = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A state file that cannot be understood is of no running system that we could protect: it is cleaned up. */
function readStaleState(dir: string): SystemState | undefined {
  try {
    const state = readState(dir);
    return state !== undefined && isProcessAlive(state.pid) ? state : undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Failed to load')) return undefined;
    throw error;
  }
}

/** Process ids are used again, so a live one proves nothing: the system itself must answer with its nonce. */
async function answers(state: SystemState): Promise<boolean> {
  try {
    const response = await fetch(`${state.controlUrl}/state`, {
      headers: { 'x-control-token': state.controlToken },
      signal: AbortSignal.timeout(2000),
    });
    const body = (await response.json()) as { nonce?: unknown };
    return response.ok && body.nonce === state.nonce;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
