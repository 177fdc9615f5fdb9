/** What happened when, from what the history holds: nobody has to remember it. */
import { eventTime } from '../../ledger/event-facts.ts';
import type { LedgerRow, SealedEvent } from '../../ledger/schema.ts';
import { buildOf, isProof, realityOf } from '../production-runs.ts';
import type { Incident } from '../schema.ts';

export interface Moment {
  /** ISO-8601 UTC */
  readonly at: string;
  readonly what: string;
}

/** The rows of one system and environment, found by time: a history may have many of them, and many incidents. */
export type TimelineSource = (incident: Incident) => readonly LedgerRow['event'][];

export function openTimelines(rows: readonly LedgerRow[]): TimelineSource {
  const events = rows.map(({ event }) => ({ event, ms: Date.parse(eventTime(event)) })).sort((a, b) => a.ms - b.ms);
  const notified = Map.groupBy(
    events.flatMap(({ event }) => (event.type === 'notification.settled' ? [event] : [])),
    ({ about }) => about,
  );
  return ({ id, openedAt, closedAt }) => {
    const during = events.slice(
      firstFrom(events, Date.parse(openedAt)),
      closedAt === null ? events.length : firstFrom(events, Date.parse(closedAt) + 1),
    );
    // who was told that it is over was told after its end
    return [
      ...during.flatMap(({ event }) => (event.type === 'notification.settled' ? [] : [event])),
      ...(notified.get(id) ?? []),
    ];
  };
}

/** Where the first event stands that is not before `ms`; `events` in order. */
function firstFrom(events: readonly { readonly ms: number }[], ms: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.ms ?? ms) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In order of time. */
export function toTimeline(incident: Incident, source: TimelineSource): Moment[] {
  const moments = source(incident).flatMap((event) => ofEvent(event, incident));
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
      return [{ at: event.foundAt, what: `Run ${event.runId} was found to have ended without a verdict.` }];
    case 'run.refused':
      return [{ at: event.refusedAt, what: 'A run was refused: its input was wrong, nothing was observed.' }];
    case 'deployment.recorded':
      return [{ at: event.deployedAt, what: `Told: ${event.commit} was deployed (${event.outcome}).` }];
    case 'intervention.recorded':
      return [{ at: event.at, what: `Told: ${event.kind} of ${event.commit}: ${event.description}` }];
    case 'notification.settled':
      return [{ at: event.at, what: ofNotification(event) }];
    case 'rollback.intended':
      return [{ at: event.at, what: `A rollback to ${event.target.commit} was begun (${event.driver}).` }];
    case 'rollback.driven':
      return [{ at: event.at, what: `The rollback's driver ended: ${event.outcome}.` }];
    case 'rollback.settled':
      return [{ at: event.at, what: `Rollback ${event.outcome}: ${event.because}` }];
    case 'gate.decided':
      return [{ at: event.at, what: `The release gate said ${event.verdict}: ${event.because[0] ?? ''}` }];
    // a rehearsal is no part of an incident; an incident is its own timeline; an intent says nothing yet; what follows from it has a place of its own
    case 'incident.recorded':
    case 'run.intended':
    case 'rehearsal.recorded':
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
  return [...deployed, { at: run.endedAt, what: ofVerdict(run, run.runId === opening) }];
}

function ofVerdict(run: SealedEvent, isOpening: boolean): string {
  const what = `run ${run.runId} of ${buildOf(run)}`;
  if (run.verdict === 'failed') return `${isOpening ? 'Detected' : 'Still broken'} by ${what}: ${realityOf(run)}`;
  if (isProof(run)) return `Proven to work by ${what}.`;
  return `Not judged by ${what}: ${run.because[0] ?? run.reason ?? 'no reason given'}`;
}
