/** The chain: every row's hash covers the row before it, so that no row can change unnoticed. */
import { sha256Hex } from '../contract/canonical.ts';

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
  return sha256Hex(row.prev + body);
}
