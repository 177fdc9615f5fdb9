/** What is known of a release: from the whole history, however long it is, and from the state folder. */
import type { Ledger } from '../ledger/schema.ts';
import { sameCommit } from '../probe/identity/build.ts';
import { deriveDelivery } from '../record/dora/derive-delivery.ts';
import { readDoraRows } from '../record/dora/read-rows.ts';
import { loadDoraRules } from '../record/dora/rules.ts';
import { calendarMonth } from '../record/period.ts';
import { buildOf, type Scope, toProductionRuns } from '../record/production-runs.ts';
import type { Incident } from '../record/schema.ts';
import { readDecision } from '../release/gate/read-decision.ts';
import { newestDecision, type ReleaseSummary, rollbacksOf } from '../release/pipeline/summarise-release.ts';
import { type CliContext, stateDir } from './context.ts';

interface Asked {
  readonly commit: string;
  readonly runIds: readonly string[];
  readonly incidents: readonly Incident[];
}

export async function readReleaseSummary(
  ledger: Ledger,
  scope: Scope,
  { commit, runIds, incidents }: Asked,
  context: Pick<CliContext, 'cwd' | 'env'>,
): Promise<ReleaseSummary> {
  const rows = await ledger.rows({ ...scope, type: ['gate.decided', 'rollback.settled'] });
  const gate = newestDecision(rows, commit);
  const kept =
    gate === null
      ? { unknown: 'the history has no decision of the gate about it' }
      : readDecision(stateDir(context), gate);
  return { gate, kept, incidents, rollbacks: rollbacksOf(rows, runIds) };
}

/** Of all runs of a commit, and of the incidents that they saw or that somebody told of it. */
export async function summariseCommit(
  ledger: Ledger,
  scope: Scope,
  commit: string,
  context: CliContext,
): Promise<ReleaseSummary> {
  const runs = toProductionRuns(await ledger.rows({ ...scope, type: 'run.sealed', kind: 'production' }));
  const runIds = runs.filter((run) => sameCommit(buildOf(run), commit)).map(({ runId }) => runId);
  const { rows } = await readDoraRows(ledger, scope, calendarMonth(context.now()), loadDoraRules());
  const incidents = deriveDelivery(rows).incidents.filter(
    (each) => sameCommit(each.commit, commit) || each.failedRuns.some((runId) => runIds.includes(runId)),
  );
  return readReleaseSummary(ledger, scope, { commit, runIds, incidents }, context);
}
