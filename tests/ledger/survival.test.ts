/** What was acknowledged is there: with many writers, after kill -9, on a full disk, on a read-only one. */
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { createRandom, killWriters } from './support/kill-writers.ts';
import { startWriter, starve, temporaryFolder } from './support/processes.ts';
import { useServer } from './support/server.ts';
import type { WriterPlace } from './support/writer.ts';

const now = (): Date => new Date();
const server = useServer();

async function keysIn(place: WriterPlace): Promise<string[]> {
  const ledger = await openLedger({ ...place, now, create: false });
  try {
    expect(await ledger.verify()).toEqual([]);
    return (await ledger.rows()).map(({ key }) => key);
  } finally {
    await ledger.close();
  }
}

async function appendAtOnce(place: WriterPlace, processes: number, each: number): Promise<void> {
  const writers = Array.from({ length: processes }, (_, index) => startWriter(place, `writer-${index}`, each));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(Array(processes).fill(0));
  const keys = await keysIn(place);
  expect(keys).toHaveLength(processes * each);
  expect(new Set(keys)).toEqual(new Set(writers.flatMap(({ acknowledged }) => acknowledged)));
}

describe('a history', () => {
  it('keeps every row of 32 processes that append 50 each at once', async () => {
    await appendAtOnce({ stateDir: temporaryFolder() }, 32, 50);
  }, 600_000);

  it('on a server keeps every row of 64 processes that append 50 each at once', async () => {
    await appendAtOnce({ stateDir: temporaryFolder(), store: await server.fresh() }, 64, 50);
  }, 600_000);

  it.each([
    ['', async () => ({ stateDir: temporaryFolder() })],
    [' on a server', async () => ({ stateDir: temporaryFolder(), store: await server.fresh() })],
  ])(
    '%s loses nothing that was acknowledged over twenty kill -9 of four writers, and goes on',
    async (_, place) => {
      const at = await place();
      const seen = await killWriters({ ...at, writers: 4, kills: 20, random: createRandom(7) });
      expect(seen).toMatchObject({ kills: 20, lost: [], problems: [] });
      expect(seen.acknowledged).toBeGreaterThanOrEqual(20);
      const before = await keysIn(at);
      expect(await startWriter(at, 'afterwards', 1).ended).toBe(0);
      expect(await keysIn(at)).toEqual([...before, 'afterwards-1']);
    },
    600_000,
  );

  it.each([
    ['full', /space|full|too large/i],
    ['read-only', /read-?only|rights/i],
  ] as const)('on a %s file system acknowledges nothing, loses nothing, and goes on afterwards', (kind, words) => {
    const seen = starve(kind);
    if (!seen) throw new Error('neither mounting nor file modes work for this user: not proven here');
    const [first, starved, afterwards] = seen;
    expect(first).toMatchObject({ acknowledged: ['run-1', 'run-2', 'run-3'], name: 'none' });
    expect(starved).toMatchObject({ before: first?.acknowledged, name: 'OwnFaultError', problems: [] });
    expect(starved?.message).toMatch(words);
    expect(starved?.message).toMatch(/\. (Free|Give|Raise|Check|No space|It is read-only|The device)/);
    const acknowledged = [...(first?.acknowledged ?? []), ...(starved?.acknowledged ?? [])];
    expect(afterwards?.before.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(afterwards).toMatchObject({ name: 'none', problems: [] });
    expect(afterwards?.acknowledged).toHaveLength(1);
  });
});
