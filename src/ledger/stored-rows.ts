/** Reading rows: from the database as stored, and from the stored text as typed events. */
import type { DatabaseSync } from 'node:sqlite';
import { OwnFaultError } from '../errors.ts';
import type { StoredRow } from './chain.ts';
import { type LedgerRow, ledgerEventSchema, type RowFilter } from './schema.ts';

const COLUMNS = 'seq, at, key, event, prev, hash';

export function selectAll(database: DatabaseSync): StoredRow[] {
  return database.prepare(`SELECT ${COLUMNS} FROM events ORDER BY seq`).all().map(toStoredRow);
}

/** Only rows that match are turned into events: a history of years is not read to find one run. */
export function selectMatching(database: DatabaseSync, filter: RowFilter = {}): StoredRow[] {
  return database
    .prepare(
      `SELECT ${COLUMNS} FROM events
       WHERE (?1 IS NULL OR key = ?1) AND (?2 IS NULL OR event ->> '$.environment' = ?2)
         AND (?3 IS NULL OR event ->> '$.type' = ?3) AND (?4 IS NULL OR event ->> '$.kind' = ?4) ORDER BY seq`,
    )
    .all(filter.key ?? null, filter.environment ?? null, filter.type ?? null, filter.kind ?? null)
    .map(toStoredRow);
}

export function selectBySeq(database: DatabaseSync, seq: number): StoredRow | undefined {
  const row = database.prepare(`SELECT ${COLUMNS} FROM events WHERE seq = ?`).get(seq);
  return row && toStoredRow(row);
}

export function selectByKey(database: DatabaseSync, key: string): StoredRow | undefined {
  const row = database.prepare(`SELECT ${COLUMNS} FROM events WHERE key = ?`).get(key);
  return row && toStoredRow(row);
}

export function selectHead(database: DatabaseSync): StoredRow | undefined {
  const row = database.prepare(`SELECT ${COLUMNS} FROM events ORDER BY seq DESC LIMIT 1`).get();
  return row && toStoredRow(row);
}

/** An event that this gate10 does not know is an error, never skipped: figures over a part of the history would be wrong. */
export function toLedgerRow(row: StoredRow, file: string): LedgerRow {
  const result = ledgerEventSchema.safeParse(parseJson(row.event));
  if (result.success) return { ...row, event: result.data };
  throw new OwnFaultError(
    `Failed to read ${file}: the event at seq ${row.seq} is not one that this gate10 knows. Run "gate10 history verify"; update gate10 if a newer one wrote it.`,
    { cause: result.error },
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
