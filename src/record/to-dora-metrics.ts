/** `dora_metrics.json`: DORA's five metrics of one system in one environment, over one period. */
import { toChangeFailRate } from './dora/change-fail-rate.ts';
import { noted } from './dora/noted.ts';
import { loadQuickCheck, type QuickCheckInput, toQuickCheck } from './dora/quick-check.ts';
import { toReworkRate } from './dora/rework-rate.ts';
import { type DoraStandard, rate } from './dora-standard.ts';
import { mean, percentile, round } from './minutes.ts';
import { daysOf, isWithin, type Period } from './period.ts';
import type { Scope } from './production-runs.ts';
import { type Deployment, type DoraMetrics, doraMetricsSchema, type Incident } from './schema.ts';
import { successOf } from './to-history-lines.ts';

/** DORA's current name → the name that the records have always used. */
const ALIASES = {
  change_lead_time: 'lead_time_for_changes',
  deployment_frequency: 'deployment_frequency',
  failed_deployment_recovery_time: 'time_to_restore_service',
  change_fail_rate: 'change_failure_rate',
  deployment_rework_rate: 'deployment_rework_rate',
};

/** Lead times of every commit that was newly deployed in the period, from git. */
export interface ChangeLeadTimes {
  readonly minutes: Float64Array | readonly number[];
  readonly notes: readonly string[];
}

export interface MetricsAbout {
  /** undefined = git was not asked: only the commits that deployments name are counted */
  readonly changes?: ChangeLeadTimes | undefined;
  readonly generatedAt?: string | undefined;
  readonly inputs?: DoraMetrics['inputs'];
  readonly notes?: readonly string[];
}

/**
 * Takes the whole history and picks what belongs to `scope` and `period`. Missing data is null and a note, never a good
 * value. Percentiles are exact (nearest rank); ratings come from `standard`, or are null below its minimum counts.
 */
export function toDoraMetrics(
  allDeployments: readonly Deployment[],
  allIncidents: readonly Incident[],
  period: Period,
  standard: DoraStandard,
  scope: Scope,
  about: MetricsAbout = {},
): DoraMetrics {
  const isInScope = (each: Scope): boolean => each.system === scope.system && each.environment === scope.environment;
  const known = allDeployments.filter((each) => isInScope(each) && isKnownToHaveHappened(each));
  const inPeriod = allDeployments.filter((each) => isInScope(each) && isWithin(period, each.timestamp));
  const happened = inPeriod.filter(isKnownToHaveHappened);
  const incidents = allIncidents.filter(isInScope);
  const { first, last } = daysOf(period);
  const { id, title, year, source } = standard;
  const blocks = {
    deployment_frequency: frequency(happened, period, standard),
    lead_time_for_changes: leadTime(inPeriod, standard, about.changes),
    change_failure_rate: toChangeFailRate(inPeriod, incidents, standard),
    time_to_restore_service: timeToRestore(
      incidents.filter(({ openedAt }) => isWithin(period, openedAt)),
      standard,
    ),
    deployment_rework_rate: toReworkRate(happened),
  };
  return doraMetricsSchema.parse({
    schema: 'gate10/dora-metrics/v1',
    schema_version: '1.0',
    ...(about.generatedAt === undefined ? {} : { generated_at: about.generatedAt }),
    ...(about.inputs === undefined ? {} : { inputs: about.inputs }),
    aliases: ALIASES,
    system: scope.system,
    environment: scope.environment,
    period_start: first,
    period_end: last,
    standard: { id, title, year, source },
    ...blocks,
    quick_check: toQuickCheck(quickCheckInput(blocks, period), loadQuickCheck()),
    notes: [...beginning(known, period), ...(about.notes ?? [])],
  });
}

type Blocks = Pick<
  DoraMetrics,
  | 'deployment_frequency'
  | 'lead_time_for_changes'
  | 'change_failure_rate'
  | 'time_to_restore_service'
  | 'deployment_rework_rate'
>;

function quickCheckInput(blocks: Blocks, { days }: Period): QuickCheckInput {
  const { deployment_frequency: often, lead_time_for_changes: lead, change_failure_rate: failed } = blocks;
  const { time_to_restore_service: restore, deployment_rework_rate: rework } = blocks;
  const closed = restore.incidents - restore.open_incidents;
  return {
    deploymentsPerDay: { value: often.total_deployments / days, n: often.total_deployments },
    leadTimeMinutes: { p50: lead.p50_minutes, n: lead.changes },
    recoveryMinutes: { p50: restore.p50_minutes, n: closed },
    changeFailPercent: { value: failed.percentage, n: failed.total_deployments },
    reworkPercent: { value: rework.percentage, n: rework.total_deployments },
  };
}

/** A deployment that was only looked for, never seen and never judged, may not have happened. */
function isKnownToHaveHappened(deployment: Deployment): boolean {
  return deployment.outcome !== 'unjudged' || deployment.deployedTime !== null;
}

/** What was deployed before anybody wrote it down is missing in the frequency. */
function beginning([first]: readonly Deployment[], { start }: Period): string[] {
  if (!first || Date.parse(first.timestamp) <= Date.parse(start)) return [];
  return [`the history begins with ${first.timestamp}, after the beginning of the period`];
}

function frequency(
  deployments: readonly Deployment[],
  period: Period,
  standard: DoraStandard,
): DoraMetrics['deployment_frequency'] {
  const perDay = deployments.length / period.days;
  const data = { have: deployments.length, need: standard.minimum.deployments, of: 'deployments' };
  const rated = rate(perDay, data, standard.deployment_frequency.bands);
  const told = deployments.filter(({ knownBy }) => knownBy === 'told').length;
  return {
    total_deployments: deployments.length,
    told_deployments: told,
    deployments_per_day: round(perDay, 2),
    deployments_per_week: round(perDay * 7, 2),
    ...rated,
    ...noted([rated.note, told > 0 && `${told} of ${deployments.length} were only told`]),
    deployments: deployments.map((each) => ({
      date: each.timestamp.slice(0, 10),
      commit: each.commit,
      success: successOf(each),
    })),
  };
}

function leadTime(
  deployments: readonly Deployment[],
  standard: DoraStandard,
  changes: ChangeLeadTimes | undefined,
): DoraMetrics['lead_time_for_changes'] {
  const { bands, statistic } = standard.lead_time_for_changes;
  const recent = deployments.flatMap(({ commit, commitTime, deployedTime, leadTimeMinutes }) =>
    leadTimeMinutes === null || commitTime === null || deployedTime === null
      ? []
      : [{ commit, commit_time: commitTime, deployed_time: deployedTime, lead_time_minutes: leadTimeMinutes }],
  );
  const minutes = changes?.minutes ?? recent.map((each) => each.lead_time_minutes);
  const figures = spread(minutes);
  const data = { have: minutes.length, need: standard.minimum.lead_times, of: 'changes with a known lead time' };
  const rated = rate(figures[`${statistic}_minutes`], data, bands);
  const invalid = deployments.filter(({ leadTimeNote }) => leadTimeNote !== null).length;
  const notes = changes
    ? [rated.note, ...changes.notes]
    : [rated.note, invalid > 0 && `${invalid} left out: the commit is later than its deployment`];
  return {
    method: changes ? 'commits' : 'deployments',
    changes: minutes.length,
    ...{ ...figures, ...rated, ...noted(notes), recent_deployments: recent },
  };
}

function timeToRestore(all: readonly Incident[], standard: DoraStandard): DoraMetrics['time_to_restore_service'] {
  const { bands, statistic } = standard.time_to_restore_service;
  const incidents = all.filter(({ attribution }) => attribution !== null);
  const others = all.length - incidents.length;
  const closed = incidents.flatMap(({ timeToRestoreMinutes }) => timeToRestoreMinutes ?? []);
  const figures = spread(closed);
  const open = incidents.filter(({ closedAt }) => closedAt === null).length;
  const invalid = incidents.length - open - closed.length;
  const told = incidents.filter(({ knownBy }) => knownBy === 'told').length;
  const data = { have: closed.length, need: standard.minimum.incidents, of: 'closed incidents' };
  const rated = rate(figures[`${statistic}_minutes`], data, bands);
  const notes = [
    rated.note,
    open > 0 && `${open} still open`,
    invalid > 0 && `${invalid} left out: they end before they begin`,
    told > 0 && `${told} of ${incidents.length} were only told`,
    others > 0 && `${others} incidents left out: no deployment is known to have caused them`,
  ];
  return {
    incidents: incidents.length,
    open_incidents: open,
    told_incidents: told,
    other_incidents: others,
    ...{ ...figures, ...rated, ...noted(notes) },
  };
}

function spread(values: ArrayLike<number>): Record<'avg_minutes' | 'p50_minutes' | 'p95_minutes', number | null> {
  return { avg_minutes: mean(values), p50_minutes: percentile(values, 50), p95_minutes: percentile(values, 95) };
}
