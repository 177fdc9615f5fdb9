/** One process at a time: to look which run is the newest and to write its files are two steps. */
import { DatabaseSync } from 'node:sqlite';
import { ownFault } from '../../ledger/own-fault.ts';

/** The others write a few small files; whoever hangs longer is stuck. */
const WAIT_MS = 30_000;

/** An open exclusive transaction is the lock: whatever ends the process ends it. Rejects with OwnFaultError where it is not to be had. */
export async function withLock<T>(file: string, work: () => Promise<T>, waitMs: number = WAIT_MS): Promise<T> {
  const database = open(file, waitMs);
  try {
    return await work();
  } finally {
    database.close();
  }
}

function open(file: string, waitMs: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: waitMs });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    throw ownFault(`lock ${file}`, cause);
  }
}
