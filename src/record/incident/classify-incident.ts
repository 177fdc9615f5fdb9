/** How bad an incident is: P0 to P3, and who says so. */
import { INCIDENT_SEVERITIES, type IncidentSeverity } from '../../contract/notify-schema.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import type { Incident } from '../schema.ts';
import type { IncidentAuthority } from './incident-authority.ts';

export interface Classified {
  /** null = nobody can say: no severity was told, no layer was named */
  readonly severity: IncidentSeverity | null;
  readonly from: string;
}

/**
 * The worst of its failed runs and of what was told. `runs` are those of its system and environment; what each says is in
 * `classifyRun`.
 */
export function classifyIncident(
  incident: Pick<Incident, 'severity' | 'failedLayers' | 'failedRuns'>,
  runs: readonly SealedEvent[],
  authority: IncidentAuthority,
): Classified {
  const failed = new Set(incident.failedRuns);
  const told = INCIDENT_SEVERITIES.find((each) => each === incident.severity);
  return worst([
    ...runs.filter(({ runId }) => failed.has(runId)).map((run) => classifyRun(run, authority)),
    ...(told === undefined ? [] : [{ severity: told, from: 'as it was told' }]),
    ...(told === undefined ? [ofLayers(incident.failedLayers, authority)] : []),
  ]);
}

/** The severity of the worst promise that was broken; where no broken promise names one, of the worst layer. */
export function classifyRun(
  run: Pick<SealedEvent, 'severity' | 'failedLayers'>,
  authority: IncidentAuthority,
): Classified {
  if (run.severity !== undefined) return { severity: run.severity, from: 'the worst broken promise' };
  return ofLayers(run.failedLayers, authority);
}

function ofLayers(layers: readonly string[], authority: IncidentAuthority): Classified {
  return worst(
    layers.flatMap((layer) => {
      const severity = Object.entries(authority.layers).find(([name]) => name === layer)?.[1];
      return severity === undefined ? [] : [{ severity, from: `the layer ${layer} failed` }];
    }),
  );
}

function worst(all: readonly Classified[]): Classified {
  for (const severity of INCIDENT_SEVERITIES) {
    const found = all.find((each) => each.severity === severity);
    if (found !== undefined) return found;
  }
  return { severity: null, from: 'nobody classified it' };
}

/** Worse than all of them; what nobody classified is worse than anything that is known. */
export function isWorse(severity: IncidentSeverity | null, than: readonly (IncidentSeverity | null)[]): boolean {
  return than.every((each) => rank(severity) < rank(each));
}

function rank(severity: IncidentSeverity | null): number {
  return severity === null ? -1 : INCIDENT_SEVERITIES.indexOf(severity);
}
