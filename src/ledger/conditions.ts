/** A filter as conditions on the columns that both databases have. */
import { toMinute, toMonth } from './event-facts.ts';
import type { RowFilter } from './schema.ts';

/** Every type of event that is there, by steps through the index instead of a walk over all rows. */
export const distinctTypes = (table: string): string => `
WITH RECURSIVE types(type) AS (
  SELECT min(type) FROM ${table}
  UNION ALL SELECT (SELECT min(type) FROM ${table} WHERE type > types.type) FROM types WHERE types.type IS NOT NULL
) SELECT type FROM types WHERE type IS NOT NULL`;

export interface Conditions {
  /** `TRUE` where nothing is asked */
  readonly sql: string;
  readonly values: readonly string[];
}

/**
 * `placeholder(n)` counts from 1. `types` = those that are there: the index begins with the type, so that each is named.
 * Times are compared to the minute; who reads the rows compares the rest.
 */
export function toConditions(
  filter: RowFilter,
  types: readonly (string | null)[],
  placeholder: (position: number) => string,
): Conditions {
  const values: string[] = [];
  const next = (value: string): string => placeholder(values.push(value));
  const { key, system, environment, kind, since, until } = filter;
  const parts = [
    ...(key === undefined ? [] : [`key = ${next(key)}`]),
    ...ofType(filter, types, next),
    ...(system === undefined ? [] : [`system = ${next(system)}`]),
    ...(environment === undefined ? [] : [`environment = ${next(environment)}`]),
    ...(kind === undefined ? [] : [`kind = ${next(kind)}`]),
    ...(since === undefined ? [] : [`month >= ${next(toMonth(since))} AND minute >= ${next(toMinute(since))}`]),
    ...(until === undefined ? [] : [`month <= ${next(toMonth(until))} AND minute <= ${next(toMinute(until))}`]),
  ];
  return { sql: parts.join(' AND '), values };
}

/** With a key there is one row at most; without, the index wants a type, and each that is there is named. */
function ofType(
  { key, type }: RowFilter,
  types: readonly (string | null)[],
  next: (value: string) => string,
): string[] {
  if (typeof type === 'string') return [`type = ${next(type)}`];
  if (type !== undefined) return [anyOf(type, next)];
  return key === undefined ? [anyOf(types, next)] : [];
}

/** An event that says no type is no less there: who reads it says that it cannot be read. */
function anyOf(types: readonly (string | null)[], next: (value: string) => string): string {
  const named = types.flatMap((type) => type ?? []).map(next);
  return `(type IN (${named.join(', ') || 'NULL'})${types.includes(null) ? ' OR type IS NULL' : ''})`;
}
