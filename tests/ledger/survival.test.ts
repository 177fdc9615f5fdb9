/** What was acknowledged is there: with many writers, after kill -9, on a full disk, on a read-only one. */
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { startWriter, starve, temporaryFolder, type Writer } from './support/processes.ts';

const now = (): Date => new Date();

async function keysIn(stateDir: string): Promise<string[]> {
  const ledger = await openLedger({ stateDir, now, create: false });
  try {
    expect(await ledger.verify()).toEqual([]);
    return (await ledger.rows()).map(({ key }) => key);
  } finally {
    await ledger.close();
  }
}

describe('a history', () => {
  it('keeps every row of eight processes that append at once', async () => {
    const stateDir = temporaryFolder();
    const writers = Array.from({ length: 8 }, (_, index) => startWriter(stateDir, `writer-${index}`, 25));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(Array(8).fill(0));
    const keys = await keysIn(stateDir);
    expect(keys).toHaveLength(200);
    expect(new Set(keys)).toEqual(new Set(writers.flatMap(({ acknowledged }) => acknowledged)));
  });

  it('loses nothing that was acknowledged over sixty kill -9, and goes on', async () => {
    const stateDir = temporaryFolder();
    const writers: Writer[] = [];
    for (let round = 0; round < 20; round++) {
      // Three at once; each is killed on its first, second or third acknowledgement, wherever it is by then.
      const three = [1, 2, 3].map((after) =>
        startWriter(stateDir, `round-${round}-${after}`, 1_000_000, ({ process: child, acknowledged }) => {
          if (acknowledged.length >= after) child.kill('SIGKILL');
        }),
      );
      await Promise.all(three.map(({ ended }) => ended));
      writers.push(...three);
    }
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(writers.every(({ process: child }) => child.signalCode === 'SIGKILL')).toBe(true);
    expect(acknowledged.length).toBeGreaterThanOrEqual(120);
    const kept = new Set(await keysIn(stateDir));
    expect(acknowledged.filter((key) => !kept.has(key))).toEqual([]);
    expect(await startWriter(stateDir, 'afterwards', 1).ended).toBe(0);
    expect(await keysIn(stateDir)).toHaveLength(kept.size + 1);
  });

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
