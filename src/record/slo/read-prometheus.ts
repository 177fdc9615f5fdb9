/** SLIs that a Prometheus counts. */
import type { PrometheusIndicator } from '../../contract/objectives/objective.ts';
import { showSeconds } from './error-budget.ts';
import { type PrometheusAccess, type QueryAnswer, queryNumber } from './prometheus-query.ts';
import { countQueries, windowQuery } from './promql.ts';
import { counted, type SliReading, unknown } from './reading.ts';

/** increase() extrapolates, so that counts are not whole; less than this is dust. */
const DUST = 1e-6;

type Asked = QueryAnswer & { readonly query: string };

/**
 * Events (or slices) of a window that ends now. What is bad is asked for in one query: two would see two moments, and a scrape
 * between them would look like failures. Never rejects.
 */
export async function readPrometheus(
  indicator: PrometheusIndicator,
  windowSeconds: number,
  access: PrometheusAccess,
): Promise<SliReading> {
  const ask = async (query: string): Promise<Asked> => ({ ...(await queryNumber(access, query)), query });
  const queries = countQueries(indicator, windowSeconds);
  const total = await ask(queries.total);
  if (!total.ok) return unknown(total.reason, sentence('total', total, windowSeconds));
  if (total.value < DUST)
    return unknown('insufficient', `Prometheus counts no event over ${showSeconds(windowSeconds)}: nobody used it.`);
  const bad = await ask(queries.bad);
  if (bad.ok) return toReading(bad.value, total.value);
  const good = bad.empty && queries.good !== undefined ? await ask(queries.good) : undefined;
  if (good === undefined) return unknown(bad.reason, sentence('bad', bad, windowSeconds));
  if (!good.ok) return unknown(good.reason, sentence('good', good, windowSeconds));
  return unknown(
    'blind',
    `Prometheus cannot set "good" against "total": their series have other labels. Put sum(…) around both.`,
  );
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

function sentence(name: string, answer: Asked, windowSeconds: number): string {
  const why = answer.ok ? '' : answer.why;
  const hint =
    !answer.ok && answer.empty && name === 'bad' ? ' Where no failure means no series, write "… or vector(0)".' : '';
  return `Prometheus cannot tell "${name}" over ${showSeconds(windowSeconds)}: ${why}. Query: ${answer.query}.${hint}`;
}

/** Counters are whole, what is extrapolated from them is a little more: rounded, and never down to none. */
function toReading(bad: number, total: number): SliReading {
  const misses = bad <= DUST * Math.max(1, total) ? 0 : Math.max(1, Math.round(bad));
  const n = Math.max(misses, 1, Math.round(total));
  return { ...counted('counted', misses, n), value: misses === 0 ? 1 : Math.max(0, 1 - bad / total) };
}
