/** A metric is read, the system is used, and the metric has moved. */
import type { MonitoringContract } from '../../contract/monitoring-schema.ts';
import type { ProbeContext } from '../context.ts';
import { fillDeep } from '../flow/template.ts';
import { isLimited, judgeNoAnswer, judgeRateLimited, statusSentence } from '../http/answer-words.ts';
import type { Exchange } from '../http/exchange.ts';
import { identitySampleCount } from '../identity/identity.ts';
import type { Judgement, Observed } from '../row.ts';
import { parseExposition, parseSelector, type Selector, sumOf } from './prometheus-text.ts';

type Metric = MonitoringContract['metrics'][number];
type Reading = { readonly value: number } | { readonly flaw: Judgement };

/** `single` = one process answers at this address; else the highest of several readings stands for all of them. */
export async function observeMetric(
  metric: Metric,
  address: string,
  single: boolean,
  context: ProbeContext,
): Promise<Observed> {
  const base = address.replace(/\/+$/, '');
  const selector = parseSelector(metric.moves);
  const exchanges: Exchange[] = [];
  if (typeof selector === 'string') throw new Error(`"moves: ${metric.moves}" ${selector}`);
  const read = async (): Promise<Reading> => {
    const count = single ? 1 : identitySampleCount(context.system.environment.settle);
    const answers = await Promise.all(Array.from({ length: count }, () => scrape(metric, base, context)));
    exchanges.push(...answers);
    return highest(answers.map((answer) => toReading(answer, metric, selector)));
  };
  const judgement = await watch(metric, base, single, read, context);
  return { judgement, exchanges: exchanges.slice(0, 2) };
}

async function watch(
  metric: Metric,
  base: string,
  single: boolean,
  read: () => Promise<Reading>,
  context: ProbeContext,
): Promise<Judgement> {
  const { clock, client } = context;
  const before = await read();
  if ('flaw' in before) return before.flaw;
  for (let sent = 0; sent < metric.traffic.requests; sent += 1) {
    const answer = await client.send({ url: `${base}${metric.traffic.path}`, fresh: !single });
    const where = `GET ${base}${metric.traffic.path}`;
    if (!answer.ok) return judgeNoAnswer(where, answer);
    if (isLimited(answer)) return judgeRateLimited(where, answer);
    if (answer.status >= 400) {
      const message = `${where} ${statusSentence(answer)}, so it cannot be seen whether use is counted. Why is for its own checks to say.`;
      return { status: 'inconclusive', reason: 'insufficient', message, actual: String(answer.status) };
    }
  }
  const untilMs = clock.monotonicMs() + metric.within;
  let after = await read();
  while (!('flaw' in after) && after.value === before.value && clock.monotonicMs() < untilMs) {
    await clock.sleep(context.system.environment.settle.poll);
    after = await read();
  }
  if ('flaw' in after) return after.flaw;
  const evidence = { before: before.value, after: after.value };
  if (after.value > before.value) return { status: 'passed', evidence };
  const asked = `${metric.traffic.requests} requests of ${metric.traffic.path}`;
  if (after.value < before.value) {
    const message = `${metric.moves} of ${base} fell from ${before.value} to ${after.value} while it was watched: its process began anew. Look at runtime.no-restart.`;
    return { status: 'inconclusive', reason: 'insufficient', message, expected: 'a rise', actual: 'a reset' };
  }
  const message = `${metric.moves} of ${base}${metric.path} stayed ${before.value} through ${asked}. Look at whether it is still counted, and under these labels.`;
  return { status: 'failed', message, expected: `> ${before.value}`, actual: String(after.value), evidence };
}

function scrape(metric: Metric, base: string, { client, system, run }: ProbeContext): Promise<Exchange> {
  const values = new Map([
    ['run.id', run.id],
    ['run.nonce', run.nonce],
    ...[...system.secrets].map(([name, value]) => [`secret.${name}`, value] as const),
  ]);
  const headers = { accept: 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1', ...fillDeep(metric.headers, values) };
  return client.send({ url: `${base}${metric.path}`, headers, fresh: true });
}

function toReading(answer: Exchange, metric: Metric, selector: Selector): Reading {
  const where = `GET ${answer.url}`;
  if (!answer.ok) return { flaw: judgeNoAnswer(where, answer) };
  if (answer.status === 429) return { flaw: judgeRateLimited(where, answer) };
  if (answer.status !== 200) {
    const message = `${where} ${statusSentence(answer)}, not 200 with metrics.`;
    return { flaw: { status: 'failed', message, expected: '200', actual: String(answer.status) } };
  }
  const parsed = parseExposition(answer.text());
  if (!parsed.ok) {
    const message = `${where} is no text that Prometheus reads: ${parsed.why}.`;
    return { flaw: { status: 'failed', message, expected: 'Prometheus text', actual: parsed.why } };
  }
  // A counter with labels begins with its first event; a text without any series counts nothing.
  const value = sumOf(parsed.series, selector) ?? (parsed.series.length > 0 ? 0 : Number.NaN);
  if (Number.isFinite(value)) return { value };
  const message = `${where} has no number for ${metric.moves}.`;
  return { flaw: { status: 'failed', message, expected: 'a number', actual: String(value) } };
}

function highest(readings: readonly Reading[]): Reading {
  const flawed = readings.find((reading) => 'flaw' in reading);
  if (flawed !== undefined) return flawed;
  return { value: Math.max(...readings.map((reading) => ('value' in reading ? reading.value : 0))) };
}
