/**
 * Roll back or fix forward? Advice to a person, with its reasons; nothing acts on it. Rule: seed S0 (roll back where the fix is
 * complex, fix forward where it is simple), with what a history can know of it (`authority/incidents.yaml`).
 */
import type { SealedEvent } from '../../ledger/schema.ts';
import { buildOf, isProof } from '../production-runs.ts';
import type { Incident } from '../schema.ts';
import type { Classified } from './classify-incident.ts';
import type { IncidentAuthority } from './incident-authority.ts';

/** Did the failed release change the database? */
export type Migrations = 'none' | 'some' | 'unknown';

export interface Advice {
  /** `undecided` = what would have to be known is not */
  readonly what: 'roll-back' | 'fix-forward' | 'undecided' | 'none';
  /** the release to go back to; null where none is known, or none is advised */
  readonly target: string | null;
  readonly reasons: readonly string[];
}

interface Known {
  /** of its system and environment, in the order in which they ended */
  readonly runs: readonly SealedEvent[];
  readonly classified: Classified;
  readonly migrations: Migrations;
  readonly authority: IncidentAuthority;
}

/** Pure. */
export function advise(incident: Incident, known: Known): Advice {
  const { runs, authority } = known;
  if (incident.closedAt !== null) return { what: 'none', target: null, reasons: ['It is over.'] };
  if (incident.failedRuns.length === 0)
    return undecided('No run saw it: run the production suite, so that it is known what is broken.');
  if (incident.attribution === null)
    return forward('It is not known to come from a deployment: going back changes the code, not what broke.');
  const target = findTarget(incident, runs);
  if (target === undefined)
    return forward('No other release was ever proven here: there is nothing known to go back to.');
  const found = `${buildOf(target)} was proven here by run ${target.runId} at ${target.endedAt}.`;
  const schema = failedOf(incident, runs).find((layer) => isIn(authority.migrationLayers, layer));
  if (schema !== undefined)
    return forward(`The layer ${schema} failed: ${buildOf(target)} may not fit the database as it is now.`);
  if (known.migrations === 'some')
    return forward(`The failed release changed the database: ${buildOf(target)} may not fit it as it is now.`);
  const why = reasonToGoBack(incident, known);
  if (why === undefined)
    return forward(`No critical layer failed, and it is ${known.classified.severity}: users have a way around it.`);
  return { what: 'roll-back', target: buildOf(target), reasons: [why, found, aboutMigrations(known.migrations)] };
}

function reasonToGoBack(incident: Incident, { classified, authority, runs }: Known): string | undefined {
  const critical = failedOf(incident, runs).find((layer) => isIn(authority.criticalLayers, layer));
  if (critical !== undefined) return `The critical layer ${critical} failed.`;
  switch (classified.severity) {
    case 'P0':
    case 'P1':
      return `It is ${classified.severity} (${authority.severities[classified.severity]}).`;
    case null:
      return 'Nobody classified it, so that it counts as the worst.';
    case 'P2':
    case 'P3':
      return undefined;
  }
}

/** The newest proof of another build, from before it broke. */
function findTarget(incident: Incident, runs: readonly SealedEvent[]): SealedEvent | undefined {
  const failed = new Set(runs.filter(({ runId }) => incident.failedRuns.includes(runId)).map(buildOf));
  const openedMs = Date.parse(incident.openedAt);
  const proofs = runs.filter((run) => isProof(run) && Date.parse(run.endedAt) <= openedMs && !failed.has(buildOf(run)));
  return proofs.at(-1);
}

/** Of every failed run, not only of the first. */
function failedOf(incident: Incident, runs: readonly SealedEvent[]): readonly string[] {
  const failed = runs.filter(({ runId }) => incident.failedRuns.includes(runId));
  return [...new Set([...incident.failedLayers, ...failed.flatMap(({ failedLayers }) => failedLayers)])];
}

function aboutMigrations(migrations: Migrations): string {
  return migrations === 'none'
    ? 'The failed release did not change the database.'
    : 'Check first: whether the failed release changed the database is not recorded.';
}

function isIn(layers: readonly string[], layer: string): boolean {
  return layers.includes(layer);
}

function forward(reason: string): Advice {
  return { what: 'fix-forward', target: null, reasons: [reason] };
}

function undecided(reason: string): Advice {
  return { what: 'undecided', target: null, reasons: [reason] };
}
