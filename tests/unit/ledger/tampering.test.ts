/** Every way of changing a history, at several places of it, made in the file itself with its triggers dropped. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { rowHash, type StoredRow } from '../../../src/ledger/chain.ts';
import { readGivenCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { inspectHistory } from '../../../src/ledger/inspect-history.ts';
import { ledgerPaths, openLedger } from '../../../src/ledger/open-ledger.ts';
import type { HistoryProblem } from '../../../src/ledger/schema.ts';
import { selectAfter } from '../../../src/ledger/sqlite/stored-rows.ts';
import { at, intended, temporaryFolder } from './sample-events.ts';

const COUNT = 9;
type Change = (rows: StoredRow[]) => StoredRow[];

async function history(count = COUNT, prefix = 'run'): Promise<string> {
  const stateDir = temporaryFolder();
  const ledger = await openLedger({ stateDir, now: at });
  for (let index = 1; index <= count; index++)
    await ledger.append(intended(`${prefix}-${index}`), `${prefix}-${index}`);
  await ledger.close();
  return stateDir;
}

/** Rewrites the table as somebody with write access would, and puts the guards back in place. */
function tamper(stateDir: string, change: Change): void {
  const database = new DatabaseSync(ledgerPaths(stateDir).database);
  const guards = database
    .prepare("SELECT name, type, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL")
    .all();
  const rows = change(selectAfter(database, 0, 1000));
  for (const { name, type } of guards) database.exec(`DROP ${type} ${name}`);
  database.exec('DELETE FROM events');
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)');
  for (const { seq, at, key, event, prev, hash } of rows) insert.run(seq, at, key, event, prev, hash);
  for (const { type, sql } of guards) if (type === 'trigger') database.exec(String(sql));
  database.close();
}

async function findings(stateDir: string): Promise<readonly HistoryProblem[]> {
  return (await inspectHistory({ stateDir, now: at })).problems;
}

function named(problems: readonly HistoryProblem[]): string[] {
  return problems.map((problem) => `${problem.class} ${problem.seq}`);
}

const replaceAt =
  (seq: number, edit: (row: StoredRow) => StoredRow): Change =>
  (rows) =>
    rows.map((row) => (row.seq === seq ? edit(row) : row));
const rehashed = (row: StoredRow): StoredRow => ({ ...row, hash: rowHash(row) });
const otherEvent = (row: StoredRow): StoredRow => ({ ...row, event: row.event.replace('1e57859', '96e89f2') });
const renumbered: Change = (rows) => rows.map((row, index) => ({ ...row, seq: index + 1 }));
const rechained: Change = (rows) => {
  let prev = rows[0]?.prev ?? '';
  return rows.map((row) => {
    const next = rehashed({ ...row, prev });
    prev = next.hash;
    return next;
  });
};

function exchange(first: number, second: number, fields: (keyof StoredRow)[]): Change {
  return (rows) => {
    const [a, b] = [rows[first - 1], rows[second - 1]];
    if (!a || !b) throw new Error('no such rows');
    const take = (from: StoredRow): Partial<StoredRow> =>
      Object.fromEntries(fields.map((field) => [field, from[field]]));
    const changed = rows.map((row) => (row === a ? { ...a, ...take(b) } : row === b ? { ...b, ...take(a) } : row));
    return changed.sort((x, y) => x.seq - y.seq);
  };
}

const first = 1;
const middle = 5;
const places = [first, middle, COUNT - 1];

describe('a changed history is found, and the row is named', () => {
  it('stays quiet about an untouched one, also when its rows were written again as they were', async () => {
    const stateDir = await history();
    tamper(stateDir, (rows) => rows);
    expect(await inspectHistory({ stateDir, now: at })).toMatchObject({ rows: COUNT, problems: [] });
  });

  it.each([...places, COUNT])('edited: the event of seq %i', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, replaceAt(seq, otherEvent));
    expect(named(await findings(stateDir))).toEqual([`edited ${seq}`]);
  });

  it.each(places)('edited: the time of seq %i', async (seq) => {
    const stateDir = await history();
    tamper(
      stateDir,
      replaceAt(seq, (row) => ({ ...row, at: '2020-01-01T00:00:00.000Z' })),
    );
    expect(named(await findings(stateDir))).toEqual([`edited ${seq}`]);
  });

  it.each(places)('edited: seq %i with its hash made anew', async (seq) => {
    const stateDir = await history();
    tamper(
      stateDir,
      replaceAt(seq, (row) => rehashed(otherEvent(row))),
    );
    expect(named(await findings(stateDir))).toEqual([`edited ${seq}`]);
  });

  it.each(places)('edited: a doubled key that parses to the same value in seq %i', async (seq) => {
    const stateDir = await history();
    tamper(
      stateDir,
      replaceAt(seq, (row) => ({ ...row, event: row.event.replace('{', '{"type":"run.sealed",') })),
    );
    expect(named(await findings(stateDir))).toEqual([`edited ${seq}`]);
  });

  it.each([[[first]], [[middle]], [[COUNT - 1]], [[3, 4]]])('deleted: seq %j', async (seqs) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => rows.filter(({ seq }) => !seqs.includes(seq)));
    expect(named(await findings(stateDir))).toEqual(seqs.map((seq) => `deleted ${seq}`));
  });

  it.each([first, middle, COUNT - 1])('deleted: seq %i, with the rows after it numbered anew', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => renumbered(rows.filter((row) => row.seq !== seq)));
    expect(named(await findings(stateDir))).toContain(`deleted ${seq}`);
  });

  it.each([
    [first, 2],
    [middle, 8],
    [COUNT - 1, COUNT],
  ])('swapped: the places of seq %i and %i', async (a, b) => {
    const stateDir = await history();
    tamper(stateDir, exchange(a, b, ['seq']));
    expect(named(await findings(stateDir))).toEqual([`swapped ${a}`, `swapped ${b}`]);
  });

  it.each([
    ['event', ['event']],
    ['event, time and key', ['event', 'at', 'key']],
  ] satisfies [string, (keyof StoredRow)[]][])('swapped: the %s of two rows', async (_, fields) => {
    const stateDir = await history();
    tamper(stateDir, exchange(2, 7, fields));
    expect(named(await findings(stateDir))).toEqual(['swapped 2', 'swapped 7']);
  });

  it.each(places)('duplicated: seq %i at the end', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => [...rows, { ...(rows[seq - 1] as StoredRow), seq: COUNT + 1 }]);
    expect(named(await findings(stateDir))).toEqual([`duplicated ${COUNT + 1}`]);
  });

  it.each(places)('duplicated: seq %i at the end, chained properly', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => {
      const [source, head] = [rows[seq - 1], rows.at(-1)];
      if (!source || !head) throw new Error('no such rows');
      return [...rows, rehashed({ ...source, seq: COUNT + 1, prev: head.hash })];
    });
    expect(named(await findings(stateDir))).toEqual([`duplicated ${COUNT + 1}`]);
  });

  it.each(places)('duplicated: seq %i in its place, with the rows after it numbered anew', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => renumbered(rows.flatMap((row) => (row.seq === seq ? [row, row] : [row]))));
    expect(named(await findings(stateDir))).toContain(`duplicated ${seq + 1}`);
  });

  it.each([1, 3, COUNT])('truncated: the last %i rows', async (cut) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => rows.slice(0, COUNT - cut));
    expect(named(await findings(stateDir))).toEqual([`truncated ${COUNT - cut + 1}`]);
  });

  it('truncated: the checkpoint was taken away with the rows, but a copy of it is elsewhere', async () => {
    const stateDir = await history();
    const copy = path.join(temporaryFolder(), 'copy.json');
    copyFileSync(ledgerPaths(stateDir).checkpoint, copy);
    const shorter = await history(COUNT - 2);
    for (const name of ['database', 'checkpoint'] as const)
      copyFileSync(ledgerPaths(shorter)[name], ledgerPaths(stateDir)[name]);
    expect(await findings(stateDir)).toEqual([]);
    const { problems } = await inspectHistory({ stateDir, now: at, given: readGivenCheckpoint(copy) });
    expect(named(problems)).toEqual([`truncated ${COUNT - 1}`]);
    expect(named((await inspectHistory({ stateDir, now: at, externalCheckpoint: copy })).problems)).toEqual([
      `truncated ${COUNT - 1}`,
    ]);
  });

  it('truncated: with the checkpoint gone, nobody claims that the history is whole', async () => {
    const stateDir = await history();
    rmSync(ledgerPaths(stateDir).checkpoint);
    expect(await findings(stateDir)).toMatchObject([{ class: 'truncated', message: /is missing/ }]);
  });

  it.each([0, 4])('replaced: by another history with %i rows more', async (more) => {
    const stateDir = await history();
    copyFileSync(ledgerPaths(await history(COUNT + more, 'other')).database, ledgerPaths(stateDir).database);
    expect(named(await findings(stateDir))).toEqual([`replaced ${COUNT}`]);
  });

  it.each(places)('replaced: everything from seq %i on was rewritten with all its hashes', async (seq) => {
    const stateDir = await history();
    tamper(stateDir, (rows) => rechained(replaceAt(seq, otherEvent)(rows)));
    expect(named(await findings(stateDir))).toEqual([`replaced ${COUNT}`]);
  });

  it('replaced: the file is gone', async () => {
    const stateDir = await history();
    rmSync(ledgerPaths(stateDir).database);
    expect(await findings(stateDir)).toMatchObject([{ class: 'replaced', message: /knows 9 rows/ }]);
  });

  it('a byte changed in the file itself', async () => {
    const stateDir = await history();
    const file = ledgerPaths(stateDir).database;
    const bytes = readFileSync(file);
    const place = bytes.indexOf('"runId":"run-4"');
    expect(place).toBeGreaterThan(0);
    bytes.write('"runId":"run-5"', place);
    writeFileSync(file, bytes);
    expect(named(await findings(stateDir))).toEqual(['edited 4']);
  });
});
