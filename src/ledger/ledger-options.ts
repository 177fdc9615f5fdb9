/** How a history is found and opened. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import { withoutPassword } from './server-address.ts';

export interface LedgerOptions {
  readonly stateDir: string;
  readonly now: () => Date;
  /** `postgresql://…`: the history of a team on a server (`GATE10_LEDGER`); none = SQLite in the state folder */
  readonly store?: string;
  /** begin a history where there is none (default); `false` = only open what is there */
  readonly create?: boolean;
  /** a second checkpoint in a place that does not share the state folder's fate (`GATE10_CHECKPOINT`) */
  readonly externalCheckpoint?: string;
  /** how long to wait for other writers, milliseconds */
  readonly busyMs?: number;
}

/** Paths of the history's files in a state folder. */
export function ledgerPaths(stateDir: string): { database: string; checkpoint: string; serverCheckpoint: string } {
  return {
    database: path.join(stateDir, 'ledger.sqlite'),
    checkpoint: path.join(stateDir, 'checkpoint.json'),
    // another history than the one in the state folder: its checkpoint must not be taken for that one's
    serverCheckpoint: path.join(stateDir, 'checkpoint.postgresql.json'),
  };
}

/** First the one in the state folder, then one elsewhere if there is one. */
export function checkpointFiles({ stateDir, store, externalCheckpoint }: LedgerOptions): string[] {
  const { checkpoint, serverCheckpoint } = ledgerPaths(stateDir);
  return [store === undefined ? checkpoint : serverCheckpoint, ...(externalCheckpoint ? [externalCheckpoint] : [])];
}

/** In messages: the file, or the server's address without its password. */
export function placeOf({ stateDir, store }: Pick<LedgerOptions, 'stateDir' | 'store'>): string {
  return store === undefined ? ledgerPaths(stateDir).database : withoutPassword(store);
}

export function noHistory(place: string): InputError {
  return new InputError([
    {
      code: 'no-history',
      file: place,
      what: 'there is no history',
      fix: 'run "npx playwright test --project=production" first, or set GATE10_STATE_DIR to the folder that has it',
    },
  ]);
}
