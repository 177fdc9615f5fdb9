/** `dora_metrics.json`: DORA's four keys of one system in one environment, over one period. */
import { DETECTED_BY } from './derive-incidents.ts';
import { type DoraStandard, rate } from './dora-standard.ts';
import { mean, percentile, round } from './minutes.ts';
import { daysOf, isWithin, type Period } from './period.ts';
import type { Scope } from './production-runs.ts';
import { type Deployment, type DoraMetrics, doraMetricsSchema, type Incident } from './schema.ts';
import { successOf } from './to-history-lines.ts';

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
): DoraMetrics {
  const isInScope = (each: Scope): boolean => each.system === scope.system && each.environment === scope.environment;
  const inPeriod = allDeployments.filter((each) => isInScope(each) && isWithin(period, each.timestamp));
  const incidents = allIncidents.filter(isInScope);
  const { first, last } = daysOf(period);
  const { id, title, year, source } = standard;
  return doraMetricsSchema.parse({
    schema_version: '1.0',
    system: scope.system,
    environment: scope.environment,
    period_start: first,
    period_end: last,
    standard: { id, title, year, source },
    deployment_frequency: frequency(inPeriod.filter(isKnownToHaveHappened), period, standard),
    lead_time_for_changes: leadTime(inPeriod, standard),
    change_failure_rate: changeFailureRate(inPeriod, incidents, standard),
    time_to_restore_service: timeToRestore(
      incidents.filter(({ openedAt }) => isWithin(period, openedAt)),
      standard,
    ),
  });
}

/** A deployment that was only looked for, never seen and never judged, may not have happened. */
function isKnownToHaveHappened(deployment: Deployment): boolean {
  return deployment.outcome !== 'unjudged' || deployment.deployedTime !== null;
}

function frequency(
  deployments: readonly Deployment[],
  period: Period,
  standard: DoraStandard,
): DoraMetrics['deployment_frequency'] {
  const perDay = deployments.length / period.days;
  const data = { have: deployments.length, need: standard.minimum.deployments, of: 'deployments' };
  return {
    total_deployments: deployments.length,
    deployments_per_day: round(perDay, 2),
    deployments_per_week: round(perDay * 7, 2),
    ...rate(perDay, data, standard.deployment_frequency.bands),
    deployments: deployments.map((each) => ({
      date: each.timestamp.slice(0, 10),
      commit: each.commit,
      success: successOf(each),
    })),
  };
}

function leadTime(deployments: readonly Deployment[], standard: DoraStandard): DoraMetrics['lead_time_for_changes'] {
  const { bands, statistic } = standard.lead_time_for_changes;
  const recent = deployments.flatMap(({ commit, commitTime, deployedTime, leadTimeMinutes }) =>
    leadTimeMinutes === null || commitTime === null || deployedTime === null
      ? []
      : [{ commit, commit_time: commitTime, deployed_time: deployedTime, lead_time_minutes: leadTimeMinutes }],
  );
  const figures = spread(recent.map((each) => each.lead_time_minutes));
  const data = { have: recent.length, need: standard.minimum.lead_times, of: 'changes with a known lead time' };
  const rated = rate(figures[`${statistic}_minutes`], data, bands);
  const invalid = deployments.filter(({ leadTimeNote }) => leadTimeNote !== null).length;
  const notes = [rated.note, invalid > 0 && `${invalid} left out: the commit is later than its deployment`];
  return { ...figures, ...rated, ...noted(notes), recent_deployments: recent };
}

function changeFailureRate(
  deployments: readonly Deployment[],
  incidents: readonly Incident[],
  standard: DoraStandard,
): DoraMetrics['change_failure_rate'] {
  const judged = deployments.filter(({ outcome }) => outcome !== 'unjudged');
  const failed = judged.filter(({ outcome }) => outcome === 'failed');
  const percent = judged.length === 0 ? null : (100 * failed.length) / judged.length;
  const data = { have: judged.length, need: standard.minimum.judged_deployments, of: 'judged deployments' };
  const rated = rate(percent, data, standard.change_failure_rate.bands);
  const unjudged = deployments.length - judged.length;
  const notes = [rated.note, unjudged > 0 && `${unjudged} deployments could not be judged and are left out`];
  return {
    total_deployments: judged.length,
    failed_deployments: failed.length,
    percentage: percent === null ? null : round(percent, 1),
    ...rated,
    ...noted(notes),
    failures: failed.flatMap((deployment) => toFailure(deployment, incidents)),
  };
}

function toFailure(
  { commit, failure }: Deployment,
  incidents: readonly Incident[],
): DoraMetrics['change_failure_rate']['failures'] {
  if (!failure) return [];
  const incident = incidents.find(({ failedRuns }) => failedRuns.includes(failure.runId));
  return [
    {
      date: failure.detectedAt.slice(0, 10),
      commit,
      claimed: failure.claimed,
      reality: failure.reality,
      detected_by: incident?.detectedBy ?? DETECTED_BY,
      root_cause: incident?.rootCause ?? null,
      resolution: incident?.resolution ?? null,
      time_to_detect_minutes: failure.timeToDetectMinutes,
    },
  ];
}

function timeToRestore(incidents: readonly Incident[], standard: DoraStandard): DoraMetrics['time_to_restore_service'] {
  const { bands, statistic } = standard.time_to_restore_service;
  const closed = incidents.flatMap(({ timeToRestoreMinutes }) => timeToRestoreMinutes ?? []);
  const figures = spread(closed);
  const open = incidents.length - closed.length;
  const data = { have: closed.length, need: standard.minimum.incidents, of: 'closed incidents' };
  const rated = rate(figures[`${statistic}_minutes`], data, bands);
  const notes = [rated.note, open > 0 && `${open} still open`];
  return { incidents: incidents.length, open_incidents: open, ...figures, ...rated, ...noted(notes) };
}

function spread(values: readonly number[]): Record<'avg_minutes' | 'p50_minutes' | 'p95_minutes', number | null> {
  return { avg_minutes: mean(values), p50_minutes: percentile(values, 50), p95_minutes: percentile(values, 95) };
}

function noted(notes: readonly (string | false | undefined)[]): { note?: string } {
  const said = notes.filter(Boolean).join('; ');
  return said ? { note: said } : {};
}
