/** The chain: every row's hash covers the row before it, so that no row can change unnoticed. */
import { hash } from 'node:crypto';

/** `prev` of the first row. */
export const GENESIS = '0'.repeat(64);

/** A row as the database holds it: `event` is the canonical JSON text that was hashed. */
export interface StoredRow {
  readonly seq: number;
  readonly at: string;
  readonly key: string;
  readonly event: string;
  readonly prev: string;
  readonly hash: string;
}

/**
 * `SHA-256(prev + canonical JSON of {at, event, key, seq})`, in hex. The event's text goes in as it is stored: an edit
 * that parses to the same value (a doubled key, other white space) changes the hash too.
 */
export function rowHash(row: Omit<StoredRow, 'hash'>): string {
  const body = `{"at":${JSON.stringify(row.at)},"event":${row.event},"key":${JSON.stringify(row.key)},"seq":${row.seq}}`;
  return hash('sha256', row.prev + body);
}

/** The end of a history that a row is chained to; undefined = the history is empty. */
export type Head = Pick<StoredRow, 'seq' | 'hash'> | undefined;

/**
 * The row behind `head`. One that another history kept stays what it was, time and hash, where it is the very next row of
 * the same chain; else the event is recorded anew.
 */
export function chainRow(
  head: Head,
  at: string,
  { key, event, kept }: Pick<StoredRow, 'key' | 'event'> & { readonly kept?: StoredRow },
): StoredRow {
  const seq = (head?.seq ?? 0) + 1;
  const prev = head?.hash ?? GENESIS;
  if (kept !== undefined && kept.seq === seq && kept.prev === prev) return kept;
  const unhashed = { seq, at, key, event, prev };
  return { ...unhashed, hash: rowHash(unhashed) };
}
