/** A run that is killed in mid-flow leaves a user in the database; the journal knows it, and `gate10 cleanup` removes it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/probe/journal/journal.ts';
import type { JournalEntry } from '../../src/probe/journal/journal-schema.ts';
import { openStand, root, type Stand } from './stand.ts';

let stand: Stand;
let folder: string;
const runs: ChildProcess[] = [];

beforeAll(async () => {
  stand = await openStand();
  folder = path.join(stand.stateDir, 'journal');
});
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.kill('SIGKILL');
    if (run.exitCode === null && run.signalCode === null) await once(run, 'close');
  }
  await stand.control.clearFaults();
});
afterAll(async () => {
  await stand.stop();
});

async function gate10(...args: string[]): Promise<ChildProcess> {
  const { env } = await stand.control.state();
  const child = spawn(process.execPath, [path.join(root, 'bin/gate10.js'), ...args, '--environment', 'embedded'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, GATE10_STATE_DIR: stand.stateDir },
  });
  runs.push(child);
  return child;
}

async function cleanup(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = await gate10('cleanup', ...args);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** E-mail addresses of the synthetic users that the database holds. */
async function syntheticUsers(): Promise<string[]> {
  const { env } = await stand.control.state();
  const client = new pg.Client({ connectionString: env['REFERENCE_DATABASE_URL'] });
  await client.connect();
  try {
    const { rows } = await client.query<{ email: string }>("select email from users where email like 'gate10-%'");
    return rows.map(({ email }) => email);
  } finally {
    await client.end();
  }
}

/** A run that has made the user of the promise and now waits for an answer that does not come. */
async function runInMidFlow(): Promise<{ run: ChildProcess; entry: JournalEntry }> {
  await stand.control.setFaults([
    { kind: 'route', at: 'backend', match: { method: 'GET', path: '/auth/me' }, action: { silent: true } },
  ]);
  const run = await gate10('check', '--no-settle-wait', '--no-record');
  for (;;) {
    const entries = existsSync(folder) ? readJournal(folder).entries : [];
    const entry = entries.find(
      ({ promise, writes }) =>
        promise === 'account-lives-its-life' && writes.some(({ request }) => request === 'POST /auth/login'),
    );
    if (entry !== undefined && (await syntheticUsers()).some((email) => email.includes('-auth@')))
      return { run, entry };
    if (run.exitCode !== null) throw new Error('the run ended before it was killed');
    await setTimeout(10);
  }
}

async function kill(run: ChildProcess): Promise<void> {
  const gone = once(run, 'close');
  run.kill('SIGKILL');
  await gone;
  await stand.control.clearFaults();
}

describe('gate10 cleanup', () => {
  it('removes what a killed run left, and is harmless a second time', async () => {
    const { run, entry } = await runInMidFlow();
    const early = await cleanup();
    expect(early, early.output).toMatchObject({ exitCode: 0 });
    expect(early.output).toContain(`left alone: ${entry.id}`);
    await kill(run);
    expect(await syntheticUsers()).toContain(`gate10-${entry.runId}-auth@synthetic.invalid`);

    const dry = await cleanup('--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, output: expect.stringContaining(`would undo ${entry.id}`) });
    expect(await syntheticUsers()).not.toEqual([]);

    const first = await cleanup();
    expect(first, first.output).toMatchObject({ exitCode: 0 });
    expect(first.output).toContain(`✓ ${entry.id}`);
    expect(await syntheticUsers()).toEqual([]);
    expect(readJournal(folder)).toEqual({ entries: [], unreadable: [] });

    const second = await cleanup();
    expect(second, second.output).toMatchObject({ exitCode: 0 });
    expect(second.output).toContain('Nothing is left to undo in embedded.');
  });

  it('called twice at once undoes everything once', async () => {
    await kill((await runInMidFlow()).run);
    const both = await Promise.all([cleanup('--json'), cleanup('--json')]);
    expect(
      both.map(({ exitCode }) => exitCode),
      JSON.stringify(both),
    ).toEqual([0, 0]);
    const cleaned = both.flatMap(({ output }) => JSON.parse(output).cleaned as { id: string }[]);
    expect(new Set(cleaned.map(({ id }) => id)).size).toBe(cleaned.length);
    expect(cleaned.length).toBeGreaterThan(0);
    expect(await syntheticUsers()).toEqual([]);
  });

  it('says what it could not remove, and keeps it for the next time', async () => {
    const { run, entry } = await runInMidFlow();
    await kill(run);
    await stand.control.setFaults([
      {
        kind: 'route',
        at: 'backend',
        match: { method: 'DELETE', path: '/auth/me' },
        action: { status: 500, body: '{}' },
      },
    ]);
    const failed = await cleanup();
    expect(failed, failed.output).toMatchObject({ exitCode: 1 });
    expect(failed.output).toContain(`✗ ${entry.id}`);
    expect(readJournal(folder).entries.find(({ id }) => id === entry.id)?.left).toMatch(/answers|has/);
    await stand.control.clearFaults();
    expect(await cleanup()).toMatchObject({ exitCode: 0 });
    expect(await syntheticUsers()).toEqual([]);
  });

  it('does not know, where the key is another one', async () => {
    const { run, entry } = await runInMidFlow();
    await kill(run);
    process.env['GATE10_JOURNAL_KEY'] = 'a key that nobody sealed with';
    const blind = await cleanup();
    delete process.env['GATE10_JOURNAL_KEY'];
    expect(blind, blind.output).toMatchObject({ exitCode: 3 });
    expect(blind.output).toContain(`? ${entry.id}`);
    expect(await cleanup()).toMatchObject({ exitCode: 0 });
    expect(await cleanup('--dismiss', entry.id)).toMatchObject({ exitCode: 2 });
  });
});
