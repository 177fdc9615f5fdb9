/**
 * One number from a Prometheus, by its HTTP API (POST /api/v1/query): or why there is none. Whatever is not exactly one fresh,
 * finite number without a warning is no answer.
 */
import { z } from 'zod';
import type { InconclusiveReason } from '../../contract/verdict-words.ts';
import { statusSentence } from '../../probe/http/answer-words.ts';
import type { Exchange } from '../../probe/http/exchange.ts';
import type { Client } from '../../probe/http/request.ts';
import { readJson } from '../../probe/http/strict-json.ts';

export interface PrometheusAccess {
  readonly client: Client;
  /** without a path, as in http://prometheus.example.com:9090 */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redact: (text: string) => string;
  readonly now: () => Date;
  /** how old an answer may be, milliseconds */
  readonly maxAgeMs: number;
}

interface Sample {
  readonly ok: true;
  readonly value: number;
  /** since 1970; the moment that the query was evaluated for */
  readonly seconds: number;
}

interface NoNumber {
  readonly ok: false;
  /** there is no series */
  readonly empty: boolean;
  readonly reason: InconclusiveReason;
  readonly why: string;
}

export type SampleAnswer = Sample | NoNumber;
export type QueryAnswer = Pick<Sample, 'ok' | 'value'> | NoNumber;

/** Unknown members are those of newer versions; what counts is checked one by one. */
const envelope = z.looseObject({
  status: z.enum(['success', 'error']),
  errorType: z.string().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  data: z.looseObject({ resultType: z.string(), result: z.unknown() }).optional(),
});
const vector = z.array(
  z.looseObject({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
);

/** A count: never fewer than none. A moment in the past may be asked for; then its answer is not held to be fresh. Never rejects. */
export async function queryNumber(access: PrometheusAccess, query: string, at?: Date): Promise<QueryAnswer> {
  const answer = await querySample(access, query, at);
  return answer.ok ? toCount(answer, at === undefined ? access : undefined) : answer;
}

/** Any number, with the moment that it is of: how old it may be is for the caller to judge. Never rejects. */
export async function querySample(
  access: Pick<PrometheusAccess, 'client' | 'url' | 'headers' | 'redact'>,
  query: string,
  at?: Date,
): Promise<SampleAnswer> {
  const form = new URLSearchParams({ query });
  if (at !== undefined) form.set('time', (at.getTime() / 1000).toFixed(3));
  const exchange = await access.client.send({
    url: `${access.url.replace(/\/+$/, '')}/api/v1/query`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...access.headers },
    body: form.toString(),
  });
  const answer = readAnswer(exchange);
  return answer.ok ? answer : { ...answer, why: access.redact(answer.why) };
}

export function readAnswer(exchange: Exchange): SampleAnswer {
  if (!exchange.ok) return refuse('blind', `it gives no answer: ${exchange.error.message}`);
  const reading = readJson(exchange.body, exchange.closeDelimited);
  const parsed = envelope.safeParse(reading.ok ? reading.value : undefined);
  if (exchange.status !== 200) {
    const said =
      parsed.data?.error === undefined
        ? ''
        : ` (${parsed.data.errorType ?? 'error'}: ${parsed.data.error.slice(0, 300)})`;
    return refuse('blind', `it ${statusSentence(exchange)}${said}`);
  }
  if (!reading.ok) return refuse('blind', `it answers something else: ${reading.why}`);
  if (!parsed.success) return refuse('blind', 'it answers JSON that is no answer of a Prometheus');
  const { status, error, warnings = [], data } = parsed.data;
  if (status !== 'success') return refuse('blind', `it answers an error: ${(error ?? 'without a word').slice(0, 300)}`);
  if (warnings.length > 0) return refuse('blind', `it warns: ${warnings.join('; ').slice(0, 300)}`);
  if (data?.resultType !== 'vector')
    return refuse('blind', `it answers a ${data?.resultType ?? 'nothing'}, not a vector`);
  const series = vector.safeParse(data.result);
  if (!series.success) return refuse('blind', 'it answers a vector that cannot be read');
  const [first] = series.data;
  if (first === undefined) return { ...refuse('insufficient', 'it has no sample (an empty vector)'), empty: true };
  if (series.data.length > 1)
    return refuse('blind', `it has ${series.data.length} series where one is needed: put sum(…) around the query`);
  return toSample(first.value);
}

function refuse(reason: InconclusiveReason, why: string): NoNumber {
  return { ok: false, empty: false, reason, why };
}

/** The last moment that a record can hold, the end of the year 9999, in seconds. */
const LAST_SECOND = 253_402_300_799;

function toSample([seconds, text]: readonly [number, string]): SampleAnswer {
  const value = Number(text);
  // Number('') is 0
  if (text.trim() === '' || !Number.isFinite(value))
    return refuse('insufficient', `its value is ${text.slice(0, 40) || 'empty'}, no number`);
  if (seconds < 0 || seconds > LAST_SECOND) return refuse('blind', 'its answer is of a time that is none');
  return { ok: true, value, seconds };
}

/** `access` = the answer has to be of now. */
function toCount(
  { value, seconds }: Sample,
  access: Pick<PrometheusAccess, 'now' | 'maxAgeMs'> | undefined,
): QueryAnswer {
  // what is left of a difference of equals is dust
  if (value < -1e-3)
    return refuse('blind', `its value is ${value}, fewer than none: the queries contradict each other`);
  if (access === undefined) return { ok: true, value: Math.max(0, value) };
  const ageMs = access.now().getTime() - seconds * 1000;
  const age = `${Math.round(Math.abs(ageMs) / 1000)} s`;
  if (ageMs > access.maxAgeMs) return refuse('stale', `its answer is ${age} old: a cache, or a clock that is wrong`);
  if (ageMs < -access.maxAgeMs) return refuse('blind', `its answer is ${age} ahead: a clock here or there is wrong`);
  return { ok: true, value: Math.max(0, value) };
}
