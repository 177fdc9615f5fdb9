/** One operation in an open loop, until what it claims is shown or refuted, or as often as it may be asked. */
import type { PerformancePolicy } from '../../contract/policy-schema.ts';
import type { Clock } from '../clock.ts';
import { judgeNoAnswer, statusSentence } from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Client } from '../http/request.ts';
import type { Judgement } from '../row.ts';
import { decide, samplesNeeded } from '../sli/bounds.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../sli/histogram.ts';
import { createSampler, type TimedResult } from '../sli/sampler.ts';
import type { PlannedOperation } from './plan-operations.ts';

export interface MeasureInput {
  /** Must allow `policy.maxInFlight` requests at once, and keep to no pace: it would measure its own queue. */
  readonly client: Client;
  readonly clock: Clock;
  readonly policy: PerformancePolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Requests that took longer than the objective; `own` = because this machine was late itself. */
export interface Overrun {
  n: number;
  misses: number;
  own: number;
}

export interface Measured {
  readonly operation: PlannedOperation;
  readonly latencies: LatencyHistogram;
  readonly p95: Overrun;
  readonly p99: Overrun | undefined;
  /** answered as they should be, or not: everything but what a limit of the rate kept out */
  answered: number;
  /** no answer, 5xx, or another status than the first time */
  failed: number;
  /** kept out by a limit of the rate, or could not be sent from here */
  aside: number;
  /** the first failure, in words */
  example: string | undefined;
}

/** A `Judgement` = it could not be measured, and why. */
export type MeasureResult = Measured | Judgement;

export async function measureOperation(operation: PlannedOperation, input: MeasureInput): Promise<MeasureResult> {
  const { client, clock, policy, signal } = input;
  const { ratePerSecond, maxInFlight, warmup, samples, maxSamples } = policy;
  const { url, method, headers, body } = operation;
  const send = (): Promise<Exchange> => client.send({ url, method, headers, body, retry: false, signal });
  const first = await client.send({ url, method, headers, body, signal });
  const refused = whyNotMeasured(operation, first);
  if (refused !== undefined) return refused;
  const sampler = createSampler<Exchange>({ clock, ratePerSecond, maxInFlight, send, signal });
  if (warmup > 0) await sampler.take(warmup, () => undefined);
  const measured = begin(operation);
  let taken = 0;
  for (let count = samples; count > 0; ) {
    await sampler.take(count, (timed) => tally(measured, timed));
    taken += count;
    count = Math.min(stillNeeded(measured, policy), maxSamples - taken);
  }
  return measured;
}

/** What answers quickly that there is nothing, or that something is wrong, is no fast operation. */
function whyNotMeasured({ method, url }: PlannedOperation, first: Exchange): Judgement | undefined {
  const where = `${method} ${url}`;
  if (!first.ok) return judgeNoAnswer(where, first);
  if (first.status >= 200 && first.status < 400) return undefined;
  const message = `${where} ${statusSentence(first)}.`;
  if (first.status >= 500) return { status: 'failed', message, expected: 'a success', actual: String(first.status) };
  const fix = 'Its latency says nothing. Give it a query or headers in the policy, or skip it with a reason.';
  return { status: 'inconclusive', reason: 'insufficient', message: `${message} ${fix}` };
}

function begin(operation: PlannedOperation): Measured {
  const over = (): Overrun => ({ n: 0, misses: 0, own: 0 });
  const p99 = operation.objectives.p99 === undefined ? undefined : over();
  const latencies = createLatencyHistogram();
  return { operation, latencies, p95: over(), p99, answered: 0, failed: 0, aside: 0, example: undefined };
}

/** Whatever was due counts: what could not be sent in time, and what got no answer, was too slow for whoever waited. */
function tally(measured: Measured, { latencyMs, lateMs, result }: TimedResult<Exchange>): void {
  const failure = failureOf(measured.operation, result);
  if (failure === 'aside') {
    measured.aside += 1;
    return;
  }
  measured.answered += 1;
  if (failure !== undefined) {
    measured.failed += 1;
    measured.example ??= failure;
  }
  const feltMs = failure === undefined ? latencyMs : Number.POSITIVE_INFINITY;
  measured.latencies.record(feltMs);
  const { objectives } = measured.operation;
  count(measured.p95, feltMs, lateMs, objectives.p95);
  if (measured.p99 !== undefined && objectives.p99 !== undefined) count(measured.p99, feltMs, lateMs, objectives.p99);
}

function count(over: Overrun, feltMs: number, lateMs: number, objectiveMs: number): void {
  over.n += 1;
  if (feltMs <= objectiveMs) return;
  over.misses += 1;
  if (feltMs - lateMs <= objectiveMs) over.own += 1;
}

function failureOf({ method, url }: PlannedOperation, result: Exchange | undefined): string | 'aside' | undefined {
  const where = `${method} ${url}`;
  if (result === undefined) return `${where} was due while too many requests were under way`;
  if (!result.ok) {
    const judgement = judgeNoAnswer(where, result);
    return judgement.status === 'inconclusive' ? 'aside' : `${where} got no answer: ${result.error.message}`;
  }
  if (result.status === 429) return 'aside';
  return result.status >= 200 && result.status < 400 ? undefined : `${where} ${statusSentence(result)}`;
}

/** Further samples after which what is undecided could be shown; 0 = everything is decided. */
function stillNeeded({ p95, p99 }: Measured, { confidence }: PerformancePolicy): number {
  const open = [
    [p95, 0.95],
    [p99, 0.99],
  ] as const;
  const wanted = open.map(([over, ratio]) => {
    if (over === undefined || decide(over.misses, over.n, ratio, confidence) !== 'undecided') return 0;
    return Math.max(0, (samplesNeeded(over.misses, ratio, confidence) ?? 0) - over.n);
  });
  return Math.max(...wanted);
}
