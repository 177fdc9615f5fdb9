/** Reading rows as they are stored. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoredRow } from '../chain.ts';
import { distinctTypes, toConditions } from '../conditions.ts';
import type { MonthlyCount, RowFilter } from '../schema.ts';

const COLUMNS = 'seq, at, key, event, prev, hash';

export function selectAfter(database: DatabaseSync, seq: number, limit: number): StoredRow[] {
  return selectRows(database, `SELECT ${COLUMNS} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit);
}

/** Where the rows are that match: found in the index, without reading them. */
export function selectSeqs(database: DatabaseSync, filter: RowFilter): number[] {
  const { sql, values } = conditions(database, filter);
  const statement = database.prepare(`SELECT seq FROM events WHERE ${sql} ORDER BY seq`);
  statement.setReturnArrays(true);
  return (statement.all(...values) as unknown as number[][]).map(([seq]) => Number(seq));
}

export function selectBySeqs(database: DatabaseSync, seqs: readonly number[]): StoredRow[] {
  const among = 'SELECT value FROM json_each(?)';
  return selectRows(
    database,
    `SELECT ${COLUMNS} FROM events WHERE seq IN (${among}) ORDER BY seq`,
    JSON.stringify(seqs),
  );
}

export function selectBySeq(database: DatabaseSync, seq: number): StoredRow | undefined {
  return selectBySeqs(database, [seq])[0];
}

export function selectByKey(database: DatabaseSync, key: string): StoredRow | undefined {
  return selectRows(database, `SELECT ${COLUMNS} FROM events WHERE key = ?`, key)[0];
}

export function selectHead(database: DatabaseSync): StoredRow | undefined {
  return selectRows(database, `SELECT ${COLUMNS} FROM events ORDER BY seq DESC LIMIT 1`)[0];
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
    `SELECT month, system, environment, outcome, count(*) AS n FROM events
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

/** As arrays: of many rows, an object with names for each is what costs. */
function selectRows(database: DatabaseSync, sql: string, ...values: (string | number)[]): StoredRow[] {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  const rows = statement.all(...values) as unknown as (string | number)[][];
  return rows.map(([seq, at, key, event, prev, hash]) => ({
    seq: Number(seq),
    at: String(at),
    key: String(key),
    event: String(event),
    prev: String(prev),
    hash: String(hash),
  }));
}
