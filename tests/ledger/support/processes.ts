/** Starting processes on a history, and what they said. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { spawnWriter, type Writer, type WriterPlace } from './writer.ts';

const here = import.meta.dirname;
const root = path.resolve(here, '../../..');

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A writer that does not outlive its test. */
export function startWriter(place: WriterPlace, name: string, count: number): Writer {
  const writer = spawnWriter(place, name, count);
  onTestFinished(() => void writer.process.kill('SIGKILL'));
  return writer;
}

/** What one process of `starve.ts` saw. */
export interface Starved {
  readonly before: string[];
  readonly acknowledged: string[];
  readonly name: string;
  readonly message: string;
  readonly problems: unknown[];
}

/** `$1` = the state folder, `append N` = one process that appends up to N rows. */
const SCENARIOS = {
  full: {
    mounted: 'append 3; head -c 90000 /dev/zero > "$1/ballast"; append 2000; rm "$1/ballast"; append 1',
    plain: 'append 3; (ulimit -f 200; append 2000); append 1',
  },
  'read-only': {
    mounted: 'append 3; mount -o remount,ro "$1"; append 1; mount -o remount,rw "$1"; append 1',
    plain: 'append 3; chmod -R a-w "$1"; append 1; chmod -R u+w "$1"; append 1',
  },
} as const;

/**
 * Three processes on one history: before, while, and after the file system takes nothing. On a small file system in a
 * mount name space of its own; where that is not allowed, by `ulimit -f` and file modes; undefined where nothing of it
 * works (root without the right to mount is not stopped by file modes).
 */
export function starve(kind: keyof typeof SCENARIOS): Starved[] | undefined {
  const folder = temporaryFolder();
  const isRoot = process.getuid?.() === 0;
  const unshare = isRoot ? ['--mount'] : ['--map-root-user', '--mount'];
  const mount = 'mount -t tmpfs -o size=192k gate10 "$1"';
  const canMount = spawnSync('unshare', [...unshare, 'sh', '-c', mount, 'sh', folder]).status === 0;
  if (!canMount && isRoot && kind === 'read-only') return undefined;
  const append = 'append() { "$node" "$script" "$folder" "$1"; }; folder=$1; node=$2; script=$3; set -e';
  const parts = ['sh', folder, process.execPath, path.join(here, 'starve.ts')];
  const run = canMount
    ? spawnSync('unshare', [...unshare, 'sh', '-c', `${append}; ${mount}; ${SCENARIOS[kind].mounted}`, ...parts], TEXT)
    : spawnSync('sh', ['-c', `${append}; ${SCENARIOS[kind].plain}`, ...parts], TEXT);
  if (run.status !== 0) throw new Error(`the scenario ended with ${run.status}: ${run.stderr}`);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Starved);
}

const TEXT = { encoding: 'utf8' } as const;

/** `gate10 history …` as a user runs it. */
export function runHistory(
  stateDir: string,
  parts: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [path.join(root, 'bin/gate10.js'), 'history', ...parts], {
    env: { ...process.env, GATE10_STATE_DIR: stateDir, ...env },
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
