/** Reading rows of the history on PostgreSQL. */
import type { Client } from 'pg';
import type { StoredRow } from '../chain.ts';
import { distinctTypes, toConditions } from '../conditions.ts';
import type { MonthlyCount, RowFilter } from '../schema.ts';
import type { FiledRow } from '../store.ts';

const COLUMNS = 'seq, at, key, event, prev, hash';
const FACTS = 'type, system, environment, kind, outcome, minute';

type Column = string | null;

export async function selectAfter(client: Client, seq: number, limit: number): Promise<FiledRow[]> {
  const sql = `SELECT ${COLUMNS}, ${FACTS} FROM gate10_events WHERE seq > $1 ORDER BY seq LIMIT $2`;
  const { rows } = await client.query<Record<string, Column>>(sql, [seq, limit]);
  return rows.map((row) => ({ ...toStoredRow(row), facts: toFacts(row) }));
}

/** Where the rows are that match: found in the index, without reading them. */
export async function selectSeqs(client: Client, filter: RowFilter): Promise<number[]> {
  const { sql, values } = await conditions(client, filter);
  const { rows } = await client.query(`SELECT seq FROM gate10_events WHERE ${sql} ORDER BY seq`, values);
  return rows.map((row) => Number(row.seq));
}

export async function selectBySeqs(client: Client, seqs: readonly number[]): Promise<StoredRow[]> {
  const sql = `SELECT ${COLUMNS} FROM gate10_events WHERE seq = ANY($1) ORDER BY seq`;
  return (await client.query<Record<string, Column>>(sql, [seqs])).rows.map(toStoredRow);
}

/** The end of the history, and whatever is there of `keys` and `seqs`. */
export async function selectAround(
  client: Client,
  { keys, seqs }: { readonly keys: readonly string[]; readonly seqs: readonly number[] },
): Promise<{ head: StoredRow | undefined; byKey: Map<string, StoredRow>; bySeq: Map<number, StoredRow> }> {
  const sql = `SELECT ${COLUMNS} FROM gate10_events
    WHERE seq = (SELECT max(seq) FROM gate10_events) OR key = ANY($1) OR seq = ANY($2) ORDER BY seq`;
  const { rows } = await client.query<Record<string, Column>>(sql, [keys, seqs]);
  const stored = rows.map(toStoredRow);
  return {
    head: stored.at(-1),
    byKey: new Map(stored.map((row) => [row.key, row])),
    bySeq: new Map(stored.map((row) => [row.seq, row])),
  };
}

export async function selectLastSeq(client: Client): Promise<number> {
  const { rows } = await client.query('SELECT max(seq) AS seq FROM gate10_events');
  return Number(rows[0]?.seq ?? 0);
}

export async function selectTypes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ type: string }>(distinctTypes('gate10_events'));
  return rows.map(({ type }) => type);
}

/** The unique constraint refuses them; it may have been dropped. */
export async function hasDoubledKeys(client: Client): Promise<boolean> {
  const sql = 'SELECT 1 FROM gate10_events GROUP BY key HAVING count(*) > 1 LIMIT 1';
  return (await client.query(sql)).rows.length > 0;
}

export async function selectMonths(client: Client, filter: RowFilter): Promise<MonthlyCount[]> {
  const { sql, values } = await conditions(client, filter);
  const { rows } = await client.query(
    `SELECT month, system, environment, outcome, count(*) AS n FROM gate10_events
     WHERE ${sql} GROUP BY 1, 2, 3, 4
     ORDER BY month, system NULLS FIRST, environment, outcome NULLS FIRST`,
    values,
  );
  return rows.map(({ n, ...row }) => ({ ...(row as Omit<MonthlyCount, 'count'>), count: Number(n) }));
}

async function conditions(client: Client, filter: RowFilter) {
  const { sql, values } = toConditions(filter, await selectTypes(client), (position) => `$${position}`);
  return { sql, values: [...values] };
}

function toStoredRow(row: Record<string, Column>): StoredRow {
  const text = (column: string): string => String(row[column]);
  return {
    seq: Number(row['seq']),
    at: text('at'),
    key: text('key'),
    event: text('event'),
    prev: text('prev'),
    hash: text('hash'),
  };
}

function toFacts(row: Record<string, Column>): NonNullable<FiledRow['facts']> {
  const text = (column: string): string => String(row[column]);
  const textOrNull = (column: string): string | null => row[column] ?? null;
  return {
    ...{ type: text('type'), system: textOrNull('system'), environment: text('environment') },
    ...{ kind: textOrNull('kind'), outcome: textOrNull('outcome'), minute: text('minute') },
  };
}
