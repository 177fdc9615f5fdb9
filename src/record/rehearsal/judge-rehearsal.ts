/** Was the way back tried lately? What a release gate asks before it lets a release go on. */
import type { RehearsalRecorded } from '../../ledger/rollback-events.ts';
import type { LedgerRow } from '../../ledger/schema.ts';

export interface RehearsalJudgement {
  readonly status: 'passed' | 'failed' | 'inconclusive';
  readonly reason?: 'not-run' | 'stale';
  readonly message: string;
  readonly rehearsal?: RehearsalRecorded;
}

export interface RehearsalScope {
  readonly system: string;
  readonly environments: readonly string[];
}

/** By the time at which it was made, whatever the order in which it was recorded. */
export function newestRehearsal(
  rows: readonly LedgerRow[],
  { system, environments }: RehearsalScope,
): RehearsalRecorded | undefined {
  return rows
    .flatMap(({ event }) => (event.type === 'rehearsal.recorded' ? [event] : []))
    .filter((event) => event.system === system && environments.includes(event.environment))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
}

/**
 * The newest rehearsal of the system in any of `environments` decides: a failed one blocks until one passes. `maxAgeMs`: an
 * older one says nothing; neither does one from the future.
 */
export function judgeRehearsal(
  rows: readonly LedgerRow[],
  scope: RehearsalScope,
  { now, maxAgeMs }: { readonly now: Date; readonly maxAgeMs: number },
): RehearsalJudgement {
  const newest = newestRehearsal(rows, scope);
  const where = scope.environments.join(', ');
  if (newest === undefined)
    return { status: 'inconclusive', reason: 'not-run', message: `no rollback was ever rehearsed (${where})` };
  const said = `rehearsal of ${newest.at} in ${newest.environment}: ${newest.outcome}: ${newest.because}`;
  if (newest.outcome === 'failed') return { status: 'failed', message: said, rehearsal: newest };
  const ageMs = now.getTime() - Date.parse(newest.at);
  if (ageMs >= 0 && ageMs <= maxAgeMs) return { status: 'passed', message: said, rehearsal: newest };
  const limit = `at most ${Math.round(maxAgeMs / 86_400_000)} days old is due`;
  return { status: 'inconclusive', reason: 'stale', message: `${said} (${limit})`, rehearsal: newest };
}
