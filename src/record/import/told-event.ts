/** Told events, and the keys under which each is kept once. */
import { canonicalJson, sha256Hex } from '../../contract/canonical.ts';
import type { RecordedDeployment, RecordedIncident, RecordedIntervention } from '../../ledger/recorded-events.ts';

export type ToldEvent = RecordedDeployment | RecordedIncident | RecordedIntervention;

/**
 * Of what somebody said with an id of its own: the same thing cannot be said twice in different words. An incident is
 * told twice, when it opens and when it is resolved; a deployment once for each outcome.
 */
export function statedKey(event: ToldEvent): string {
  const { type, system, environment, id } = event;
  // as JSON, so that no id can be written in a way that makes it look like two parts
  return `told:${JSON.stringify([type, system, environment, id, stateOf(event)])}`;
}

/**
 * Of what another tool exported: the same export changes nothing, a corrected one is appended, and the last word about
 * an id counts. The time stands first: keys that come in their order are found and added many times faster.
 */
export function exportedKey(event: ToldEvent, canonical = canonicalJson(event)): string {
  return `told:${timeOf(event)}:${sha256Hex(canonical).slice(0, 32)}`;
}

/** When it happened, by its own account. */
export function timeOf(event: ToldEvent): string {
  switch (event.type) {
    case 'deployment.recorded':
      return event.deployedAt;
    case 'incident.recorded':
      return event.resolvedAt ?? event.openedAt;
    case 'intervention.recorded':
      return event.at;
  }
}

function stateOf(event: ToldEvent): string {
  switch (event.type) {
    case 'deployment.recorded':
      return event.outcome;
    case 'incident.recorded':
      return event.resolvedAt === undefined ? 'opened' : 'resolved';
    case 'intervention.recorded':
      return event.kind;
  }
}

/** A member only where there is a value: the history knows no `undefined`. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [name in Key]?: Value });
}
