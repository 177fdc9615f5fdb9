/** What both databases say about a row that is to be added. */
import { canonicalJson } from '../contract/canonical.ts';
import { InputError, OwnFaultError } from '../errors.ts';
import { rowHash, type StoredRow } from './chain.ts';
import type { NewRow } from './store.ts';

/** A key stands for one event for ever. Throws OwnFaultError; InputError for a row that a person handed over in a file. */
export function refuseOtherEvent(history: string, row: NewRow, existing: Pick<StoredRow, 'seq' | 'event'>): void {
  if (existing.event === row.event) return;
  const what = `the key "${row.key}" is taken by another event (seq ${existing.seq})`;
  if (row.place === undefined) {
    throw new OwnFaultError(`Failed to append to ${history}: ${what}. A run is recorded once; start a new run.`);
  }
  const fix = `Compare both; what is recorded in ${history} stays. Nothing of the file was taken.`;
  throw new InputError([{ code: 'key-taken', ...row.place, what, fix }]);
}

/** Throws OwnFaultError where a row did not come back as it was written. */
export function confirmRow(history: string, row: StoredRow, stored: StoredRow | undefined): void {
  if (stored && canonicalJson(stored) === canonicalJson(row) && rowHash(stored) === row.hash) return;
  throw new OwnFaultError(
    `Failed to record in ${history}: the row at seq ${row.seq} did not come back as it was written. Check the disk; nothing counts as recorded.`,
  );
}
