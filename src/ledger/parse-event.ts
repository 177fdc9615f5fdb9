/**
 * Values as events. The schema of a type is made when the first event of that type is read or written: to make them all takes
 * longer than to check a small system.
 */
import { z } from 'zod';
import { EVENT_SCHEMAS, type LedgerEvent } from './schema.ts';

const made = new Map<string, z.ZodType<LedgerEvent>>();
let ofAll: z.ZodType<LedgerEvent> | undefined;

/** As the schema of all events would: a type that nobody knows is an `invalid_union` at `type`. */
export function parseEvent(value: unknown): z.ZodSafeParseResult<LedgerEvent> {
  const own = schemaOf(value);
  if (own !== undefined) return own.safeParse(value);
  ofAll ??= toLedgerEventSchema();
  return ofAll.safeParse(value);
}

export function isEventType(type: string): boolean {
  return Object.hasOwn(EVENT_SCHEMAS, type);
}

/** Every event there is. */
export function toLedgerEventSchema(): z.ZodType<LedgerEvent> {
  const [first, ...others] = Object.values(EVENT_SCHEMAS).map((make) => make());
  if (first === undefined) throw new Error('there is no type of event');
  return z.discriminatedUnion('type', [first, ...others]);
}

function schemaOf(value: unknown): z.ZodType<LedgerEvent> | undefined {
  const type = value !== null && typeof value === 'object' && 'type' in value ? value.type : undefined;
  if (typeof type !== 'string' || !isEventType(type)) return undefined;
  const known = made.get(type) ?? EVENT_SCHEMAS[type as keyof typeof EVENT_SCHEMAS]();
  made.set(type, known);
  return known;
}
