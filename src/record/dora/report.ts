/** DORA's metrics of every system and environment that was asked for, each by itself: they are never blended. */
import type { LedgerRow } from '../../ledger/schema.ts';
import type { DoraStandard } from '../dora-standard.ts';
import { isSameScope } from '../export-files.ts';
import type { Period } from '../period.ts';
import type { Scope } from '../production-runs.ts';
import type { DoraMetrics } from '../schema.ts';
import { type ChangeLeadTimes, toDoraMetrics } from '../to-dora-metrics.ts';
import { askGit, type GitAnswer } from './ask-git.ts';
import { type Delivery, deriveDelivery } from './derive-delivery.ts';
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
  const { period, standard } = options;
  const delivery = await deriveWithGit(rows, options);
  const inputs = toMetricsInputs(rows, standard.id);
  const scopes = toScopeHistories(rows).sort(
    (a, b) => compare(a.system, b.system) || compare(a.environment, b.environment),
  );
  return scopes.map((scope) => {
    const { changes, notes } = delivery.aboutScope(scope);
    return toDoraMetrics(delivery.deployments, delivery.incidents, period, standard, scope, {
      ...{ changes, inputs, generatedAt: options.now.toISOString(), notes: [...options.notes, ...notes] },
    });
  });
}

export interface DeliveryWithGit extends Delivery {
  /** lead times (undefined = git could not say), and what has to be said of a system in an environment */
  readonly aboutScope: (scope: Scope) => {
    readonly changes: ChangeLeadTimes | undefined;
    readonly notes: readonly string[];
  };
}

/** Git is asked about every system and environment; what it finds (reverts, hotfixes) is part of the delivery. */
export async function deriveWithGit(
  rows: readonly LedgerRow[],
  { git, period, rules }: Pick<ReportOptions, 'git' | 'period' | 'rules'>,
): Promise<DeliveryWithGit> {
  const first = deriveDelivery(rows, [], rules);
  const answers = new Map<string, GitAnswer>();
  for (const scope of git ? toScopeHistories(rows) : []) {
    const own = first.deployments.filter((each) => isSameScope(each, scope));
    if (git) answers.set(scopeKey(scope), await askGit(git, own, period, rules));
  }
  const findings = [...answers.values()].flatMap((answer) => answer.findings);
  const delivery = findings.length > 0 ? deriveDelivery(rows, findings, rules) : first;
  return {
    ...delivery,
    aboutScope: (scope) => {
      const answer = answers.get(scopeKey(scope));
      return {
        changes: answer?.changes,
        notes: [...(answer?.notes ?? []), ...unmatchedNote(delivery.unmatched, scope)],
      };
    },
  };
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
