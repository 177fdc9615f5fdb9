/** What runs saw and what was told of the same trouble is one incident. */
import type { SealedEvent } from '../../ledger/schema.ts';
import type { Incident } from '../schema.ts';
import { deploymentKey } from './scope-history.ts';
import { restored } from './told-incidents.ts';

/** Same deployment and overlapping in time = the same incident. In order of opening. `runs` are those of the scope. */
export function joinIncidents(
  seen: readonly Incident[],
  told: readonly Incident[],
  runs: readonly SealedEvent[],
): Incident[] {
  const rest = new Set(told);
  const byDeployment = Map.groupBy(told, ({ attribution }) => attribution && deploymentKey(attribution));
  const joined = seen.map((incident) => {
    const same = incident.attribution === null ? [] : (byDeployment.get(deploymentKey(incident.attribution)) ?? []);
    const overlapping = same.filter((each) => rest.has(each) && overlap(incident, each));
    for (const each of overlapping) rest.delete(each);
    return overlapping.reduce((sum, each) => join(sum, each, runs), incident);
  });
  return [...joined, ...rest].sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

function overlap(a: Incident, b: Incident): boolean {
  const endOf = ({ closedAt }: Incident): number =>
    closedAt === null ? Number.POSITIVE_INFINITY : Date.parse(closedAt);
  return Date.parse(a.openedAt) <= endOf(b) && Date.parse(b.openedAt) <= endOf(a);
}

function join(seen: Incident, told: Incident, runs: readonly SealedEvent[]): Incident {
  const openedAt = Date.parse(told.openedAt) < Date.parse(seen.openedAt) ? told.openedAt : seen.openedAt;
  const closedAt = endOf(seen, told, runs);
  return {
    ...seen,
    ...{ openedAt, closedAt },
    severity: seen.severity ?? told.severity,
    rootCause: told.rootCause ?? seen.rootCause,
    resolution: told.resolution ?? seen.resolution,
    timeToRestoreMinutes: restored(openedAt, closedAt),
    knownBy: 'both',
  };
}

/** The later of proof and word. The word alone ends it only if no run failed after it. */
function endOf(seen: Incident, told: Incident, runs: readonly SealedEvent[]): string | null {
  if (seen.closedAt !== null) {
    return told.closedAt !== null && Date.parse(told.closedAt) > Date.parse(seen.closedAt)
      ? told.closedAt
      : seen.closedAt;
  }
  if (told.closedAt === null) return null;
  const endMs = Date.parse(told.closedAt);
  const failedSince = runs.some((run) => run.verdict === 'failed' && Date.parse(run.endedAt) > endMs);
  return failedSince ? null : told.closedAt;
}
