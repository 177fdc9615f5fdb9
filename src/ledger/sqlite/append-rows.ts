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
import { REFUSE_REPLACE } from './migrations.ts';
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
    const next = chainRow(selectHead(database), at, row);
    database.prepare(INSERT).run(next.seq, next.at, next.key, next.event, next.prev, next.hash);
    return next;
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

/** Negative = kibibytes. The index of a million keys in no order does not fit into the usual 2 MB. */
const BULK_CACHE = -65_536;

function insertEach({ database, file }: LedgerFiles, at: string, rows: Iterable<NewRow>) {
  // A trigger per row takes half of the time. It is away within this transaction only, for nobody else, and both of what it
  // guards is kept: the seq is the next one, and a row whose key is there does not go in.
  database.exec('DROP TRIGGER IF EXISTS events_refuse_replace');
  const insert = database.prepare(`${INSERT} ON CONFLICT (key) DO NOTHING`);
  let head: Head = selectHead(database);
  let last: StoredRow | undefined;
  let [added, known] = [0, 0];
  for (const row of rows) {
    const next = chainRow(head, at, row);
    if (insert.run(next.seq, next.at, next.key, next.event, next.prev, next.hash).changes === 0) {
      const existing = selectByKey(database, row.key);
      if (existing) refuseOtherEvent(file, row, existing);
      known++;
    } else {
      head = last = next;
      added++;
    }
  }
  database.exec(REFUSE_REPLACE);
  return { added, known, last };
}

const INSERT = 'INSERT INTO events (seq, at, key, event, prev, hash) VALUES (?, ?, ?, ?, ?, ?)';

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
