/** One cleanup at a time: a lock that the operating system takes back from a process that is gone. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensureFolder } from '../ledger/durable-file.ts';
import type { Clock } from '../probe/clock.ts';

const POLL_MS = 100;
/** SQLITE_BUSY (sqlite.org/rescode.html) */
const BUSY = 5;

/** Undefined = another process held it for `waitMs`. Rejects with what `work` rejects with. */
export async function withJournalLock<T>(
  folder: string,
  { clock, waitMs }: { readonly clock: Clock; readonly waitMs: number },
  work: () => Promise<T>,
): Promise<T | undefined> {
  ensureFolder(folder);
  const database = new DatabaseSync(path.join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    const endMs = clock.monotonicMs() + waitMs;
    while (!isTaken(database)) {
      if (clock.monotonicMs() >= endMs) return undefined;
      await clock.sleep(POLL_MS);
    }
    return await work();
  } finally {
    database.close();
  }
}

/** An open exclusive transaction is the lock; closing the database, or dying, ends it. */
function isTaken(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY) return false;
    throw error;
  }
}
