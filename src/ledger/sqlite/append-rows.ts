/**
 * Appending: checked against the checkpoints, written in one transaction, read back from the file, then noted outside it.
 * All of it is synchronous, so that nothing else of this process runs while a transaction is open.
 */
import { DatabaseSync } from 'node:sqlite';
import { OwnFaultError } from '../../errors.ts';
import { confirmRow, refuseOtherEvent } from '../add-row.ts';
import { chainRow, type Head, type StoredRow } from '../chain.ts';
import { writeCheckpoint } from '../checkpoint.ts';
import { readCheckpoints, refuseTampered } from '../checkpoint-guard.ts';
import type { Appended, NewRow } from '../store.ts';
import { selectByKey, selectBySeq, selectHead } from './stored-rows.ts';

/** An open database and the files around it. */
export interface LedgerFiles {
  readonly database: DatabaseSync;
  readonly file: string;
  /** first the one beside the database, then one elsewhere if there is one */
  readonly checkpoints: readonly string[];
  readonly busyMs: number;
}

/** Appends a row, or finds it already there. Throws OwnFaultError or SQLite's error; nothing counts as written then. */
export function appendRow(files: LedgerFiles, at: string, row: NewRow): StoredRow {
  const { database, file } = files;
  const written = withWriteLock(database, () => {
    refuseChanged(files);
    const existing = selectByKey(database, row.key);
    if (existing) {
      refuseOtherEvent(file, row, existing);
      return existing;
    }
    return createInsert(database)(chainRow(selectHead(database), at, row));
  });
  withWriteLock(database, () => confirm(files, written));
  return written;
}

/** As `appendRow`, for many in one transaction: all of them or, whatever is thrown, none. */
export function appendRows(files: LedgerFiles, at: string, rows: Iterable<NewRow>): Appended {
  const { database } = files;
  database.exec(`PRAGMA cache_size = ${BULK_CACHE}`);
  const { last, ...appended } = withWriteLock(database, () => {
    refuseChanged(files);
    return insertEach(files, at, rows);
  });
  if (last !== undefined) withWriteLock(database, () => confirm(files, last));
  return appended;
}

/** Negative = kibibytes. Random keys over a million rows do not fit into the usual 2 MB. */
const BULK_CACHE = -32_768;

function insertEach({ database, file }: LedgerFiles, at: string, rows: Iterable<NewRow>) {
  const insert = createInsert(database);
  const find = database.prepare('SELECT seq, event FROM events WHERE key = ?');
  let head: Head = selectHead(database);
  let last: StoredRow | undefined;
  let [added, known] = [0, 0];
  for (const row of rows) {
    const existing = find.get(row.key);
    if (existing) {
      refuseOtherEvent(file, row, { seq: Number(existing['seq']), event: String(existing['event']) });
      known++;
    } else {
      last = insert(chainRow(head, at, row));
      head = last;
      added++;
    }
  }
  return { added, known, last };
}

function createInsert(database: DatabaseSync): (row: StoredRow) => StoredRow {
  const statement = database.prepare('INSERT INTO events (seq, at, key, event, prev, hash) VALUES (?, ?, ?, ?, ?, ?)');
  return (row) => {
    statement.run(row.seq, row.at, row.key, row.event, row.prev, row.hash);
    return row;
  };
}

function refuseChanged({ database, file, checkpoints }: LedgerFiles): void {
  const known = readCheckpoints(checkpoints, true);
  refuseTampered(file, known, selectHead(database), (seq) => selectBySeq(database, seq)?.hash);
}

/**
 * Reads the row back through a connection of its own (nothing of the writer's cache), then moves the checkpoints to the
 * head. Runs under the write lock, so that of many writers the one with the longest history writes last. Of many rows
 * that were written at once the last is read: its hash stands on all before it, and SQLite wrote all of them or none.
 */
function confirm({ file, checkpoints, busyMs }: LedgerFiles, row: StoredRow): void {
  const reader = new DatabaseSync(file, { readOnly: true, timeout: busyMs });
  try {
    confirmRow(file, row, selectBySeq(reader, row.seq));
    const head = selectHead(reader);
    if (!head)
      throw new OwnFaultError(`Failed to record in ${file}: it is empty. Check the disk; nothing counts as recorded.`);
    for (const name of checkpoints) writeCheckpoint(name, { count: head.seq, head: head.hash, at: head.at });
  } finally {
    reader.close();
  }
}

function withWriteLock<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
