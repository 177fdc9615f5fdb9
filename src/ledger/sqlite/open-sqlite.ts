/** The history of one machine: `ledger.sqlite` in the state folder, with `checkpoint.json` beside it. */
import { lstatSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { OwnFaultError } from '../../errors.ts';
import { beginCheckpoint } from '../checkpoint.ts';
import { readCheckpoints, refuseLost } from '../checkpoint-guard.ts';
import { ensureFolder, isCode } from '../durable-file.ts';
import type { LedgerOptions } from '../ledger-options.ts';
import { checkpointFiles, ledgerPaths, noHistory } from '../ledger-options.ts';
import { guarded, ownFault } from '../own-fault.ts';
import type { RowStore } from '../store.ts';
import { appendRow, appendRows, type LedgerFiles } from './append-rows.ts';
import { migrate } from './migrations.ts';
import {
  hasDoubledKeys,
  selectAfter,
  selectBySeqs,
  selectHead,
  selectMonths,
  selectSeqs,
  selectTypes,
} from './stored-rows.ts';

/** Throws as `openLedger` does. */
export function openSqlite(options: LedgerOptions): RowStore {
  const file = ledgerPaths(options.stateDir).database;
  const checkpoints = checkpointFiles(options);
  if (isEmptyFile(file)) beginHistory(options, file, checkpoints);
  const busyMs = options.busyMs ?? 30_000;
  return toStore({ file, checkpoints, busyMs, database: openDatabase(file, busyMs) });
}

/** Promises on the outside only: SQLite answers at once, and nothing of this process gets between the steps of a transaction. */
function toStore(files: LedgerFiles): RowStore {
  const { database, file } = files;
  const appending = `append to ${file}`;
  const reading = `read ${file}`;
  return {
    name: file,
    checkpoints: files.checkpoints,
    hasOwnCheckpoint: true,
    append: async (at, row) => guarded(appending, () => appendRow(files, at, row)),
    appendAll: async (at, rows) => guarded(appending, () => appendRows(files, at, rows)),
    lastSeq: async () => guarded(reading, () => selectHead(database)?.seq ?? 0),
    seqs: async (filter) => guarded(reading, () => selectSeqs(database, filter)),
    bySeqs: async (seqs) => guarded(reading, () => selectBySeqs(database, seqs)),
    after: async (seq, limit) => guarded(reading, () => selectAfter(database, seq, limit)),
    hasDoubledKeys: async () => guarded(reading, () => hasDoubledKeys(database)),
    types: async () => guarded(reading, () => selectTypes(database)),
    countPerMonth: async (filter) => guarded(reading, () => selectMonths(database, filter)),
    close: async () => database.close(),
  };
}

function beginHistory(options: LedgerOptions, file: string, checkpoints: readonly string[]): void {
  refuseLost(file, readCheckpoints(checkpoints, false));
  if (options.create === false) throw noHistory(file);
  ensureFolder(options.stateDir);
  beginCheckpoint(checkpoints[0] ?? '', options.now().toISOString());
}

function openDatabase(file: string, busyMs: number): DatabaseSync {
  return guarded(`open ${file}`, () => {
    const database = new DatabaseSync(file, { timeout: busyMs });
    try {
      // A rollback journal, not WAL: the history is always one file that can be copied, and EXTRA syncs the folder when
      // the journal is removed, so that an acknowledged row survives a power cut too (sqlite.org/pragma.html#pragma_synchronous).
      // Of a new file only: rows of half a kilobyte fill pages of twice the usual size better.
      database.exec('PRAGMA page_size = 8192; PRAGMA synchronous = EXTRA');
      migrate(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** True where there is no file, or one of zero bytes: what a process that died while it began a history leaves. */
function isEmptyFile(file: string): boolean {
  try {
    const stat = lstatSync(file);
    if (stat.isFile()) return stat.size === 0;
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return true;
    throw ownFault(`open ${file}`, cause);
  }
  throw new OwnFaultError(
    `Failed to open ${file}: it is not a regular file. A history behind a link or a device is not trusted; put the file itself there.`,
  );
}
