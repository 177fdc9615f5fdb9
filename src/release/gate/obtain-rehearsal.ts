/** The last rehearsal of the rollback, between two real releases, on an environment where rehearsals count. */
import type { Ledger } from '../../ledger/schema.ts';
import { newestRehearsal, type RehearsalScope } from '../../record/rehearsal/judge-rehearsal.ts';
import type { Obtained } from './schema.ts';

const FIX = 'gate10 rehearse';

export async function obtainRehearsal(ledger: Ledger, scope: RehearsalScope): Promise<Obtained<'rehearsal'>> {
  const last = newestRehearsal(await ledger.rows({ system: scope.system, type: 'rehearsal.recorded' }), scope);
  if (last === undefined) {
    const why = `the rollback was never rehearsed (${scope.environments.join(', ')})`;
    return { state: 'missing', why, fix: FIX };
  }
  const { at, environment, outcome, durations } = last;
  // one that never came there has no time: it is none
  const isRestored = outcome === 'passed' && durations.thereMs !== undefined;
  return {
    state: 'read',
    value: {
      ...{ at, environment, outcome: isRestored ? 'restored' : 'failed' },
      durationSeconds: (durations.thereMs ?? 0) / 1000,
    },
  };
}
