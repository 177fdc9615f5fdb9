/** Which systems and environments a history is about, without reading it. */
import type { Ledger, MonthlyFilter } from '../../ledger/schema.ts';
import type { Scope } from '../production-runs.ts';
import { scopeKey } from './scope-history.ts';

/** What makes a deployment, an incident or a failure of one known. */
const ABOUT_DEPLOYMENTS: readonly MonthlyFilter[] = [
  { type: 'run.sealed', kind: 'production' },
  { type: 'deployment.recorded' },
  { type: 'incident.recorded' },
  { type: 'intervention.recorded' },
];

/** By system, then by environment. `proven`: only those that a run was sealed for. */
export async function listScopes(
  ledger: Pick<Ledger, 'countPerMonth'>,
  proven: 'proven' | 'all' = 'all',
): Promise<readonly Scope[]> {
  const scopes = new Map<string, Scope>();
  for (const filter of proven === 'proven' ? ABOUT_DEPLOYMENTS.slice(0, 1) : ABOUT_DEPLOYMENTS) {
    for (const { system, environment } of await ledger.countPerMonth(filter)) {
      if (system !== null) scopes.set(scopeKey({ system, environment }), { system, environment });
    }
  }
  return [...scopes.values()].sort((a, b) => compare(a.system, b.system) || compare(a.environment, b.environment));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
