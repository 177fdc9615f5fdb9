/** Incidents that runs saw: from a failed run to the next proof. */
import { sha256Hex } from '../../contract/canonical.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { minutesBetween } from '../minutes.ts';
import { buildOf, DETECTED_BY, isProof, realityOf } from '../production-runs.ts';
import type { Incident } from '../schema.ts';
import { type PlainDeployment, timeToDetect } from './to-deployment.ts';

/**
 * Opened by the first failed run, closed by the next complete run that passes and began after it was opened (one that
 * began before may have looked while all was still well). `runs` of one system and environment, by their end.
 */
export function findSeenIncidents(runs: readonly SealedEvent[], deployments: readonly PlainDeployment[]): Incident[] {
  const byRun = new Map(deployments.flatMap((each) => each.runIds.map((runId) => [runId, each] as const)));
  const incidents: Incident[] = [];
  let failures: SealedEvent[] = [];
  const seen = new Map<string, number>();
  for (const [index, run] of runs.entries()) {
    const opening = failures[0];
    if (run.verdict === 'failed') failures.push(run);
    else if (opening && isProof(run) && Date.parse(run.startedAt) >= Date.parse(opening.endedAt)) {
      incidents.push(toIncident(opening, failures, run, seen, byRun));
      failures = [];
    }
    if (!seen.has(buildOf(run))) seen.set(buildOf(run), index);
  }
  const stillOpen = failures[0];
  return stillOpen ? [...incidents, toIncident(stillOpen, failures, null, seen, byRun)] : incidents;
}

/** Of each build the first of the runs before the proof. */
type Seen = ReadonlyMap<string, number>;

function toIncident(
  opening: SealedEvent,
  failures: readonly SealedEvent[],
  proof: SealedEvent | null,
  seen: Seen,
  byRun: ReadonlyMap<string, PlainDeployment>,
): Incident {
  const deployment = byRun.get(opening.runId);
  return {
    id: incidentId(opening),
    system: opening.system,
    environment: opening.environment,
    commit: buildOf(opening),
    severity: opening.severity ?? null,
    openedAt: opening.endedAt,
    closedAt: proof?.endedAt ?? null,
    claimed: opening.claimed ?? null,
    reality: realityOf(opening),
    detectedBy: DETECTED_BY,
    rootCause: null,
    resolution: proof ? resolutionOf(opening, proof, seen) : null,
    timeToDetectMinutes: timeToDetect(opening.deployedAt ?? opening.settledAt ?? null, opening.endedAt),
    timeToRestoreMinutes: proof ? minutesBetween(opening.endedAt, proof.endedAt) : null,
    failedLayers: opening.failedLayers,
    failedRuns: failures.map(({ runId }) => runId),
    closedByRun: proof?.runId ?? null,
    knownBy: 'observed',
    // A run that fails long after its deployment was proven blames production, not the change.
    attribution:
      deployment?.failure && isOwn(deployment.failure.detectedAt, opening)
        ? { how: 'run', commit: deployment.commit, timestamp: deployment.timestamp }
        : null,
  };
}

/** The run that failed the deployment, or one after it: of several, a later one may open the next incident. */
function isOwn(detectedAt: string, opening: SealedEvent): boolean {
  return Date.parse(opening.endedAt) >= Date.parse(detectedAt);
}

function resolutionOf(opening: SealedEvent, proof: SealedEvent, seen: Seen): string {
  const [broken, proven] = [buildOf(opening), buildOf(proof)];
  if (proven === broken) return `The same build ${proven} was proven by run ${proof.runId}.`;
  const isOlder = (seen.get(proven) ?? Infinity) < (seen.get(broken) ?? 0) || proven === opening.previousCommit;
  return isOlder
    ? `Rolled back to ${proven}, proven by run ${proof.runId}.`
    : `Fixed forward with ${proven}, proven by run ${proof.runId}.`;
}

/** `2026-01-09_production-integration-1e57859-<8 hex of the run>`: a safe file name, whatever the names in it hold. */
function incidentId(run: SealedEvent): string {
  const what = [run.environment, run.failedLayers[0] ?? 'unknown', buildOf(run).slice(0, 7)].join('-');
  return toIncidentId(run.endedAt, what, run.runId);
}

/** `unique` tells two of the same day and words apart. */
export function toIncidentId(openedAt: string, words: string, unique: string): string {
  return `${openedAt.slice(0, 10)}_${toSlug(words)}-${sha256Hex(unique).slice(0, 8)}`;
}

/** Lower-case letters, digits and single dashes, at most 100 of them. */
function toSlug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replace(/^-|-$/g, '');
}
