/** Incidents, from failed runs and the proofs that follow them. */
import { sha256Hex } from '../contract/canonical.ts';
import type { LedgerRow, SealedEvent } from '../ledger/schema.ts';
import { timeToDetect } from './derive-deployments.ts';
import { minutesBetween } from './minutes.ts';
import { buildOf, byScope, isProof, realityOf, toProductionRuns } from './production-runs.ts';
import type { Incident } from './schema.ts';

/** What finds failures here, in the words that the records have always used. */
export const DETECTED_BY = 'Gate 10 production smoke tests';

/**
 * Opened by the first failed run of a system in an environment, closed by the next complete run that passes there and
 * began after it was opened (one that began before may have looked while all was still well). In order of opening.
 */
export function deriveIncidents(rows: readonly LedgerRow[]): Incident[] {
  return byScope(toProductionRuns(rows))
    .flatMap(deriveInScope)
    .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

function deriveInScope(runs: readonly SealedEvent[]): Incident[] {
  const incidents: Incident[] = [];
  let failures: SealedEvent[] = [];
  const seen: string[] = [];
  for (const run of runs) {
    const opening = failures[0];
    if (run.verdict === 'failed') failures.push(run);
    else if (opening && isProof(run) && Date.parse(run.startedAt) >= Date.parse(opening.endedAt)) {
      incidents.push(toIncident(opening, failures, run, seen));
      failures = [];
    }
    seen.push(buildOf(run));
  }
  const stillOpen = failures[0];
  return stillOpen ? [...incidents, toIncident(stillOpen, failures, null, seen)] : incidents;
}

function toIncident(
  opening: SealedEvent,
  failures: readonly SealedEvent[],
  proof: SealedEvent | null,
  seen: readonly string[],
): Incident {
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
  };
}

/** `seen`: the builds of all runs before the proof. */
function resolutionOf(opening: SealedEvent, proof: SealedEvent, seen: readonly string[]): string {
  const [broken, proven] = [buildOf(opening), buildOf(proof)];
  if (proven === broken) return `The same build ${proven} was proven by run ${proof.runId}.`;
  const isOlder = seen.slice(0, seen.indexOf(broken)).includes(proven) || proven === opening.previousCommit;
  return isOlder
    ? `Rolled back to ${proven}, proven by run ${proof.runId}.`
    : `Fixed forward with ${proven}, proven by run ${proof.runId}.`;
}

/** `2026-01-09_production-integration-1e57859-<8 hex of the run>`: a safe file name, whatever the names in it hold. */
function incidentId(run: SealedEvent): string {
  const what = toSlug([run.environment, run.failedLayers[0] ?? 'unknown', buildOf(run).slice(0, 7)].join('-'));
  return `${run.endedAt.slice(0, 10)}_${what}-${sha256Hex(run.runId).slice(0, 8)}`;
}

/** Lower-case letters, digits and single dashes, at most 100 of them. */
function toSlug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replace(/^-|-$/g, '');
}
