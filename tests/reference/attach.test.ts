import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunningSystem } from '../../reference-system/attach.ts';
import { type SystemState, statePath, writeState } from '../../reference-system/orchestrator/state.ts';
import { takeStateFolder } from '../../reference-system/orchestrator/state-folder.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-state-'));
});
afterEach(() => rm(dir, { recursive: true }));

const state = (pid: number): SystemState => ({
  schemaVersion: 1,
  nonce: '0123456789abcdef',
  pid,
  startedAt: '2026-01-01T00:00:00.000Z',
  controlUrl: 'http://127.0.0.1:1',
  controlToken: 'a-token-of-a-test-system',
  ca: '/nowhere/ca/root.pem',
  repository: '/nowhere/repository',
  env: { REFERENCE_FRONT_DOOR: 'https://app.mosaic.test:1' },
  deployments: [],
});

/** The id of a process that was there and is gone. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the state of a running system', () => {
  it('is read back as it was written, by its owner only', async () => {
    await writeState(dir, state(process.pid));
    expect(readRunningSystem(dir)).toEqual(state(process.pid));
    expect((await stat(statePath(dir))).mode & 0o777).toBe(0o600);
  });
  it('is nothing without a file, and nothing once its process is dead', async () => {
    expect(readRunningSystem(dir)).toBeUndefined();
    await writeState(dir, state(await deadPid()));
    expect(readRunningSystem(dir)).toBeUndefined();
  });
  it.each([
    ['half a file', '{"schemaVersion":1,', 'it is not JSON'],
    ['an empty file', '', 'it is not JSON'],
    ['another version', JSON.stringify({ ...state(1), schemaVersion: 2 }), 'schemaVersion'],
    ['a missing field', JSON.stringify({ ...state(1), nonce: undefined }), 'nonce'],
    ['a field too many', JSON.stringify({ ...state(1), extra: 1 }), 'extra'],
    ['a list', '[]', 'the file'],
  ])('throws on %s, and says which file and what is wrong', async (_what, text, reason) => {
    await writeFile(statePath(dir), text);
    expect(() => readRunningSystem(dir)).toThrow(`Failed to load ${statePath(dir)}: `);
    expect(() => readRunningSystem(dir)).toThrow(reason);
    expect(() => readRunningSystem(dir)).not.toThrow('a-token-of-a-test-system');
  });
});

describe('a state folder', () => {
  it('is taken from a dead system, whose leftovers go', async () => {
    await writeState(dir, state(await deadPid()));
    await writeFile(join(dir, 'up.lock'), String(await deadPid()));
    expect(await takeStateFolder(dir, process.pid)).toHaveProperty('release');
    await expect(stat(statePath(dir))).rejects.toThrow('ENOENT');
  });
  it('is taken when a live process has the id of the dead system but does not answer as it', async () => {
    await writeState(dir, state(process.pid));
    expect(await takeStateFolder(dir, process.pid)).toHaveProperty('release');
  });
  it('is not taken while another process starts there, until that one has released it', async () => {
    const first = await takeStateFolder(dir, process.ppid);
    await expect(takeStateFolder(dir, process.pid)).rejects.toThrow(`process ${process.ppid} is starting or stopping`);
    if ('release' in first) await first.release();
    expect(await takeStateFolder(dir, process.pid)).toHaveProperty('release');
  });
  it('keeps what is not ours', async () => {
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await takeStateFolder(dir, process.pid);
    expect((await stat(join(dir, 'notes.txt'))).size).toBe(4);
  });
});
