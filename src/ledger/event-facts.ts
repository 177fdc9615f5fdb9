/** What a history finds an event by. */
import type { LedgerEvent, RowFilter } from './schema.ts';

export interface EventFacts {
  readonly type: string;
  readonly system: string | null;
  readonly environment: string;
  readonly kind: string | null;
  /** what became of it: a run's verdict, a told deployment's outcome */
  readonly outcome: string | null;
  /** its time to the minute, `2026-01-09T19:25`: parts of a second may have any length, so that a whole time does not compare as text */
  readonly minute: string;
}

export function toMinute(time: string): string {
  return time.slice(0, 'yyyy-mm-ddThh:mm'.length);
}

export function toMonth(time: string): string {
  return time.slice(0, 'yyyy-mm'.length);
}

/** When what the event says took place, ISO 8601 in UTC: a run by its end, an incident by its beginning. */
export function eventTime(event: LedgerEvent): string {
  switch (event.type) {
    case 'run.sealed':
      return event.endedAt;
    case 'run.intended':
      return event.startedAt;
    case 'run.interrupted':
      return event.foundAt;
    case 'run.refused':
      return event.refusedAt;
    case 'deployment.recorded':
      return event.deployedAt;
    case 'incident.recorded':
      return event.openedAt;
    case 'intervention.recorded':
    case 'rollback.intended':
    case 'rollback.driven':
    case 'rollback.settled':
    case 'rehearsal.recorded':
    case 'notification.settled':
    case 'follow-up.recorded':
    case 'gate.decided':
      return event.at;
  }
}

export function eventFacts(event: LedgerEvent): EventFacts {
  return {
    type: event.type,
    system: event.system ?? null,
    environment: event.environment,
    kind: 'kind' in event ? event.kind : null,
    outcome: 'outcome' in event ? event.outcome : 'verdict' in event ? event.verdict : null,
    minute: toMinute(eventTime(event)),
  };
}

/** To the millisecond: `since` itself is within, `until` is not. */
export function isWithin(event: LedgerEvent, { since, until }: Window): boolean {
  return (since === undefined || !isBefore(event, since)) && (until === undefined || isBefore(event, until));
}

/** Where the minutes differ as text, which is nearly always, no time has to be understood. */
function isBefore(event: LedgerEvent, bound: string): boolean {
  const time = eventTime(event);
  const [minute, boundMinute] = [toMinute(time), toMinute(bound)];
  return minute === boundMinute ? Date.parse(time) < Date.parse(bound) : minute < boundMinute;
}

type Window = { readonly [Bound in 'since' | 'until']?: RowFilter[Bound] | undefined };
