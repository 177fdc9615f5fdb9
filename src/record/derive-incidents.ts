/** Incidents, from failed runs and the proofs that follow them, and from what was told of them. */
import type { LedgerRow } from '../ledger/schema.ts';
import { deriveDelivery } from './dora/derive-delivery.ts';
import type { Incident } from './schema.ts';

/** Opened by the first failure that was seen or told, closed by the next proof or by a word. In order of opening. */
export function deriveIncidents(rows: readonly LedgerRow[]): readonly Incident[] {
  return deriveDelivery(rows).incidents;
}
