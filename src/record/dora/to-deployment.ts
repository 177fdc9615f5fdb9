/** One deployment, from the runs that looked at it and from what was told of it. */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { minutesBetween } from '../minutes.ts';
import { DETECTED_BY, isProof, realityOf, type Scope } from '../production-runs.ts';
import type { Deployment, DeploymentFailure } from '../schema.ts';
import type { DeploymentGroup } from './group-deployments.ts';

/** What is known of a deployment by itself; lead time, failures and rework need the others around it. */
export type PlainDeployment = Omit<
  Deployment,
  'leadTimeMinutes' | 'leadTimeNote' | 'failures' | 'isRework' | 'reworkReason'
>;

/**
 * What runs saw outranks what was told, except that a failure that people know of is one although the checks passed.
 * Where a run looked and could not judge, a told success does not count either.
 */
export function toDeployment(group: DeploymentGroup, scope: Scope, attributionHours: number): PlainDeployment {
  const { build, runs, told } = group;
  const settledAt = earliest(runs.flatMap((run) => run.settledAt ?? []));
  const deployedTime = runs.find(({ deployedAt }) => deployedAt)?.deployedAt ?? told[0]?.deployedAt ?? settledAt;
  const proven = runs.findIndex(isProof);
  const broken = runs.find(
    (run, index) =>
      run.verdict === 'failed' && (proven < 0 || proven > index || isSoon(run, deployedTime, attributionHours)),
  );
  const toldFailure = told.find(({ outcome }) => outcome === 'failed');
  const proof = runs.findLast(isProof);
  const failure = broken ? seenFailure(broken, deployedTime) : toldFailure ? toFailure(toldFailure) : null;
  const isToldGood = runs.length === 0 && told.some(({ outcome }) => outcome === 'succeeded');
  return {
    ...{ system: scope.system, environment: scope.environment, commit: build },
    previousCommit: firstOf(runs, 'previousCommit') ?? firstOf(told, 'previousCommit') ?? null,
    timestamp: deployedTime ?? runs[0]?.startedAt ?? '',
    deployedTime,
    commitTime: firstOf(runs, 'commitTime') ?? firstOf(told, 'commitTime') ?? null,
    outcome: failure ? 'failed' : proof || isToldGood ? 'succeeded' : 'unjudged',
    verdict: broken ? 'failed' : (proof?.verdict ?? 'inconclusive'),
    failure,
    runIds: runs.map(({ runId }) => runId),
    knownBy: told.length === 0 ? 'observed' : runs.length === 0 ? 'told' : 'both',
    isTag: runs.length === 0 && told.every((each) => each.told.source === 'git'),
    provenAt: runs[proven]?.endedAt ?? (isToldGood ? deployedTime : null),
    served: settledAt !== null || told.length > 0,
    unplanned: told.findLast(({ unplanned }) => unplanned !== undefined)?.unplanned ?? null,
  };
}

/**
 * A failure counts against the deployment unless it was proven before and then failed later than `hours`: that is an
 * incident, but not a failed change.
 */
function isSoon(run: SealedEvent, deployedTime: string | null, hours: number): boolean {
  return deployedTime === null || minutesBetween(deployedTime, run.endedAt) <= hours * 60;
}

function seenFailure(run: SealedEvent, deployedTime: string | null): DeploymentFailure {
  return {
    runId: run.runId,
    detectedAt: run.endedAt,
    claimed: run.claimed ?? null,
    reality: realityOf(run),
    ...{ detectedBy: DETECTED_BY, rootCause: null, resolution: null },
    timeToDetectMinutes: timeToDetect(deployedTime, run.endedAt),
  };
}

function toFailure(told: RecordedDeployment): DeploymentFailure {
  const { deployedAt, claimed, reality, detectedBy, rootCause, resolution, timeToDetectMinutes } = told;
  const detectedMs = Date.parse(deployedAt) + (timeToDetectMinutes ?? 0) * 60_000;
  return {
    runId: null,
    detectedAt: new Date(detectedMs).toISOString(),
    claimed: claimed ?? null,
    reality: reality ?? 'It was told that the deployment failed; how, nobody said.',
    detectedBy: detectedBy ?? told.told.by ?? `told (${told.told.source})`,
    rootCause: rootCause ?? null,
    resolution: resolution ?? null,
    timeToDetectMinutes: timeToDetectMinutes ?? null,
  };
}

/** Minutes from the deployment to the end of the run that found the failure; null where the deployment's time is unknown. */
export function timeToDetect(deployedTime: string | null, detectedAt: string): number | null {
  if (deployedTime === null) return null;
  const minutes = minutesBetween(deployedTime, detectedAt);
  return minutes >= 0 ? minutes : null;
}

function firstOf<Key extends 'previousCommit' | 'commitTime'>(
  events: readonly { readonly [Name in Key]?: string | undefined }[],
  key: Key,
): string | undefined {
  return events.find((each) => each[key])?.[key];
}

function earliest(times: readonly string[]): string | null {
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
