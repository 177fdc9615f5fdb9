import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { InputError, OwnFaultError } from '../../../src/errors.ts';
import { GENESIS, rowHash, type StoredRow } from '../../../src/ledger/chain.ts';
import { ledgerPaths, openLedger } from '../../../src/ledger/open-ledger.ts';
import type { LedgerEvent, RowFilter } from '../../../src/ledger/schema.ts';
import { MIGRATIONS, migrate } from '../../../src/ledger/sqlite/migrations.ts';
import { selectAfter } from '../../../src/ledger/sqlite/stored-rows.ts';
import { at, intended, temporaryFolder } from './sample-events.ts';

async function ledgerWith(count: number, stateDir = temporaryFolder()): Promise<string> {
  const ledger = await openLedger({ stateDir, now: at });
  for (let index = 1; index <= count; index++) await ledger.append(intended(`run-${index}`), `intent:run-${index}`);
  await ledger.close();
  return stateDir;
}

function raw(stateDir: string, sql: string): void {
  const database = new DatabaseSync(ledgerPaths(stateDir).database);
  database.exec(sql);
  database.close();
}

async function rowsOf(stateDir: string): Promise<StoredRow[]> {
  const database = new DatabaseSync(ledgerPaths(stateDir).database);
  const rows = selectAfter(database, 0, 100);
  database.close();
  return rows;
}

describe('a history', () => {
  it('gives back what was appended, chained from the beginning', async () => {
    const stateDir = await ledgerWith(3);
    const ledger = await openLedger({ stateDir, now: at, create: false });
    const rows = await ledger.rows();
    expect(rows.map(({ seq, key }) => [seq, key])).toEqual([
      [1, 'intent:run-1'],
      [2, 'intent:run-2'],
      [3, 'intent:run-3'],
    ]);
    expect(rows.map(({ prev }) => prev)).toEqual([GENESIS, rows[0]?.hash, rows[1]?.hash]);
    expect(rows[0]?.event).toEqual(intended('run-1'));
    expect(await ledger.verify()).toEqual([]);
    await ledger.close();
  });

  it('notes its head outside the database, in both places', async () => {
    const stateDir = temporaryFolder();
    const externalCheckpoint = path.join(temporaryFolder(), 'copy.json');
    const ledger = await openLedger({ stateDir, now: at, externalCheckpoint });
    const row = await ledger.append(intended('run-1'), 'k');
    await ledger.close();
    const expected = { at: row.at, count: 1, head: row.hash };
    expect(JSON.parse(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8'))).toEqual(expected);
    expect(JSON.parse(readFileSync(externalCheckpoint, 'utf8'))).toEqual(expected);
  });

  it('finds rows by environment, type, kind and key', async () => {
    const ledger = await openLedger({ stateDir: temporaryFolder(), now: at });
    await ledger.append(intended('a'), 'a');
    await ledger.append(intended('b', { environment: 'staging' }), 'b');
    const { system, environment } = intended('a');
    await ledger.append({ type: 'run.interrupted', runId: 'a', system, environment, foundAt: at().toISOString() }, 'c');
    await ledger.append(intended('d', { kind: 'check' }), 'd');
    const keys = async (filter: RowFilter): Promise<string[]> => (await ledger.rows(filter)).map(({ key }) => key);
    expect(await keys({ environment: 'staging' })).toEqual(['b']);
    expect(await keys({ type: 'run.interrupted' })).toEqual(['c']);
    expect(await keys({ environment: 'production', type: 'run.intended' })).toEqual(['a', 'd']);
    expect(await keys({ environment: 'nowhere' })).toEqual([]);
    expect(await keys({ kind: 'check' })).toEqual(['d']);
    expect(await keys({ kind: 'production' })).toEqual(['a', 'b']);
    expect(await keys({ key: 'c' })).toEqual(['c']);
    expect(await keys({ key: 'c', type: 'run.intended' })).toEqual([]);
    await ledger.close();
  });

  it('stores the same event under the same key once', async () => {
    const ledger = await openLedger({ stateDir: temporaryFolder(), now: at });
    const first = await ledger.append(intended('run-1'), 'k');
    expect(await ledger.append(intended('run-1'), 'k')).toEqual(first);
    expect(await ledger.rows()).toHaveLength(1);
    await ledger.close();
  });

  it('refuses another event under a taken key', async () => {
    const ledger = await openLedger({ stateDir: temporaryFolder(), now: at });
    await ledger.append(intended('run-1'), 'k');
    await expect(ledger.append(intended('run-2'), 'k')).rejects.toThrow(
      /the key "k" is taken by another event \(seq 1\)/,
    );
    expect(await ledger.rows()).toHaveLength(1);
    await ledger.close();
  });

  it('refuses an event that it does not know', async () => {
    const ledger = await openLedger({ stateDir: temporaryFolder(), now: at });
    const unknown = { ...intended('x'), type: 'run.blessed' } as unknown as LedgerEvent;
    await expect(ledger.append(unknown, 'k')).rejects.toThrow(OwnFaultError);
    expect(await ledger.rows()).toEqual([]);
    await ledger.close();
  });

  it.each([
    ['UPDATE', "UPDATE events SET event = '{}' WHERE seq = 1"],
    ['DELETE', 'DELETE FROM events WHERE seq = 2'],
    ['REPLACE of a seq', "INSERT OR REPLACE INTO events VALUES (1, 'a', 'b', 'c', 'd', 'e')"],
    ['REPLACE of a key', "INSERT OR REPLACE INTO events VALUES (3, 'a', 'intent:run-1', 'c', 'd', 'e')"],
    ['a seq out of order', "INSERT INTO events VALUES (9, 'a', 'b', 'c', 'd', 'e')"],
  ])('refuses %s by itself, whoever asks', async (_, sql) => {
    const stateDir = await ledgerWith(2);
    expect(() => raw(stateDir, sql)).toThrow(/the history is append-only/);
  });
});

describe('a history that is not whole', () => {
  it.each([
    ['its last row is gone', 'DELETE FROM events WHERE seq = 3'],
    ['its last row was edited', "UPDATE events SET at = '2027-01-01T00:00:00.000Z' WHERE seq = 3"],
    ['all of it is gone', 'DELETE FROM events'],
  ])('is not extended when %s', async (_, sql) => {
    const stateDir = await ledgerWith(3);
    raw(stateDir, `DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete; ${sql}`);
    const checkpoint = readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8');
    const ledger = await openLedger({ stateDir, now: at });
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/gate10 history verify/);
    await ledger.close();
    expect(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8')).toBe(checkpoint);
  });

  it('is not extended when its checkpoint is gone', async () => {
    const stateDir = await ledgerWith(2);
    rmSync(ledgerPaths(stateDir).checkpoint);
    const ledger = await openLedger({ stateDir, now: at });
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/is missing beside a history of 2 rows/);
    await ledger.close();
  });

  it('is not extended when a checkpoint elsewhere knows more', async () => {
    const externalCheckpoint = path.join(temporaryFolder(), 'copy.json');
    writeFileSync(externalCheckpoint, JSON.stringify({ count: 7, head: 'a'.repeat(64), at: at().toISOString() }));
    const ledger = await openLedger({ stateDir: await ledgerWith(2), now: at, externalCheckpoint });
    await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/copy\.json stands for \(7 rows\)/);
    await ledger.close();
  });

  it('is never begun anew where a checkpoint knows one', async () => {
    const stateDir = await ledgerWith(2);
    rmSync(ledgerPaths(stateDir).database);
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(/the history is gone.*2 rows/);
    writeFileSync(ledgerPaths(stateDir).database, '');
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(OwnFaultError);
  });

  it('goes on after a process died while it began one', async () => {
    const stateDir = temporaryFolder();
    await (await openLedger({ stateDir, now: at })).close();
    writeFileSync(ledgerPaths(stateDir).database, '');
    const ledger = await openLedger({ stateDir, now: at });
    expect((await ledger.append(intended('run-1'), 'k')).seq).toBe(1);
    await ledger.close();
  });

  it('goes on after a process died between commit and checkpoint', async () => {
    const stateDir = await ledgerWith(1);
    const before = readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8');
    await ledgerWith(2, stateDir);
    writeFileSync(ledgerPaths(stateDir).checkpoint, before);
    const ledger = await openLedger({ stateDir, now: at });
    expect(await ledger.verify()).toEqual([]);
    expect((await ledger.append(intended('run-3'), 'intent:run-3')).seq).toBe(3);
    expect(JSON.parse(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8'))).toMatchObject({ count: 3 });
    await ledger.close();
  });
});

describe('opening', () => {
  it('says where there is no history', async () => {
    await expect(openLedger({ stateDir: temporaryFolder(), now: at, create: false })).rejects.toThrow(InputError);
  });

  it.each([
    ['text', Buffer.from('not a database at all. '.repeat(300))],
    ['a header and nothing sensible', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 7)])],
  ])('refuses %s with what to do', async (_, content) => {
    const stateDir = temporaryFolder();
    writeFileSync(ledgerPaths(stateDir).database, content);
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(OwnFaultError);
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(/Restore it from a copy|move it away/i);
    expect(readFileSync(ledgerPaths(stateDir).database)).toEqual(content);
  });

  it("refuses another program's database", async () => {
    const stateDir = temporaryFolder();
    raw(stateDir, 'CREATE TABLE theirs (a)');
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(/another program/);
  });

  it('refuses a link and a folder in the place of the file', async () => {
    const linked = temporaryFolder();
    symlinkSync('/etc/hostname', ledgerPaths(linked).database);
    await expect(openLedger({ stateDir: linked, now: at })).rejects.toThrow(/not a regular file/);
    const folder = temporaryFolder();
    mkdirSync(ledgerPaths(folder).database);
    await expect(openLedger({ stateDir: folder, now: at })).rejects.toThrow(/not a regular file/);
  });

  it('says that a newer gate10 wrote it', async () => {
    const stateDir = await ledgerWith(1);
    raw(stateDir, 'PRAGMA user_version = 3');
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(
      /was written by a newer gate10 \(schema 3, this one knows 2\)/,
    );
    await expect(openLedger({ stateDir, now: at })).rejects.toThrow(InputError);
  });

  it('does not read past an event of a newer gate10', async () => {
    const stateDir = await ledgerWith(1);
    const database = new DatabaseSync(ledgerPaths(stateDir).database);
    const first = database.prepare('SELECT hash FROM events').get();
    const row = { seq: 2, at: 'x', key: 'y', event: '{"type":"run.blessed"}', prev: String(first?.['hash']) };
    database
      .prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)')
      .run(row.seq, row.at, row.key, row.event, row.prev, rowHash(row));
    database.close();
    const ledger = await openLedger({ stateDir, now: at });
    await expect(ledger.rows()).rejects.toThrow(/seq 2 is not one that this gate10 knows/);
    expect(await ledger.verify()).toMatchObject([{ class: 'newer-schema', seq: 2 }]);
    await ledger.close();
  });

  it.each(['', '{}', '{"count":-1,"head":"x","at":"y"}', '<<<<<<<'])(
    'does not trust the checkpoint %j',
    async (text) => {
      const stateDir = await ledgerWith(1);
      writeFileSync(ledgerPaths(stateDir).checkpoint, text);
      const ledger = await openLedger({ stateDir, now: at });
      await expect(ledger.append(intended('next'), 'next')).rejects.toThrow(/is not a checkpoint/);
      await expect(ledger.verify()).rejects.toThrow(OwnFaultError);
      await ledger.close();
    },
  );
});

describe('migrations', () => {
  it.each(MIGRATIONS.map((_, version) => version))('bring a history of schema %i forward, whole', async (version) => {
    const old = temporaryFolder();
    const rows = await rowsOf(await ledgerWith(3));
    const database = new DatabaseSync(ledgerPaths(old).database);
    migrate(database, 'f', MIGRATIONS.slice(0, version));
    const insert = version === 0 ? undefined : database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)');
    for (const { seq, at: time, key, event, prev, hash } of rows) insert?.run(seq, time, key, event, prev, hash);
    database.close();
    const count = insert === undefined ? 0 : 3;
    const head = rows.at(-1)?.hash;
    if (count > 0) writeFileSync(ledgerPaths(old).checkpoint, JSON.stringify({ count, head, at: at().toISOString() }));
    const ledger = await openLedger({ stateDir: old, now: at });
    expect(await ledger.verify()).toEqual([]);
    expect(await ledger.rows({ environment: 'production', since: at().toISOString() })).toHaveLength(count);
    await ledger.append(intended('next'), 'next');
    expect(await ledger.size()).toBe(count + 1);
    await ledger.close();
    expect(() => raw(old, 'DELETE FROM events')).toThrow(/append-only/);
    expect(() => raw(old, "INSERT OR REPLACE INTO events VALUES (1, 'a', 'b', 'c', 'd', 'e')")).toThrow(/append-only/);
  });

  it('bring forward a history with a row that is no JSON, and say which', async () => {
    const stateDir = temporaryFolder();
    const database = new DatabaseSync(ledgerPaths(stateDir).database);
    migrate(database, 'f', MIGRATIONS.slice(0, 1));
    database.exec(`INSERT INTO events VALUES (1, 'a', 'b', '{"broken', '${GENESIS}', 'h')`);
    database.close();
    const ledger = await openLedger({ stateDir, now: at });
    expect(await ledger.verify()).toMatchObject([{ class: 'truncated' }, { class: 'edited', seq: 1 }]);
    await expect(ledger.rows({ environment: 'production' })).rejects.toThrow(/seq 1|does not know/);
    await expect(ledger.rows({ since: at().toISOString() })).rejects.toThrow(/seq 1|does not know/);
    await ledger.close();
  });

  const first = 'CREATE TABLE one (a)';

  it('bring an older file forward and keep its rows', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, 'f', [first]);
    database.exec('INSERT INTO one VALUES (5)');
    migrate(database, 'f', [first, 'ALTER TABLE one ADD COLUMN b']);
    expect(database.prepare('SELECT a, b FROM one').all()).toMatchObject([{ a: 5, b: null }]);
    expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 2 });
  });

  it('leave everything as it was when one of them fails', () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, 'f', [first]);
    expect(() => migrate(database, 'f', [first, 'CREATE TABLE two (a)', 'NONSENSE'])).toThrow(/syntax error/);
    expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1 });
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).toHaveLength(1);
  });
});
