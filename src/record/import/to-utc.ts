/** A time as a tool or a person writes it → ISO-8601 in UTC with milliseconds. */
import { type Read, shown, wrong } from './read-field.ts';

/** RFC 3339, with a space or a "T"; BigQuery ends with " UTC", PostgreSQL with "+00"; fractions beyond milliseconds are cut. */
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

export interface TimeRules {
  /** what a time without a zone means: many databases store UTC and do not say so */
  readonly zoneless: 'refused' | 'utc';
  /** nothing happened later than this */
  readonly now: Date;
}

/** Refuses dates that do not exist (`Date` takes February 30 for March 2), times before 1970 and times in the future. */
export function toUtc(value: unknown, { zoneless, now }: TimeRules): Read<string> {
  const common = readCommonForm(value);
  if (common !== undefined && common <= now.toISOString()) return { ok: true, value: common };
  return readAnyForm(value, { zoneless, now });
}

/** To the 28th, every month has its days. */
const COMMON =
  /^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** What most tools write, without a calendar: millions of them are read. Undefined = it has to be looked at closely. */
function readCommonForm(value: unknown): string | undefined {
  if (typeof value !== 'string' || !COMMON.test(value)) return undefined;
  return value.length === 24 ? value : `${value.slice(0, 19)}.000Z`;
}

function readAnyForm(value: unknown, { zoneless, now }: TimeRules): Read<string> {
  const expected = 'a date and time with its zone, such as 2026-01-31T12:00:00Z';
  const match = typeof value === 'string' ? FORM.exec(value.trim()) : null;
  if (match === null) return wrong(`${shown(value)} is not a time`, expected);
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match;
  const parts = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const;
  const local = Date.UTC(parts[0], parts[1] - 1, ...parts.slice(2));
  const offsetMinutes = toOffsetMinutes(zone);
  if (offsetMinutes === undefined || !isSame(new Date(local), parts)) {
    return wrong(`${shown(value)} is no time of the calendar`, expected);
  }
  if (zone === undefined && zoneless === 'refused') {
    return wrong(`${shown(value)} does not say in which zone`, expected, 'Add "Z" where it is UTC, else the offset.');
  }
  const epochMs = local + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetMinutes * 60_000;
  if (epochMs < 0) return wrong(`${shown(value)} is before 1970`, expected);
  if (epochMs > now.getTime()) return wrong(`${shown(value)} is in the future`, `at most ${now.toISOString()}`);
  return { ok: true, value: new Date(epochMs).toISOString() };
}

function isSame(date: Date, [year, month, day, hour, minute, second]: readonly number[]): boolean {
  return (
    date.getUTCFullYear() === year &&
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
}

/** Zones reach from -12:00 to +14:00; undefined = no such zone. */
function toOffsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || /^(?:Z|UTC)$/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || '0')];
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
