/** DORA's metrics of every system and environment that was asked for, each by itself: they are never blended. */
import type { LedgerRow } from '../../ledger/schema.ts';
import type { DoraStandard } from '../dora-standard.ts';
import { isSameScope } from '../export-files.ts';
import type { Period } from '../period.ts';
import type { Scope } from '../production-runs.ts';
import type { DoraMetrics } from '../schema.ts';
import { type ChangeLeadTimes, toDoraMetrics } from '../to-dora-metrics.ts';
import { askGit } from './ask-git.ts';
import { deriveDelivery } from './derive-delivery.ts';
import type { GitFinding } from './judge-changes.ts';
import { toMetricsInputs } from './metrics-inputs.ts';
import { counted } from './noted.ts';
import type { DoraRules } from './rules.ts';
import { scopeKey, toScopeHistories } from './scope-history.ts';
import type { StreamGit } from './stream-git.ts';

export interface ReportOptions {
  readonly period: Period;
  readonly standard: DoraStandard;
  readonly rules: DoraRules;
  readonly now: Date;
  /** undefined = git is not asked */
  readonly git?: StreamGit | undefined;
  /** said of every scope */
  readonly notes: readonly string[];
}

/** One for every system and environment in `rows`, by their names. */
export async function reportDora(rows: readonly LedgerRow[], options: ReportOptions): Promise<DoraMetrics[]> {
  const { period, standard, rules, git } = options;
  const scopes = toScopeHistories(rows).sort(
    (a, b) => compare(a.system, b.system) || compare(a.environment, b.environment),
  );
  const first = deriveDelivery(rows, [], rules);
  const changes = new Map<string, ChangeLeadTimes | undefined>();
  const findings: GitFinding[] = [];
  const notes = new Map<string, readonly string[]>();
  for (const scope of git ? scopes : []) {
    const own = first.deployments.filter((each) => isSameScope(each, scope));
    const answer = git ? await askGit(git, own, period, rules) : undefined;
    changes.set(scopeKey(scope), answer?.changes);
    findings.push(...(answer?.findings ?? []));
    notes.set(scopeKey(scope), answer?.notes ?? []);
  }
  const { deployments, incidents, unmatched } = findings.length > 0 ? deriveDelivery(rows, findings, rules) : first;
  const inputs = toMetricsInputs(rows, standard.id);
  return scopes.map((scope) =>
    toDoraMetrics(deployments, incidents, period, standard, scope, {
      changes: changes.get(scopeKey(scope)),
      generatedAt: options.now.toISOString(),
      inputs,
      notes: [...options.notes, ...(notes.get(scopeKey(scope)) ?? []), ...unmatchedNote(unmatched, scope)],
    }),
  );
}

function unmatchedNote(unmatched: readonly Scope[], scope: Scope): string[] {
  const own = unmatched.filter((each) => isSameScope(each, scope)).length;
  return own === 0
    ? []
    : [`${counted(own, 'told intervention')} of commits that were never deployed here: not counted`];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
