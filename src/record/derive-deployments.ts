/** Deployments, from the runs that looked at them and from what was told of them. */
import type { LedgerRow } from '../ledger/schema.ts';
import { deriveDelivery } from './dora/derive-delivery.ts';
import type { Deployment } from './schema.ts';

/** A deployment = system + environment + commit + time of deployment (docs/dora.md). In order of time. */
export function deriveDeployments(rows: readonly LedgerRow[]): readonly Deployment[] {
  return deriveDelivery(rows).deployments;
}
