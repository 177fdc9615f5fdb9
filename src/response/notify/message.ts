/** One notification, as it is before any receiver's form is put on it. */
import { sha256Hex } from '../../contract/canonical.ts';
import type { IncidentSeverity, NotifyEvent } from '../../contract/notify-schema.ts';

export interface Link {
  readonly text: string;
  readonly href: string;
}

export interface OnCall {
  readonly primary: string;
  readonly backup: string;
}

export interface Notification {
  /** `test` = asked for by a person, about nothing */
  readonly event: NotifyEvent | 'test';
  /** null = none, or nobody classified it */
  readonly severity: IncidentSeverity | null;
  readonly system: string;
  readonly environment: string;
  /** the commit, or the version of a system that only has versions */
  readonly release: string;
  /** the first of them explains the others */
  readonly layers: readonly string[];
  /** one line: what a telephone shows */
  readonly summary: string;
  readonly because: readonly string[];
  readonly links: readonly Link[];
  /** environment, layer and release: the same trouble has the same one, when it opens and when it ends */
  readonly dedupKey: string;
  /** the incident, run, rollback or deployment that it tells of, as the history names it */
  readonly about: string;
  /** when it began, ISO-8601 UTC */
  readonly startedAt: string;
  /** when it was over; null = it is not */
  readonly endedAt: string | null;
  readonly onCall: OnCall | null;
}

/** What says of itself that something has to be done now, until it is said to be over. */
export function isAlert({ event }: Pick<Notification, 'event'>): boolean {
  switch (event) {
    case 'incident-opened':
    case 'not-judged':
    case 'rollback-failed':
    case 'test':
      return true;
    case 'incident-closed':
    case 'deployment':
    case 'rollback-done':
      return false;
  }
}

/** What ends an alert: it has the key of the one that it ends. */
export function isEnd({ event, endedAt }: Pick<Notification, 'event' | 'endedAt'>): boolean {
  return event === 'incident-closed' || (event === 'rollback-failed' && endedAt !== null);
}

/** The parts cannot run into each other, whatever they hold; at most `max` characters. */
export function toDedupKey(parts: readonly string[], max: number): string {
  const key = parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
  if (key.length <= max) return key;
  const digest = sha256Hex(key);
  return `${key.slice(0, max - digest.length - 1)}#${digest}`;
}

/** All that there is to say, a line each: for a mail, or where a receiver has one field for it. */
export function toLines(notification: Notification): string[] {
  const { severity, system, environment, release, layers, because, startedAt, endedAt, onCall, links } = notification;
  return [
    `System: ${system}`,
    `Environment: ${environment}`,
    `Release: ${release}`,
    ...(severity === null ? [] : [`Severity: ${severity}`]),
    ...(layers.length === 0 ? [] : [`Failed layers: ${layers.join(', ')}`]),
    `Since: ${startedAt}`,
    ...(endedAt === null ? [] : [`Until: ${endedAt}`]),
    ...(onCall === null ? [] : [`On call: ${onCall.primary}, backup ${onCall.backup}`]),
    ...because,
    ...links.map(({ text, href }) => `${text}: ${href}`),
  ];
}
