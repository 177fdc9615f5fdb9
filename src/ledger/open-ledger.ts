/** The append-only history of a state folder: `ledger.sqlite`, with `checkpoint.json` beside it. */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { InputError, OwnFaultError } from '../errors.ts';
import { appendRow, type LedgerFiles } from './append-row.ts';
import { beginCheckpoint, readCheckpoint } from './checkpoint.ts';
import { ensureFolder, isCode } from './durable-file.ts';
import { findHistoryProblems, type NamedCheckpoint } from './find-history-problems.ts';
import { migrate } from './migrations.ts';
import { ownFault } from './own-fault.ts';
import { type Ledger, ledgerEventSchema } from './schema.ts';
import { selectAll, selectMatching, toLedgerRow } from './stored-rows.ts';

export interface LedgerOptions {
  readonly stateDir: string;
  readonly now: () => Date;
  /** begin a history where there is none (default); `false` = only open what is there */
  readonly create?: boolean;
  /** a second checkpoint in a place that does not share the state folder's fate (`GATE10_CHECKPOINT`) */
  readonly externalCheckpoint?: string;
  /** how long to wait for other writers, milliseconds */
  readonly busyMs?: number;
}

/** Paths of the history's files in a state folder. */
export function ledgerPaths(stateDir: string): { database: string; checkpoint: string } {
  return { database: path.join(stateDir, 'ledger.sqlite'), checkpoint: path.join(stateDir, 'checkpoint.json') };
}

/**
 * Opens the history, or begins one where there never was one; a file of an older schema is migrated.
 *
 * Throws InputError where there is none (`create: false`) or where a newer gate10 wrote it, OwnFaultError where it is
 * damaged, not readable, or gone although a checkpoint knows it: a lost history is never replaced silently.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const paths = ledgerPaths(options.stateDir);
  const checkpoints = [paths.checkpoint, ...(options.externalCheckpoint ? [options.externalCheckpoint] : [])];
  if (isEmptyFile(paths.database)) beginHistory(options, paths.database, checkpoints);
  const files = { file: paths.database, checkpoints, busyMs: options.busyMs ?? 30_000 };
  const database = openDatabase(files.file, files.busyMs);
  return toLedger({ ...files, database }, options.now);
}

/** Promises on the outside only: SQLite is synchronous, so that nothing of this process gets between the steps of a transaction. */
function toLedger(files: LedgerFiles, now: () => Date): Ledger {
  const { database, file } = files;
  return {
    append: async (event, key) =>
      guarded(`append to ${file}`, () =>
        toLedgerRow(appendRow(files, now().toISOString(), ledgerEventSchema.parse(event), key), file),
      ),
    rows: async (filter) =>
      guarded(`read ${file}`, () => selectMatching(database, filter).map((row) => toLedgerRow(row, file))),
    verify: async (given) =>
      guarded(`read ${file}`, () => {
        // Checkpoints first: a row that another process appends meanwhile makes the history longer, never shorter.
        const named = namedCheckpoints(files.checkpoints);
        if (given) named.push({ name: 'the given checkpoint', checkpoint: given });
        return findHistoryProblems(selectAll(database), named);
      }),
    close: async () => database.close(),
  };
}

function namedCheckpoints(files: readonly string[]): NamedCheckpoint[] {
  return files.flatMap((name, index) => {
    const checkpoint = readCheckpoint(name);
    // The one beside the database has to be there; one elsewhere may not have begun yet.
    return checkpoint || index === 0 ? [{ name, checkpoint }] : [];
  });
}

function beginHistory(options: LedgerOptions, file: string, checkpoints: readonly string[]): void {
  const lost = checkpoints.find((name) => (readCheckpoint(name)?.count ?? 0) > 0);
  if (lost) {
    throw new OwnFaultError(
      `Failed to open ${file}: the history is gone, but ${lost} knows one of ${readCheckpoint(lost)?.count} rows. Restore it from a copy, or move the checkpoint away to begin a new history.`,
    );
  }
  if (options.create === false) {
    throw new InputError([
      {
        code: 'no-history',
        file,
        what: 'there is no history',
        fix: 'run "npx playwright test --project=production" first, or set GATE10_STATE_DIR to the folder that has it',
      },
    ]);
  }
  ensureFolder(options.stateDir);
  beginCheckpoint(checkpoints[0] ?? '', options.now().toISOString());
}

function openDatabase(file: string, busyMs: number): DatabaseSync {
  return guarded(`open ${file}`, () => {
    const database = new DatabaseSync(file, { timeout: busyMs });
    try {
      // A rollback journal, not WAL: the history is always one file that can be copied, and EXTRA syncs the folder when
      // the journal is removed, so that an acknowledged row survives a power cut too (sqlite.org/pragma.html#pragma_synchronous).
      database.exec('PRAGMA synchronous = EXTRA');
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

function guarded<Result>(action: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw ownFault(action, error);
  }
}
