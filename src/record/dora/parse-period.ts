/** The period that somebody asks about: `--since` and `--until`. */
import { InputError, type Problem } from '../../errors.ts';
import { plainLine } from '../../run/plain-text.ts';
import { calendarMonth, type Period } from '../period.ts';

const DAY_MS = 86_400_000;
const SPAN_DAYS = { d: 1, w: 7 } as const;
const FORMS =
  '30d, 12w, a UTC date such as 2026-01-09, a month such as 2026-01, or a time such as 2026-01-09T10:00:00Z';

/**
 * Dates and months are UTC, and both ends belong to the period: `--until 2026-01-31` ends with that day. A month without
 * an end is that month. Without anything, the last `windowDays` days. Throws InputError.
 */
export function parsePeriod(
  since: string | undefined,
  until: string | undefined,
  now: Date,
  windowDays: number,
): Period {
  const nowMs = now.getTime();
  const from = parse('--since', since ?? `${windowDays}d`, nowMs);
  const to = until === undefined ? undefined : parse('--until', until, nowMs);
  const problems = [from, to].flatMap((each) => (each && 'problem' in each ? [each.problem] : []));
  if (problems.length > 0) throw new InputError(problems);
  const startMs = startOf(from);
  const endMs = to ? endOf(to) : isMonth(from) ? endOf(from) : nowMs;
  if (startMs >= nowMs || startMs >= endMs) {
    const what = startMs >= nowMs ? 'the period begins in the future' : 'the period ends before it begins';
    throw new InputError([{ code: 'cli-period', what, expected: '--since before --until and before now' }]);
  }
  if (isMonth(from) && endMs > nowMs && endMs === endOf(from)) return calendarMonth(now);
  const days = Math.max(1, Math.ceil((Math.min(endMs, nowMs) - startMs) / DAY_MS));
  return { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString(), days };
}

/** `2026-01` where the period is exactly that UTC month. */
export function monthOf({ start, end }: Period): string | undefined {
  const month = calendarMonth(new Date(start));
  return month.start === start && month.end === end ? start.slice(0, 7) : undefined;
}

type Moment =
  | { readonly startMs: number; readonly endMs: number; readonly month: boolean }
  | { readonly problem: Problem };

function startOf(moment: Moment): number {
  return 'problem' in moment ? Number.NaN : moment.startMs;
}

function endOf(moment: Moment): number {
  return 'problem' in moment ? Number.NaN : moment.endMs;
}

function isMonth(moment: Moment): boolean {
  return !('problem' in moment) && moment.month;
}

function parse(option: string, text: string, nowMs: number): Moment {
  const [, amount, unit] = /^(\d{1,4})([dw])$/.exec(text) ?? [];
  if (amount !== undefined && Number(amount) > 0) {
    const startMs = nowMs - Number(amount) * SPAN_DAYS[unit as keyof typeof SPAN_DAYS] * DAY_MS;
    return { startMs, endMs: startMs, month: false };
  }
  if (/^\d{4}-\d\d$/.test(text) && isReal(`${text}-01`)) {
    const { start, end } = calendarMonth(new Date(`${text}-01T00:00:00Z`));
    return { startMs: Date.parse(start), endMs: Date.parse(end), month: true };
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text) && isReal(text)) {
    const startMs = Date.parse(`${text}T00:00:00Z`);
    return { startMs, endMs: startMs + DAY_MS, month: false };
  }
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) && isReal(text.slice(0, 10))) {
    const atMs = Date.parse(text);
    if (!Number.isNaN(atMs)) return { startMs: atMs, endMs: atMs, month: false };
  }
  const what = `${option} "${plainLine(text, 40)}" is no time`;
  return { problem: { code: 'cli-period', what, expected: FORMS } };
}

/** JavaScript rolls 31 February over into March. */
function isReal(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
