/** One append: checked against the checkpoints, written in one transaction, read back from the file, then noted outside it. */
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../contract/canonical.ts';
import { OwnFaultError } from '../errors.ts';
import { GENESIS, rowHash, type StoredRow } from './chain.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { LedgerEvent } from './schema.ts';
import { selectByKey, selectBySeq, selectHead } from './stored-rows.ts';

/** An open database and the files around it. */
export interface LedgerFiles {
  readonly database: DatabaseSync;
  readonly file: string;
  /** first the one beside the database, then one elsewhere if there is one */
  readonly checkpoints: readonly string[];
  readonly busyMs: number;
}

/** Appends `event` under `key`, or finds it already there. Throws OwnFaultError or SQLite's error; nothing counts as written then. */
export function appendRow(files: LedgerFiles, at: string, event: LedgerEvent, key: string): StoredRow {
  const text = canonicalJson(event);
  const row = withWriteLock(files.database, () => {
    refuseTamperedHistory(files);
    return findSame(files, key, text) ?? insert(files.database, { at, key, event: text });
  });
  withWriteLock(files.database, () => confirm(files, row));
  return row;
}

/** A history that is shorter than its checkpoint, or another one, is never extended: that would hide what happened. */
function refuseTamperedHistory({ database, file, checkpoints }: LedgerFiles): void {
  const head = selectHead(database);
  const fault = (what: string): OwnFaultError =>
    new OwnFaultError(
      `Failed to append to ${file}: ${what}. Run "gate10 history verify"; restore the history from a copy, or move the state folder away to begin a new one.`,
    );
  if (head && rowHash(head) !== head.hash) throw fault(`the row at seq ${head.seq} was edited`);
  for (const [index, name] of checkpoints.entries()) {
    const checkpoint = readCheckpoint(name);
    if (!checkpoint) {
      if (index === 0 && head) throw fault(`${name} is missing beside a history of ${head.seq} rows`);
      continue; // a checkpoint elsewhere begins with the first append that knows of it
    }
    const known = checkpoint.count === 0 ? GENESIS : selectBySeq(database, checkpoint.count)?.hash;
    if (known !== checkpoint.head) {
      throw fault(`the history is not the one that ${name} stands for (${checkpoint.count} rows)`);
    }
  }
}

function findSame({ database, file }: LedgerFiles, key: string, text: string): StoredRow | undefined {
  const existing = selectByKey(database, key);
  if (existing && existing.event !== text) {
    throw new OwnFaultError(
      `Failed to append to ${file}: the key "${key}" is taken by another event (seq ${existing.seq}). A run is recorded once; start a new run.`,
    );
  }
  return existing;
}

function insert(database: DatabaseSync, fresh: Pick<StoredRow, 'at' | 'key' | 'event'>): StoredRow {
  const head = selectHead(database);
  const unhashed = { ...fresh, seq: (head?.seq ?? 0) + 1, prev: head?.hash ?? GENESIS };
  const row = { ...unhashed, hash: rowHash(unhashed) };
  database
    .prepare('INSERT INTO events (seq, at, key, event, prev, hash) VALUES (?, ?, ?, ?, ?, ?)')
    .run(row.seq, row.at, row.key, row.event, row.prev, row.hash);
  return row;
}

/**
 * Reads the row back through a connection of its own (nothing of the writer's cache), then moves the checkpoints to the
 * head. Runs under the write lock, so that of many writers the one with the longest history writes last.
 */
function confirm({ file, checkpoints, busyMs }: LedgerFiles, row: StoredRow): void {
  const reader = new DatabaseSync(file, { readOnly: true, timeout: busyMs });
  try {
    const stored = selectBySeq(reader, row.seq);
    const head = selectHead(reader);
    if (!stored || !head || canonicalJson(stored) !== canonicalJson(row) || rowHash(stored) !== row.hash) {
      throw new OwnFaultError(
        `Failed to record in ${file}: the row at seq ${row.seq} did not come back as it was written. Check the disk; nothing counts as recorded.`,
      );
    }
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
