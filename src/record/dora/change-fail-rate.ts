/** Change fail rate: how many of the judged deployments needed immediate intervention. */
import { type DoraStandard, rate } from '../dora-standard.ts';
import { round } from '../minutes.ts';
import { DETECTED_BY } from '../production-runs.ts';
import type { ChangeFailure, Deployment, DoraMetrics, Incident } from '../schema.ts';
import { noted } from './noted.ts';
import { deploymentKey } from './scope-history.ts';

/** `deployments` of the period; `incidents` of the scope, all of them: an incident may be told later. */
export function toChangeFailRate(
  deployments: readonly Deployment[],
  incidents: readonly Incident[],
  standard: DoraStandard,
): DoraMetrics['change_failure_rate'] {
  const judged = deployments.filter((each) => each.outcome !== 'unjudged' || each.failures.length > 0);
  const failed = judged.filter(({ failures }) => failures.length > 0);
  const percent = judged.length === 0 ? null : (100 * failed.length) / judged.length;
  const data = { have: judged.length, need: standard.minimum.judged_deployments, of: 'judged deployments' };
  const rated = rate(percent, data, standard.change_failure_rate.bands);
  const unjudged = deployments.length - judged.length;
  const told = judged.filter(({ knownBy }) => knownBy === 'told').length;
  const notes = [
    rated.note,
    unjudged > 0 && `${unjudged} deployments could not be judged and are left out`,
    told > 0 && `${told} of ${judged.length} were judged by what was told only`,
  ];
  const byDeployment = Map.groupBy(incidents, ({ attribution }) => attribution && deploymentKey(attribution));
  return {
    total_deployments: judged.length,
    failed_deployments: failed.length,
    told_deployments: told,
    percentage: percent === null ? null : round(percent, 1),
    ...rated,
    ...noted(notes),
    failures: failed.map((each) => toFailure(each, byDeployment.get(deploymentKey(each))?.[0])),
  };
}

function toFailure(
  { commit, failure, failures }: Deployment,
  incident: Incident | undefined,
): DoraMetrics['change_failure_rate']['failures'][number] {
  const [first] = failures;
  return {
    date: (failure?.detectedAt ?? first?.at ?? '').slice(0, 10),
    commit,
    claimed: failure?.claimed ?? null,
    reality: failure?.reality ?? first?.what ?? '',
    detected_by: failure?.detectedBy ?? (first ? detectorOf(first, incident) : DETECTED_BY),
    root_cause: incident?.rootCause ?? failure?.rootCause ?? null,
    resolution: incident?.resolution ?? failure?.resolution ?? null,
    time_to_detect_minutes: failure?.timeToDetectMinutes ?? null,
    because: failures.map(({ how, what }) => `${how}: ${what}`),
  };
}

function detectorOf({ how }: ChangeFailure, incident: Incident | undefined): string {
  switch (how) {
    case 'gate':
      return DETECTED_BY;
    case 'incident':
      return incident?.detectedBy ?? 'told';
    case 'told':
    case 'intervention':
      return 'told';
    case 'rollback':
      return 'history: the environment went back';
    case 'hotfix':
    case 'revert':
      return `git: ${how}`;
  }
}
