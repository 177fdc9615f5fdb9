/** Durations and their statistics, in minutes with two decimals. */

const MINUTE_MS = 60_000;

/** Minutes from one ISO-8601 time to another; negative where `to` is earlier. */
export function minutesBetween(from: string, to: string): number {
  return round((Date.parse(to) - Date.parse(from)) / MINUTE_MS, 2);
}

/** The exact nearest-rank percentile (a value that really occurred); null without values. `percent` in (0, 100]. */
export function percentile(values: ArrayLike<number>, percent: number): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? null;
}

export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return round(sum / values.length, 2);
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
