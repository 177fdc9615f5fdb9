/** The time that a metric is about: a half-open interval of UTC days. */

const DAY_MS = 86_400_000;

export interface Period {
  /** first moment, ISO-8601 UTC */
  readonly start: string;
  /** first moment after it */
  readonly end: string;
  /** how many days of it have begun: what a number per day is divided by */
  readonly days: number;
}

/** The UTC calendar month that `now` lies in. */
export function calendarMonth(now: Date): Period {
  const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    days: Math.floor((now.getTime() - start) / DAY_MS) + 1,
  };
}

/** True where `time` (ISO-8601) lies in the period: its first moment does, its end does not. */
export function isWithin(period: Period, time: string): boolean {
  const at = Date.parse(time);
  return at >= Date.parse(period.start) && at < Date.parse(period.end);
}

/** First and last day, `2026-01-01` and `2026-01-31`. */
export function daysOf(period: Period): { first: string; last: string } {
  return { first: period.start.slice(0, 10), last: new Date(Date.parse(period.end) - 1).toISOString().slice(0, 10) };
}
