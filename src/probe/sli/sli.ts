/** Service level indicators of this run: sampled in an open loop through the declared routes, judged by exact bounds. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { urlAt } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Client } from '../http/request.ts';
import { fillHeaders } from '../http/request-headers.ts';
import { judgedRow } from '../observe-row.ts';
import { sourceOf } from '../row.ts';
import type { PlannedRow, Row, SliResult } from '../schema.ts';
import { createSampler } from './sampler.ts';
import { judgeSlis, SLI_ROWS, type SliOutcome } from './sli-judge.ts';
import { createTally, type Route, type Tally, tallySample } from './sli-tally.ts';

export interface SliInput {
  readonly system: ResolvedSystem;
  /** Must allow `samplingConcurrency(system)` requests at once: one that queues them would measure its own queue. */
  readonly client: Client;
  readonly clock: Clock;
  readonly onProgress?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SliSampling {
  readonly rows: Row[];
  readonly slis: SliResult[];
}

/** The concurrency that the client of the sampling phase needs. */
export function samplingConcurrency(system: ResolvedSystem): number {
  return system.environment.sampling.maxInFlight;
}

export function planSlis(system: ResolvedSystem): PlannedRow[] {
  const { slis, layers } = system.contract;
  if (slis === undefined) return [];
  const { latency, availability, correctness } = slis;
  const source = sourceOf(system, 'slis');
  const row = (id: string, layer: PlannedRow['layer'], title: string): PlannedRow => {
    const authority = 'SRE book, chapter 4';
    return { id, layer, title, severity: 'P1', by: 'sampling', authority, ...(source === undefined ? {} : { source }) };
  };
  const rows: PlannedRow[] = [];
  if (latency !== undefined) {
    rows.push(row(SLI_ROWS.p95, 'runtime', `95 % of requests are answered within ${latency.p95} ms`));
    rows.push(row(SLI_ROWS.p99, 'runtime', `99 % of requests are answered within ${latency.p99} ms`));
  }
  if (availability !== undefined) {
    rows.push(row(SLI_ROWS.availability, 'runtime', `At least ${availability.gate} of requests are answered`));
  }
  if (correctness !== undefined) {
    rows.push(row(SLI_ROWS.correctness, 'endpoints', `At least ${correctness} of answers are as they have to be`));
  }
  return rows.filter(({ layer }) => typeof layers[layer] !== 'object');
}

/**
 * Samples until every claim is decided or `maxSamples` are taken. It looks after `samples` and then only where a claim
 * could be decided, so that looking often does not make a wrong claim likelier than declared by much.
 */
export async function sampleSlis(input: SliInput): Promise<SliSampling> {
  const { system, clock } = input;
  const planned = planSlis(system);
  const { slis } = system.contract;
  if (slis === undefined || planned.length === 0) return { rows: [], slis: [] };
  const { sampling } = system.environment;
  const routes = slis.routes.map(
    ({ at, path, headers, expect }): Route => ({
      url: urlAt(system, at, path),
      headers: fillHeaders(headers, system),
      expect,
    }),
  );
  const at = clock.now().toISOString();
  const startMs = clock.monotonicMs();
  const tally = createTally();
  const outcomes = await sampleUntilDecided(input, routes, tally);
  const tookMs = Math.max(0, clock.monotonicMs() - startMs);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const rows = planned.map((row) => {
    const outcome = byId.get(row.id);
    if (outcome === undefined) throw new Error(`The sampling phase has no judgement for ${row.id}.`);
    return judgedRow(row, outcome.judgement, at, tookMs);
  });
  input.onProgress?.(`${tally.availability.n} samples at ${sampling.ratePerSecond}/s`);
  return { rows, slis: outcomes.filter(({ id }) => planned.some((row) => row.id === id)).map(({ result }) => result) };
}

async function sampleUntilDecided(input: SliInput, routes: readonly Route[], tally: Tally): Promise<SliOutcome[]> {
  const { system, client, clock, signal, onProgress } = input;
  const { slis } = system.contract;
  const { sampling } = system.environment;
  if (slis === undefined) return [];
  const { ratePerSecond, maxInFlight, samples, confidence, warmup } = sampling;
  const routeOf = (index: number): Route => {
    const route = routes[index % routes.length];
    if (route === undefined) throw new Error('The contract declares service level indicators without a route.');
    return route;
  };
  const send = (index: number): Promise<Exchange> => {
    const { url, headers } = routeOf(index);
    return client.send({ url, headers, retry: false });
  };
  const sampler = createSampler<Exchange>({ clock, ratePerSecond, maxInFlight, send, signal });
  await sampler.take(warmup, () => undefined);
  const most = Math.max(samples, sampling.maxSamples ?? samples);
  let taken = 0;
  let count = samples;
  for (;;) {
    await sampler.take(count, (timed) => tallySample(tally, timed, routeOf(timed.index), slis));
    taken += count;
    const outcomes = judgeSlis(tally, slis, { confidence, samples });
    const wanted = Math.max(0, ...outcomes.map((outcome) => outcome.wanted ?? 0));
    if (wanted === 0 || taken >= most) return outcomes;
    count = Math.min(wanted, most - taken);
    onProgress?.(`${taken} samples are too few for every claim, taking ${count} more`);
  }
}
