/** Reading rows as they are stored. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredRow } from '../chain.ts';
import { distinctTypes, toConditions } from '../conditions.ts';
import type { MonthlyCount, RowFilter } from '../schema.ts';

const COLUMNS = 'seq, at, key, event, prev, hash';

export function selectAfter(database: DatabaseSync, seq: number, limit: number): StoredRow[] {
  return database
    .prepare(`SELECT ${COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`)
    .all(seq, limit)
    .map(toStoredRow);
}

/** Where the rows are that match: found in the index, without reading them. */
export function selectSeqs(database: DatabaseSync, filter: RowFilter): number[] {
  const { sql, values } = conditions(database, filter);
  const statement = database.prepare(`SELECT seq FROM events WHERE ${sql} ORDER BY seq`);
  return statement.all(...values).map((row) => Number(row['seq']));
}

export function selectBySeqs(database: DatabaseSync, seqs: readonly number[]): StoredRow[] {
  const statement = database.prepare(`SELECT ${COLUMNS} FROM events WHERE seq = ?`);
  return seqs.flatMap((seq) => {
    const row = statement.get(seq);
    return row ? [toStoredRow(row)] : [];
  });
}

export function selectBySeq(database: DatabaseSync, seq: number): StoredRow | undefined {
  return selectBySeqs(database, [seq])[0];
}

export function selectByKey(database: DatabaseSync, key: string): StoredRow | undefined {
  const row = database.prepare(`SELECT ${COLUMNS} FROM events WHERE key = ?`).get(key);
  return row && toStoredRow(row);
}

export function selectHead(database: DatabaseSync): StoredRow | undefined {
  const row = database.prepare(`SELECT ${COLUMNS} FROM events ORDER BY seq DESC LIMIT 1`).get();
  return row && toStoredRow(row);
}

/** null = an event whose type cannot be read. */
export function selectTypes(database: DatabaseSync): (string | null)[] {
  const named = database.prepare(distinctTypes('events')).all();
  const nameless = database.prepare('SELECT 1 FROM events WHERE type IS NULL LIMIT 1').all();
  return [...named.map((row) => String(row['type'])), ...nameless.map(() => null)];
}

/** The unique index refuses them; it may have been dropped. */
export function hasDoubledKeys(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM events GROUP BY key HAVING count(*) > 1 LIMIT 1').get() !== undefined;
}

export function selectMonths(database: DatabaseSync, filter: RowFilter): MonthlyCount[] {
  const { sql, values } = conditions(database, filter);
  const months = database.prepare(
    `SELECT system, environment, substr(minute, 1, 7) AS month, outcome, count(*) AS n FROM events
     WHERE ${sql} GROUP BY 1, 2, 3, 4 ORDER BY month, system, environment, outcome`,
  );
  return months.all(...values).map((row) => ({
    system: textOrNull(row['system']),
    environment: String(row['environment']),
    month: String(row['month']),
    outcome: textOrNull(row['outcome']),
    count: Number(row['n']),
  }));
}

function conditions(database: DatabaseSync, filter: RowFilter) {
  return toConditions(filter, selectTypes(database), () => '?');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toStoredRow(row: Record<string, unknown>): StoredRow {
  const text = (column: string): string => String(row[column]);
  return {
    seq: Number(row['seq']),
    at: text('at'),
    key: text('key'),
    event: text('event'),
    prev: text('prev'),
    hash: text('hash'),
  };
}
