/** The rows of the history that a report about a period needs. */
import type { Ledger, LedgerRow } from '../../ledger/schema.ts';
import type { Period } from '../period.ts';
import type { DoraRules } from './rules.ts';

/** Undefined = all of them. */
export interface AskedScope {
  readonly system?: string;
  readonly environment?: string;
}

/**
 * The whole history of the scope, as long as it is not too long; else the period and `lookbackDays` before it, with a note:
 * what began earlier (an open incident, a build that the environment went back to) is not seen then.
 */
export async function readDoraRows(
  ledger: Pick<Ledger, 'rows' | 'size'>,
  asked: AskedScope,
  period: Period,
  rules: DoraRules,
): Promise<{ readonly rows: readonly LedgerRow[]; readonly notes: readonly string[] }> {
  if ((await ledger.size()) <= rules.wholeHistoryRows) return { rows: await ledger.rows(asked), notes: [] };
  const since = new Date(Date.parse(period.start) - rules.lookbackDays * 86_400_000).toISOString();
  return {
    rows: await ledger.rows({ ...asked, since, until: period.end }),
    notes: [`the history is long: only the period and the ${rules.lookbackDays} days before it were read`],
  };
}
