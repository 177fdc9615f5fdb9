/** Incidents that were told, and the deployments that caused them. */
import type { RecordedIncident } from '../../ledger/recorded-events.ts';
import { minutesBetween } from '../minutes.ts';
import type { Incident } from '../schema.ts';
import type { DeploymentIndex } from './deployment-index.ts';
import { deploymentKey, sameBuild } from './scope-history.ts';
import { toIncidentId } from './seen-incidents.ts';
import type { PlainDeployment } from './to-deployment.ts';

type Index = DeploymentIndex<PlainDeployment>;

/**
 * Told incidents, and one for every deployment of which only its failure was told. They end when somebody says so; else
 * with the next good deployment: after a told incident one of another build, after a failed deployment any.
 */
export function findToldIncidents(
  incidents: readonly RecordedIncident[],
  deployments: Index,
  attributionHours: number,
): Incident[] {
  const told = incidents.map((incident) => fromTold(incident, deployments, attributionHours));
  const covered = new Set(told.flatMap(({ attribution }) => (attribution ? deploymentKey(attribution) : [])));
  const failed = deployments.all.filter((each) => each.failure?.runId === null && !covered.has(deploymentKey(each)));
  return [...told, ...failed.flatMap((deployment) => fromFailure(deployment, deployments))];
}

function fromTold(told: RecordedIncident, deployments: Index, hours: number): Incident {
  const attribution = attribute(told, deployments, hours);
  const commit = told.commit ?? attribution?.commit ?? 'unknown';
  const closedAt = told.resolvedAt ?? nextGood(told.openedAt, deployments, commit);
  return {
    ...EMPTY,
    id: toIncidentId(told.openedAt, `${told.environment}-${told.title}`, `${told.system} ${told.id}`),
    ...{ system: told.system, environment: told.environment, commit },
    severity: told.severity ?? null,
    ...{ openedAt: told.openedAt, closedAt },
    reality: told.title,
    detectedBy: told.told.by ?? `told (${told.told.source})`,
    rootCause: told.rootCause ?? null,
    resolution: told.resolution ?? null,
    timeToRestoreMinutes: restored(told.openedAt, closedAt),
    attribution,
  };
}

/** The commit that the teller names, else the last deployment before it, if that is not too long ago. */
function attribute({ commit, openedAt }: RecordedIncident, deployments: Index, hours: number): Incident['attribution'] {
  if (commit !== undefined) {
    const named = deployments.lastOf(commit, openedAt);
    return named ? { how: 'named', commit: named.commit, timestamp: named.timestamp } : null;
  }
  for (let place = deployments.countUntil(openedAt) - 1; place >= 0; place -= 1) {
    const last = deployments.all[place];
    if (!last?.served) continue;
    if (minutesBetween(last.timestamp, openedAt) > hours * 60) return null;
    return { how: 'time-box', commit: last.commit, timestamp: last.timestamp };
  }
  return null;
}

/** When the next good deployment after `time` was known to be good; not one of the build `except`. */
function nextGood(time: string, { all, countUntil }: Index, except?: string): string | null {
  for (let place = countUntil(time); place < all.length; place += 1) {
    const next = all[place];
    if (next?.outcome !== 'succeeded' || (except !== undefined && sameBuild(next.commit, except))) continue;
    return next.provenAt ?? next.timestamp;
  }
  return null;
}

/** A failure that was only told: from its detection to the next good deployment. */
function fromFailure(deployment: PlainDeployment, deployments: Index): Incident[] {
  const { failure, system, environment, commit, timestamp } = deployment;
  if (!failure) return [];
  const openedAt = failure.detectedAt;
  const closedAt = nextGood(timestamp, deployments);
  const { claimed, reality, detectedBy, rootCause, resolution, timeToDetectMinutes } = failure;
  return [
    {
      ...EMPTY,
      id: toIncidentId(openedAt, `${environment}-${commit.slice(0, 7)}`, `${system} ${commit} ${timestamp}`),
      ...{ system, environment, commit, openedAt, closedAt, claimed, reality, detectedBy, rootCause, resolution },
      severity: null,
      timeToDetectMinutes,
      timeToRestoreMinutes: restored(openedAt, closedAt),
      attribution: { how: 'named', commit, timestamp },
    },
  ];
}

/** An end before the beginning is a wrong clock or a slip of the pen: no duration follows from it. */
export function restored(openedAt: string, closedAt: string | null): number | null {
  if (closedAt === null) return null;
  const minutes = minutesBetween(openedAt, closedAt);
  return minutes >= 0 ? minutes : null;
}

const EMPTY = {
  claimed: null,
  timeToDetectMinutes: null,
  failedLayers: [],
  failedRuns: [],
  closedByRun: null,
  knownBy: 'told',
} as const satisfies Partial<Incident>;
