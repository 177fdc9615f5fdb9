/** Counts what the samples of the SLI phase came to, by what each indicator has to know. */
import type { ExpectContract, SliContract } from '../../contract/schema.ts';
import { acceptsStatus, judgeAnswer } from '../flow/judge-answer.ts';
import { isLimited, judgeNoAnswer } from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import { createLatencyHistogram, type LatencyHistogram } from './histogram.ts';
import type { TimedResult } from './sampler.ts';

export interface Count {
  n: number;
  misses: number;
  /** the first thing that went wrong, in words */
  example: string | undefined;
}

/** Latencies over a threshold: as users feel them, and without the share of this machine's own lateness. */
export interface OverCount extends Count {
  own: number;
}

export interface Tally {
  readonly availability: Count;
  readonly correctness: Count;
  readonly p95: OverCount;
  readonly p99: OverCount;
  readonly latencies: LatencyHistogram;
  /** kept out by a limit of the rate or a lockout (`isLimited`): neither good nor bad */
  limited: number;
  /** could not be sent from this machine */
  blind: number;
  /** due while too many were under way */
  overflow: number;
}

export interface Route {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly expect: ExpectContract | undefined;
}

export function createTally(): Tally {
  const count = (): Count => ({ n: 0, misses: 0, example: undefined });
  return {
    availability: count(),
    correctness: count(),
    p95: { ...count(), own: 0 },
    p99: { ...count(), own: 0 },
    latencies: createLatencyHistogram(),
    limited: 0,
    blind: 0,
    overflow: 0,
  };
}

/**
 * Available = answered without 5xx. Correct = an available answer as its route expects it (without "expect": 2xx or 3xx).
 * Latency = of available answers, and of whatever ended in a deadline or could not be sent in time: that was too slow.
 */
export function tallySample(tally: Tally, timed: TimedResult<Exchange>, route: Route, slis: SliContract): void {
  const { result } = timed;
  if (result === undefined) {
    tally.overflow += 1;
    add(tally.availability, `${route.url} was due while too many requests were under way`);
    addTooSlow(tally, Number.POSITIVE_INFINITY, `${route.url} could not be sent in time`);
    return;
  }
  const where = `GET ${route.url}`;
  if (!result.ok) {
    const judgement = judgeNoAnswer(where, result);
    if (judgement.status === 'inconclusive') {
      tally.blind += 1;
      return;
    }
    const what = `${where} got no answer: ${result.error.message}`;
    add(tally.availability, what);
    if (result.error.kind === 'timeout') addTooSlow(tally, timed.latencyMs, what);
    return;
  }
  if (isLimited(result) && !accepts(route.expect, result.status)) {
    tally.limited += 1;
    return;
  }
  const isDown = result.status >= 500 && !accepts(route.expect, result.status);
  add(tally.availability, isDown ? `${where} answers ${result.status}` : undefined);
  if (isDown) return;
  addLatency(tally, timed, where, slis);
  add(tally.correctness, flawOf(result, route, where));
}

function accepts(expect: ExpectContract | undefined, status: number): boolean {
  return expect !== undefined && acceptsStatus(expect.status, status);
}

function flawOf(answer: Exchange & { ok: true }, { expect }: Route, where: string): string | undefined {
  if (expect === undefined) {
    return answer.status >= 200 && answer.status < 400 ? undefined : `${where} answers ${answer.status}`;
  }
  const judgement = judgeAnswer(expect, answer, { where });
  return judgement.status === 'passed' ? undefined : judgement.message;
}

function addLatency(tally: Tally, timed: TimedResult<Exchange>, where: string, { latency }: SliContract): void {
  const { latencyMs, lateMs } = timed;
  tally.latencies.record(latencyMs);
  if (latency === undefined) return;
  for (const [count, limitMs] of [
    [tally.p95, latency.p95],
    [tally.p99, latency.p99],
  ] as const) {
    add(count, latencyMs > limitMs ? `${where} took ${Math.round(latencyMs)} ms` : undefined);
    if (latencyMs > limitMs && latencyMs - lateMs <= limitMs) count.own += 1;
  }
}

/** `latencyMs` = how long it was waited for at least. */
function addTooSlow(tally: Tally, latencyMs: number, example: string): void {
  tally.latencies.record(latencyMs);
  add(tally.p95, example);
  add(tally.p99, example);
}

function add(count: Count, miss: string | undefined): void {
  count.n += 1;
  if (miss === undefined) return;
  count.misses += 1;
  count.example ??= miss;
}
