/** Whose turn it is to write the latest scorecard of a system in an environment. */
import type { Ledger } from '../../ledger/schema.ts';
import { type Scope, toProductionRuns } from '../production-runs.ts';

export interface Turn {
  /** the newest run when the scorecard was worked out */
  readonly known: string | undefined;
  /** the newest run now */
  readonly newest: () => Promise<string | undefined>;
}

/** Of the production runs that are sealed, the one that ended last. */
export async function newestRunId(ledger: Ledger, { system, environment }: Scope): Promise<string | undefined> {
  const rows = await ledger.rows({ environment, type: 'run.sealed', kind: 'production' });
  return toProductionRuns(rows).findLast((run) => run.system === system)?.runId;
}
