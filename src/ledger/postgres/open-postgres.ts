/** The history of a team: on a PostgreSQL server, where many runners and services write at once. */
import type { Client } from 'pg';
import { readCheckpoints, refuseLost } from '../checkpoint-guard.ts';
import { checkpointFiles, type LedgerOptions, noHistory } from '../ledger-options.ts';
import { withoutPassword } from '../server-address.ts';
import type { RowStore } from '../store.ts';
import { appendRow, appendRows } from './append-rows.ts';
import { connect, disconnect } from './connect.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { serverFault } from './server-fault.ts';
import {
  hasDoubledKeys,
  selectAfter,
  selectBySeqs,
  selectLastSeq,
  selectMonths,
  selectSeqs,
  selectTypes,
} from './stored-rows.ts';
import { createQueue } from './transaction.ts';

/** One history per schema of the database (`search_path`). Rejects as `openLedger` does. */
export async function openPostgres(options: LedgerOptions & { readonly store: string }): Promise<RowStore> {
  const name = withoutPassword(options.store);
  const checkpoints = checkpointFiles(options);
  try {
    const client = await connect(options.store, options.busyMs ?? 30_000);
    try {
      if ((await schemaVersion(client)) === undefined) {
        refuseLost(name, readCheckpoints(checkpoints, false));
        if (options.create === false) throw noHistory(name);
      }
      await migrate(client, name);
      return toStore(client, { name, address: options.store, checkpoints });
    } catch (error) {
      await disconnect(client);
      throw error;
    }
  } catch (error) {
    throw serverFault(`open ${name}`, options.store, error);
  }
}

interface Place {
  readonly name: string;
  readonly address: string;
  readonly checkpoints: readonly string[];
}

function toStore(client: Client, { name, address, checkpoints }: Place): RowStore {
  const inTurn = createQueue();
  const guarded = <Result>(action: string, work: () => Promise<Result>): Promise<Result> =>
    inTurn(work).catch((error: unknown) => {
      throw serverFault(`${action} ${name}`, address, error);
    });
  const reading = <Result>(work: () => Promise<Result>) => guarded('read', work);
  const history = { client, name, checkpoints };
  return {
    name,
    checkpoints,
    hasOwnCheckpoint: false,
    append: (at, row) => guarded('append to', () => appendRow(history, at, row)),
    appendAll: (at, rows) => guarded('append to', () => appendRows(history, at, rows)),
    lastSeq: () => reading(() => selectLastSeq(client)),
    seqs: (filter) => reading(() => selectSeqs(client, filter)),
    bySeqs: (seqs) => reading(() => selectBySeqs(client, seqs)),
    after: (seq, limit) => reading(() => selectAfter(client, seq, limit)),
    hasDoubledKeys: () => reading(() => hasDoubledKeys(client)),
    types: () => reading(() => selectTypes(client)),
    countPerMonth: (filter) => reading(() => selectMonths(client, filter)),
    close: () => disconnect(client),
  };
}
