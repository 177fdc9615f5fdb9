/** The commit that the expected one is compared with: what was proven here before it. */
import type { LedgerRow } from '../ledger/schema.ts';
import { sameCommit } from '../probe/identity/build.ts';
import { isProof, type Scope, toProductionRuns } from './production-runs.ts';

/** Of the last production run that proved another commit; undefined where there is none. A check proves nothing. */
export function provenBefore(
  rows: readonly LedgerRow[],
  { system, environment }: Scope,
  expectedCommit: string | undefined,
): string | undefined {
  const isOther = (commit: string | undefined): boolean =>
    commit !== undefined && (expectedCommit === undefined || !sameCommit(commit, expectedCommit));
  return toProductionRuns(rows).findLast(
    (run) => run.system === system && run.environment === environment && isProof(run) && isOther(run.expected.commit),
  )?.expected.commit;
}
