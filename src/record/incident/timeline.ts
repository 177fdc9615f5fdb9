/** What happened when, from what the history holds: nobody has to remember it. */
import type { LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import { buildOf, isProof, realityOf } from '../production-runs.ts';
import type { Incident } from '../schema.ts';

export interface Moment {
  /** ISO-8601 UTC */
  readonly at: string;
  readonly what: string;
}

/** `rows` are those of the incident's system and environment, or more. In order of time. */
export function toTimeline(incident: Incident, rows: readonly LedgerRow[]): Moment[] {
  const own = rows.filter(
    ({ event }) => event.system === incident.system && event.environment === incident.environment,
  );
  const moments = own.flatMap(({ event }) => ofEvent(event, incident));
  if (incident.failedRuns.length === 0) moments.push({ at: incident.openedAt, what: `Told: ${incident.reality}` });
  if (incident.closedAt !== null && incident.closedByRun === null)
    moments.push({
      at: incident.closedAt,
      what: `Ended, by what was told: ${incident.resolution ?? 'no reason given'}`,
    });
  return moments.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function ofEvent(event: LedgerRow['event'], incident: Incident): Moment[] {
  switch (event.type) {
    case 'run.sealed':
      return ofRun(event, incident);
    case 'run.interrupted':
      return isDuring(event.foundAt, incident)
        ? [{ at: event.foundAt, what: `Run ${event.runId} was found to have ended without a verdict.` }]
        : [];
    case 'run.refused':
      return isDuring(event.refusedAt, incident)
        ? [{ at: event.refusedAt, what: 'A run was refused: its input was wrong, nothing was observed.' }]
        : [];
    case 'deployment.recorded':
      return isDuring(event.deployedAt, incident)
        ? [{ at: event.deployedAt, what: `Told: ${event.commit} was deployed (${event.outcome}).` }]
        : [];
    case 'intervention.recorded':
      return isDuring(event.at, incident)
        ? [{ at: event.at, what: `Told: ${event.kind} of ${event.commit}: ${event.description}` }]
        : [];
    case 'notification.settled':
      return event.about === incident.id ? [{ at: event.at, what: ofNotification(event) }] : [];
    // an incident is its own timeline; an intent says nothing yet; what follows from it has a place of its own
    case 'incident.recorded':
    case 'run.intended':
    case 'follow-up.recorded':
      return [];
  }
}

function ofNotification(event: Extract<LedgerRow['event'], { type: 'notification.settled' }>): string {
  const whom = event.recipient === undefined ? event.target : `${event.target} (${event.recipient})`;
  if (event.outcome === 'delivered') return `${event.event} was delivered to ${whom}.`;
  return `${event.event} did NOT reach ${whom} after ${event.attempts} attempts: ${event.why ?? 'no reason known'}`;
}

function ofRun(run: SealedEvent, incident: Incident): Moment[] {
  if (run.kind !== 'production') return [];
  const [opening] = incident.failedRuns;
  const deployed =
    run.runId === opening && run.deployedAt !== undefined
      ? [{ at: run.deployedAt, what: `${buildOf(run)} was deployed.` }]
      : [];
  if (run.runId !== incident.closedByRun && !isDuring(run.endedAt, incident)) return deployed;
  return [...deployed, { at: run.endedAt, what: ofVerdict(run, run.runId === opening) }];
}

function ofVerdict(run: SealedEvent, isOpening: boolean): string {
  const what = `run ${run.runId} of ${buildOf(run)}`;
  if (run.verdict === 'failed') return `${isOpening ? 'Detected' : 'Still broken'} by ${what}: ${realityOf(run)}`;
  if (isProof(run)) return `Proven to work by ${what}.`;
  return `Not judged by ${what}: ${run.because[0] ?? run.reason ?? 'no reason given'}`;
}

function isDuring(time: string, { openedAt, closedAt }: Incident): boolean {
  const at = Date.parse(time);
  return at >= Date.parse(openedAt) && (closedAt === null || at <= Date.parse(closedAt));
}
