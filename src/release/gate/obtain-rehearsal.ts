/** The last rehearsal of the rollback, wherever it was made: between two real releases, on any environment of the system. */
import type { Ledger } from '../../ledger/schema.ts';
import type { Obtained } from './schema.ts';

const FIX = 'gate10 rehearse';

export async function obtainRehearsal(ledger: Ledger, system: string): Promise<Obtained<'rehearsal'>> {
  const rows = await ledger.rows({ system, type: 'rehearsal.recorded' });
  const last = rows.flatMap(({ event }) => (event.type === 'rehearsal.recorded' ? [event] : [])).at(-1);
  if (last === undefined) return { state: 'missing', why: 'the rollback was never rehearsed', fix: FIX };
  const { at, environment, outcome, durations } = last;
  // one that never came back has no time: it failed, and says so
  const restored = outcome === 'passed' && durations.thereMs !== undefined;
  return {
    state: 'read',
    value: {
      at,
      environment,
      outcome: restored ? 'restored' : 'failed',
      durationSeconds: (durations.thereMs ?? 0) / 1000,
    },
  };
}
