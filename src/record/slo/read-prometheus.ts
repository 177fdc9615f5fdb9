/** SLIs that a Prometheus counts. */
import type { PrometheusIndicator } from '../../contract/objectives/objective.ts';
import { showSeconds } from './error-budget.ts';
import { type PrometheusAccess, type QueryAnswer, queryNumber } from './prometheus-query.ts';
import { sliceQueries, windowQuery } from './promql.ts';
import { counted, type SliReading, unknown } from './reading.ts';

/** increase() extrapolates, so that counts are not whole; less than this is dust. */
const DUST = 1e-6;

/** Events (or slices) of a window that ends now. Never rejects. */
export async function readPrometheus(
  indicator: PrometheusIndicator,
  windowSeconds: number,
  access: PrometheusAccess,
): Promise<SliReading> {
  const { counts, slices } = indicator;
  const ask = async (query: string): Promise<QueryAnswer & { query: string }> => ({
    ...(await queryNumber(access, query)),
    query,
  });
  const queries =
    slices === undefined
      ? { part: windowQuery(indicator.numerator, windowSeconds), total: windowQuery(indicator.total, windowSeconds) }
      : sliceQueries(indicator, windowSeconds);
  const [part, total] = [await ask(queries.part), await ask(queries.total)];
  for (const [name, answer] of [
    ['total', total],
    [slices === undefined ? counts : 'good', part],
  ] as const)
    if (!answer.ok) return unknown(answer.reason, sentence(name, answer, windowSeconds));
  if (!part.ok || !total.ok) throw new Error('An answer that is none was taken for a number.');
  return toReading(slices === undefined ? counts : 'good', part.value, total.value, windowSeconds);
}

/** Total events of the last minutes: none = what the longer windows hold is old. And whether the window reaches back. */
export async function checkFreshness(
  indicator: PrometheusIndicator,
  windowSeconds: number,
  access: PrometheusAccess,
): Promise<{ readonly stale?: SliReading; readonly notes: readonly string[] }> {
  const recent = Math.round(access.maxAgeMs / 1000);
  const query = windowQuery(indicator.total, recent);
  const now = await queryNumber(access, query);
  if (!now.ok && now.empty) {
    const message = `Prometheus has no sample of the last ${showSeconds(recent)} (${query}): is the target still scraped?`;
    return { stale: unknown('stale', message), notes: [] };
  }
  if (!now.ok) return { stale: unknown(now.reason, sentence('total', { ...now, query }, recent)), notes: [] };
  const begin = new Date(access.now().getTime() - (windowSeconds - recent) * 1000);
  const then = await queryNumber(access, query, begin);
  if (then.ok) return { notes: [] };
  const why = then.empty
    ? 'has no samples from the beginning of the window'
    : `does not say what it had then: ${then.why}`;
  return { notes: [`Prometheus ${why}: what is older than its series is not in the count`] };
}

function sentence(name: string, answer: QueryAnswer & { readonly query: string }, windowSeconds: number): string {
  const why = answer.ok ? '' : answer.why;
  const hint =
    !answer.ok && answer.empty && name === 'bad' ? ' Where no failure means no series, write "… or vector(0)".' : '';
  return `Prometheus cannot tell "${name}" over ${showSeconds(windowSeconds)}: ${why}. Query: ${answer.query}.${hint}`;
}

function toReading(counts: 'good' | 'bad', part: number, total: number, windowSeconds: number): SliReading {
  if (part > total * (1 + DUST) + DUST) {
    const message = `Prometheus counts more ${counts} events (${part}) than events (${total}) over ${showSeconds(windowSeconds)}: the queries contradict each other.`;
    return unknown('blind', message);
  }
  const bad = counts === 'bad' ? part : total - part;
  const misses = Math.max(0, Math.ceil(bad - DUST * Math.max(1, total)));
  const n = Math.max(misses, Math.floor(total + DUST));
  if (n === 0)
    return unknown('insufficient', `Prometheus counts no event over ${showSeconds(windowSeconds)}: nobody used it.`);
  return counted('counted', misses, n);
}
