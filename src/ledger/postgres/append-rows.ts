/** Appending on PostgreSQL: as on SQLite checked, written in one transaction, read back, then noted outside the database. */

import path from 'node:path';
import type { Client } from 'pg';
import { OwnFaultError } from '../../errors.ts';
import { confirmRow, refuseOtherEvent } from '../add-row.ts';
import { chainRow, type StoredRow } from '../chain.ts';
import { writeCheckpoint } from '../checkpoint.ts';
import { readCheckpoints, refuseTampered } from '../checkpoint-guard.ts';
import { ensureFolder } from '../durable-file.ts';
import { type EventFacts, eventFacts } from '../event-facts.ts';
import type { Appended, NewRow } from '../store.ts';
import { LOCK_CLASS } from './migrations.ts';
import { selectAround } from './stored-rows.ts';
import { inTransaction } from './transaction.ts';

/** An open connection, and the files of this machine that note what it knows of the history. */
export interface ServerHistory {
  readonly client: Client;
  readonly name: string;
  readonly checkpoints: readonly string[];
}

/** Rows per statement. */
const BATCH = 1000;

/** Appends a row, or finds it already there. Nothing counts as written when it throws. */
export async function appendRow(history: ServerHistory, at: string, row: NewRow): Promise<StoredRow> {
  const written = await withWriteLock(history.client, async () => {
    const { head, byKey } = await look(history, [row.key]);
    const existing = byKey.get(row.key);
    if (existing) {
      refuseOtherEvent(history.name, row, existing);
      return existing;
    }
    const fresh = chainRow(head, at, row);
    await insert(history.client, [{ ...fresh, facts: eventFacts(row.value) }]);
    return fresh;
  });
  await confirm(history, written);
  return written;
}

/** As `appendRow`, for many in one transaction: all of them or, whatever is thrown, none. */
export async function appendRows(history: ServerHistory, at: string, rows: Iterable<NewRow>): Promise<Appended> {
  const { last, ...appended } = await withWriteLock(history.client, () => insertEach(history, at, rows));
  if (last !== undefined) await confirm(history, last);
  return appended;
}

async function insertEach(history: ServerHistory, at: string, rows: Iterable<NewRow>) {
  let { head } = await look(history, []);
  let last: StoredRow | undefined;
  let [added, known] = [0, 0];
  for (const batch of inBatches(rows)) {
    const { byKey } = await selectAround(history.client, { keys: batch.map(({ key }) => key), seqs: [] });
    const fresh: Filed[] = [];
    for (const row of batch) {
      const existing = byKey.get(row.key);
      if (existing) {
        refuseOtherEvent(history.name, row, existing);
        known++;
        continue;
      }
      head = last = chainRow(head, at, row);
      byKey.set(row.key, last);
      fresh.push({ ...last, facts: eventFacts(row.value) });
    }
    await insert(history.client, fresh);
    added += fresh.length;
  }
  return { added, known, last };
}

function* inBatches(rows: Iterable<NewRow>): Generator<NewRow[]> {
  let batch: NewRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Checkpoints before rows: what another machine appends in between makes the history longer, never shorter. */
async function look({ client, name, checkpoints }: ServerHistory, keys: readonly string[]) {
  const known = readCheckpoints(checkpoints, false);
  const seen = await selectAround(client, { keys, seqs: known.flatMap(({ checkpoint }) => checkpoint?.count ?? []) });
  refuseTampered(name, known, seen.head, (seq) => seen.bySeq.get(seq)?.hash);
  return seen;
}

type Filed = StoredRow & { readonly facts: EventFacts };

async function insert(client: Client, rows: readonly Filed[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO gate10_events (seq, at, key, event, prev, hash, type, system, environment, kind, outcome, minute)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])`,
    [
      ...(['seq', 'at', 'key', 'event', 'prev', 'hash'] as const).map((column) => rows.map((row) => row[column])),
      ...(['type', 'system', 'environment', 'kind', 'outcome', 'minute'] as const).map((column) =>
        rows.map(({ facts }) => facts[column]),
      ),
    ],
  );
}

/**
 * Reads the row back, then moves this machine's checkpoints to the head. Under the write lock, so that of many writers
 * the one with the longest history writes last.
 */
async function confirm({ client, name, checkpoints }: ServerHistory, row: StoredRow): Promise<void> {
  await withWriteLock(client, async () => {
    const { head, bySeq } = await selectAround(client, { keys: [], seqs: [row.seq] });
    confirmRow(name, row, bySeq.get(row.seq));
    if (!head) throw new OwnFaultError(`Failed to record in ${name}: it is empty. Nothing counts as recorded.`);
    for (const file of checkpoints) {
      ensureFolder(path.dirname(file));
      writeCheckpoint(file, { count: head.seq, head: head.hash, at: head.at });
    }
  });
}

/** One writer of a history at a time, on whatever machine: appends would build on the same head. Ends with the transaction. */
function withWriteLock<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  return inTransaction(client, async () => {
    await client.query("SELECT pg_advisory_xact_lock($1, 'gate10_events'::regclass::oid::integer)", [LOCK_CLASS]);
    return work();
  });
}
