/** SLIs from a summary of k6. */
import type { Indicator } from '../../contract/objectives/objective.ts';
import { upperQuantileRank } from '../../probe/sli/bounds.ts';
import type { K6Summary } from '../performance/k6-summary.ts';
import { counted, type SliReading, unknown } from './reading.ts';

type K6Indicator = Extract<Indicator, { readonly kind: 'k6-ratio' | 'k6-latency' }>;

/** `target`: the quantile of a latency. A summary says neither when it was made nor which build it is about: noted. */
export function readK6(indicator: K6Indicator, target: number, confidence: number, summary: K6Summary): SliReading {
  const notes = [`k6 summary ${indicator.file}, which says neither its time nor the build`];
  const dropped = figureOf(summary, 'dropped_iterations', 'count') ?? 0;
  const started = figureOf(summary, 'iterations', 'count') ?? 0;
  // what could not be sent would have been among the slowest
  if (dropped > 0 && dropped / (dropped + started) >= 1 - target) {
    const message = `k6 could not start ${dropped} of ${dropped + started} iterations: it measured its own limits. Give it more VUs.`;
    return unknown('blind', message);
  }
  if (indicator.kind === 'k6-ratio') return readFailures(indicator, summary, notes);
  return readTrend(indicator, target, confidence, summary, notes);
}

function readFailures(
  { file, bad, total }: Extract<K6Indicator, { readonly kind: 'k6-ratio' }>,
  summary: K6Summary,
  notes: readonly string[],
): SliReading {
  const n = figureOf(summary, total, 'count');
  const rate = figureOf(summary, bad, 'rate');
  // of a rate, "passes" are the events that are true: of http_req_failed those that failed
  const misses =
    figureOf(summary, bad, 'passes') ??
    (rate === undefined || n === undefined ? undefined : Math.ceil(rate * n - 1e-9));
  if (n === undefined || misses === undefined)
    return unknown('insufficient', `${file} has no ${n === undefined ? total : bad}.`);
  if (n === 0) return unknown('insufficient', `Not a single event of ${total} is in ${file}.`);
  if (misses > n) return unknown('blind', `${file} has more of ${bad} (${misses}) than of ${total} (${n}).`);
  return counted('sample', misses, n, notes);
}

/**
 * A summary has some quantiles and no samples. By order statistics the bound of a quantile is a sample of higher rank; a
 * quantile further up is at least that sample, so that it bounds too, and one further down bounds from below.
 */
function readTrend(
  { file, metric }: Extract<K6Indicator, { readonly kind: 'k6-latency' }>,
  target: number,
  confidence: number,
  summary: K6Summary,
  notes: readonly string[],
): SliReading {
  const values = summary.metrics.get(metric)?.values;
  const n = figureOf(summary, metric, 'count') ?? figureOf(summary, 'http_reqs', 'count');
  if (values === undefined || n === undefined)
    return unknown('insufficient', `${file} has no ${values ? 'http_reqs' : metric}.`);
  if (n === 0) return unknown('insufficient', `Not a single request is in ${file}.`);
  const named = quantilesOf(values);
  const upper = upperQuantileRank(n, target, confidence);
  // the mirror image: P(at least `lower` samples lie below the quantile) ≥ confidence
  const mirrored = upperQuantileRank(n, 1 - target, confidence);
  const lower = mirrored === undefined ? undefined : n + 1 - mirrored;
  const above = named.filter(({ ratio }) => upper !== undefined && Math.floor(ratio * (n - 1)) + 1 >= upper);
  const below = named.filter(({ ratio }) => lower !== undefined && Math.ceil(ratio * (n - 1)) + 1 <= lower);
  const boundMs = above.length === 0 ? null : Math.min(...above.map(({ ms }) => ms));
  const floorMs = below.length === 0 ? null : Math.max(...below.map(({ ms }) => ms));
  const value = named.find(({ ratio }) => Math.abs(ratio - target) < 1e-9)?.ms ?? null;
  const advice = boundMs === null ? [`too few requests for a bound of P${Number((target * 100).toFixed(3))}`] : [];
  const more = [
    ...notes,
    ...advice,
    'a bound is the next quantile that the summary has: p(99) in summaryTrendStats makes it close',
  ];
  return { known: true, basis: 'sample', n, fewest: 0, most: n, unit: 'ms', value, boundMs, floorMs, notes: more };
}

function quantilesOf(values: Readonly<Record<string, number>>): { ratio: number; ms: number }[] {
  return Object.entries(values).flatMap(([key, ms]) => {
    if (key === 'max') return [{ ratio: 1, ms }];
    if (key === 'min') return [{ ratio: 0, ms }];
    if (key === 'med') return [{ ratio: 0.5, ms }];
    const [, percent] = /^p\((\d{1,2}(?:\.\d+)?|100)\)$/.exec(key) ?? [];
    return percent === undefined ? [] : [{ ratio: Number(percent) / 100, ms }];
  });
}

function figureOf({ metrics }: K6Summary, metric: string, key: string): number | undefined {
  const value = metrics.get(metric)?.values[key];
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}
