import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { InputError, OwnFaultError } from '../../../src/errors.ts';
import { GENESIS, rowHash } from '../../../src/ledger/chain.ts';
import { migrate } from '../../../src/ledger/migrations.ts';
import { ledgerPaths, openLedger } from '../../../src/ledger/open-ledger.ts';
import type { LedgerEvent } from '../../../src/ledger/schema.ts';
import { at, intended, temporaryFolder } from './sample-events.ts';

function ledgerWith(count: number, stateDir = temporaryFolder()): string {
  const ledger = openLedger({ stateDir, now: at });
  for (let index = 1; index <= count; index++) ledger.append(intended(`run-${index}`), `intent:run-${index}`);
  ledger.close();
  return stateDir;
}

function raw(stateDir: string, sql: string): void {
  const database = new DatabaseSync(ledgerPaths(stateDir).database);
  database.exec(sql);
  database.close();
}

describe('a history', () => {
  it('gives back what was appended, chained from the beginning', () => {
    const stateDir = ledgerWith(3);
    const ledger = openLedger({ stateDir, now: at, create: false });
    const rows = ledger.rows();
    expect(rows.map(({ seq, key }) => [seq, key])).toEqual([
      [1, 'intent:run-1'],
      [2, 'intent:run-2'],
      [3, 'intent:run-3'],
    ]);
    expect(rows.map(({ prev }) => prev)).toEqual([GENESIS, rows[0]?.hash, rows[1]?.hash]);
    expect(rows[0]?.event).toEqual(intended('run-1'));
    expect(ledger.verify()).toEqual([]);
    ledger.close();
  });

  it('notes its head outside the database, in both places', () => {
    const stateDir = temporaryFolder();
    const externalCheckpoint = path.join(temporaryFolder(), 'copy.json');
    const ledger = openLedger({ stateDir, now: at, externalCheckpoint });
    const row = ledger.append(intended('run-1'), 'k');
    ledger.close();
    const expected = { at: row.at, count: 1, head: row.hash };
    expect(JSON.parse(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8'))).toEqual(expected);
    expect(JSON.parse(readFileSync(externalCheckpoint, 'utf8'))).toEqual(expected);
  });

  it('finds rows by environment, type, kind and key', () => {
    const ledger = openLedger({ stateDir: temporaryFolder(), now: at });
    ledger.append(intended('a'), 'a');
    ledger.append(intended('b', { environment: 'staging' }), 'b');
    const { system, environment } = intended('a');
    ledger.append({ type: 'run.interrupted', runId: 'a', system, environment, foundAt: at().toISOString() }, 'c');
    ledger.append(intended('d', { kind: 'check' }), 'd');
    const keys = (filter: Parameters<typeof ledger.rows>[0]): string[] => ledger.rows(filter).map(({ key }) => key);
    expect(keys({ environment: 'staging' })).toEqual(['b']);
    expect(keys({ type: 'run.interrupted' })).toEqual(['c']);
    expect(keys({ environment: 'production', type: 'run.intended' })).toEqual(['a', 'd']);
    expect(keys({ environment: 'nowhere' })).toEqual([]);
    expect(keys({ kind: 'check' })).toEqual(['d']);
    expect(keys({ kind: 'production' })).toEqual(['a', 'b']);
    expect(keys({ key: 'c' })).toEqual(['c']);
    expect(keys({ key: 'c', type: 'run.intended' })).toEqual([]);
    ledger.close();
  });

  it('stores the same event under the same key once', () => {
    const ledger = openLedger({ stateDir: temporaryFolder(), now: at });
    const first = ledger.append(intended('run-1'), 'k');
    expect(ledger.append(intended('run-1'), 'k')).toEqual(first);
    expect(ledger.rows()).toHaveLength(1);
    ledger.close();
  });

  it('refuses another event under a taken key', () => {
    const ledger = openLedger({ stateDir: temporaryFolder(), now: at });
    ledger.append(intended('run-1'), 'k');
    expect(() => ledger.append(intended('run-2'), 'k')).toThrow(/the key "k" is taken by another event \(seq 1\)/);
    expect(ledger.rows()).toHaveLength(1);
    ledger.close();
  });

  it('refuses an event that it does not know', () => {
    const ledger = openLedger({ stateDir: temporaryFolder(), now: at });
    const unknown = { ...intended('x'), type: 'run.blessed' } as unknown as LedgerEvent;
    expect(() => ledger.append(unknown, 'k')).toThrow(OwnFaultError);
    expect(ledger.rows()).toEqual([]);
    ledger.close();
  });

  it.each([
    ['UPDATE', "UPDATE events SET event = '{}' WHERE seq = 1"],
    ['DELETE', 'DELETE FROM events WHERE seq = 2'],
    ['REPLACE of a seq', "INSERT OR REPLACE INTO events VALUES (1, 'a', 'b', 'c', 'd', 'e')"],
    ['REPLACE of a key', "INSERT OR REPLACE INTO events VALUES (3, 'a', 'intent:run-1', 'c', 'd', 'e')"],
    ['a seq out of order', "INSERT INTO events VALUES (9, 'a', 'b', 'c', 'd', 'e')"],
  ])('refuses %s by itself, whoever asks', (_, sql) => {
    const stateDir = ledgerWith(2);
    expect(() => raw(stateDir, sql)).toThrow(/the history is append-only/);
  });
});

describe('a history that is not whole', () => {
  it.each([
    ['its last row is gone', 'DELETE FROM events WHERE seq = 3'],
    ['its last row was edited', "UPDATE events SET at = '2027-01-01T00:00:00.000Z' WHERE seq = 3"],
    ['all of it is gone', 'DELETE FROM events'],
  ])('is not extended when %s', (_, sql) => {
    const stateDir = ledgerWith(3);
    raw(stateDir, `DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete; ${sql}`);
    const checkpoint = readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8');
    const ledger = openLedger({ stateDir, now: at });
    expect(() => ledger.append(intended('next'), 'next')).toThrow(/gate10 history verify/);
    ledger.close();
    expect(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8')).toBe(checkpoint);
  });

  it('is not extended when its checkpoint is gone', () => {
    const stateDir = ledgerWith(2);
    rmSync(ledgerPaths(stateDir).checkpoint);
    const ledger = openLedger({ stateDir, now: at });
    expect(() => ledger.append(intended('next'), 'next')).toThrow(/is missing beside a history of 2 rows/);
    ledger.close();
  });

  it('is not extended when a checkpoint elsewhere knows more', () => {
    const externalCheckpoint = path.join(temporaryFolder(), 'copy.json');
    writeFileSync(externalCheckpoint, JSON.stringify({ count: 7, head: 'a'.repeat(64), at: at().toISOString() }));
    const ledger = openLedger({ stateDir: ledgerWith(2), now: at, externalCheckpoint });
    expect(() => ledger.append(intended('next'), 'next')).toThrow(/copy\.json stands for \(7 rows\)/);
    ledger.close();
  });

  it('is never begun anew where a checkpoint knows one', () => {
    const stateDir = ledgerWith(2);
    rmSync(ledgerPaths(stateDir).database);
    expect(() => openLedger({ stateDir, now: at })).toThrow(/the history is gone.*2 rows/);
    writeFileSync(ledgerPaths(stateDir).database, '');
    expect(() => openLedger({ stateDir, now: at })).toThrow(OwnFaultError);
  });

  it('goes on after a process died while it began one', () => {
    const stateDir = temporaryFolder();
    openLedger({ stateDir, now: at }).close();
    writeFileSync(ledgerPaths(stateDir).database, '');
    const ledger = openLedger({ stateDir, now: at });
    expect(ledger.append(intended('run-1'), 'k').seq).toBe(1);
    ledger.close();
  });

  it('goes on after a process died between commit and checkpoint', () => {
    const stateDir = ledgerWith(1);
    const before = readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8');
    ledgerWith(2, stateDir);
    writeFileSync(ledgerPaths(stateDir).checkpoint, before);
    const ledger = openLedger({ stateDir, now: at });
    expect(ledger.verify()).toEqual([]);
    expect(ledger.append(intended('run-3'), 'intent:run-3').seq).toBe(3);
    expect(JSON.parse(readFileSync(ledgerPaths(stateDir).checkpoint, 'utf8'))).toMatchObject({ count: 3 });
    ledger.close();
  });
});

describe('opening', () => {
  it('says where there is no history', () => {
    expect(() => openLedger({ stateDir: temporaryFolder(), now: at, create: false })).toThrow(InputError);
  });

  it.each([
    ['text', Buffer.from('not a database at all. '.repeat(300))],
    ['a header and nothing sensible', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5000, 7)])],
  ])('refuses %s with what to do', (_, content) => {
    const stateDir = temporaryFolder();
    writeFileSync(ledgerPaths(stateDir).database, content);
    expect(() => openLedger({ stateDir, now: at })).toThrow(OwnFaultError);
    expect(() => openLedger({ stateDir, now: at })).toThrow(/Restore it from a copy|move it away/i);
    expect(readFileSync(ledgerPaths(stateDir).database)).toEqual(content);
  });

  it("refuses another program's database", () => {
    const stateDir = temporaryFolder();
    raw(stateDir, 'CREATE TABLE theirs (a)');
    expect(() => openLedger({ stateDir, now: at })).toThrow(/another program/);
  });

  it('refuses a link and a folder in the place of the file', () => {
    const linked = temporaryFolder();
    symlinkSync('/etc/hostname', ledgerPaths(linked).database);
    expect(() => openLedger({ stateDir: linked, now: at })).toThrow(/not a regular file/);
    const folder = temporaryFolder();
    mkdirSync(ledgerPaths(folder).database);
    expect(() => openLedger({ stateDir: folder, now: at })).toThrow(/not a regular file/);
  });

  it('says that a newer gate10 wrote it', () => {
    const stateDir = ledgerWith(1);
    raw(stateDir, 'PRAGMA user_version = 3');
    expect(() => openLedger({ stateDir, now: at })).toThrow(
      /was written by a newer gate10 \(schema 3, this one knows 1\)/,
    );
    expect(() => openLedger({ stateDir, now: at })).toThrow(InputError);
  });

  it('does not read past an event of a newer gate10', () => {
    const stateDir = ledgerWith(1);
    const database = new DatabaseSync(ledgerPaths(stateDir).database);
    const first = database.prepare('SELECT hash FROM events').get();
    const row = { seq: 2, at: 'x', key: 'y', event: '{"type":"run.blessed"}', prev: String(first?.['hash']) };
    database
      .prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)')
      .run(row.seq, row.at, row.key, row.event, row.prev, rowHash(row));
    database.close();
    const ledger = openLedger({ stateDir, now: at });
    expect(() => ledger.rows()).toThrow(/seq 2 is not one that this gate10 knows/);
    expect(ledger.verify()).toMatchObject([{ class: 'newer-schema', seq: 2 }]);
    ledger.close();
  });

  it.each(['', '{}', '{"count":-1,"head":"x","at":"y"}', '<<<<<<<'])('does not trust the checkpoint %j', (text) => {
    const stateDir = ledgerWith(1);
    writeFileSync(ledgerPaths(stateDir).checkpoint, text);
    const ledger = openLedger({ stateDir, now: at });
    expect(() => ledger.append(intended('next'), 'next')).toThrow(/is not a checkpoint/);
    expect(() => ledger.verify()).toThrow(OwnFaultError);
    ledger.close();
  });
});

describe('migrations', () => {
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
