/** Stored text as typed events. */
import { OwnFaultError } from '../errors.ts';
import type { StoredRow } from './chain.ts';
import { parseEvent } from './parse-event.ts';
import type { LedgerRow } from './schema.ts';

/** An event that this gate10 does not know is an error, never skipped: figures over a part of the history would be wrong. */
export function toLedgerRow(row: StoredRow, history: string): LedgerRow {
  const result = parseEvent(parseJson(row.event));
  const { seq, at, key, prev, hash } = row;
  if (result.success) return { seq, at, key, event: result.data, prev, hash };
  throw new OwnFaultError(
    `Failed to read ${history}: the event at seq ${seq} is not one that this gate10 knows. Run "gate10 history verify"; update gate10 if a newer one wrote it.`,
    { cause: result.error },
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
