/** One OTLP request over HTTP (opentelemetry-proto, OTLP/HTTP): tried again only where the protocol says that it may, and within one deadline. */
import type { Clock } from '../../probe/clock.ts';
import { readRetryAfter } from '../../probe/flow/pace.ts';
import type { Answer, Exchange, TransportErrorKind } from '../../probe/http/exchange.ts';
import { isPassing } from '../../probe/http/passing-trouble.ts';
import type { Client } from '../../probe/http/request.ts';
import type { OtlpOptions } from './otlp-options.ts';

export type Delivery =
  | { readonly ok: true; readonly attempts: number }
  /** `why` is in our own words: what a receiver says could hold the headers that it was sent */
  | { readonly ok: false; readonly attempts: number; readonly why: string };

export interface DeliveryTools {
  readonly client: Client;
  readonly clock: Clock;
  /** 0 ≤ n < 1 */
  readonly random: () => number;
}

/** OTLP/HTTP, "Retryable Response Codes": no other may be tried again. */
const RETRIED_STATUS = new Set([429, 502, 503, 504]);
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 5000;

/** Never rejects for what a receiver does. Pauses grow exponentially, with jitter; a longer Retry-After is honoured. */
export async function deliverTrace(
  body: string,
  { url, headers, timeoutMs }: Pick<OtlpOptions, 'url' | 'headers' | 'timeoutMs'>,
  { client, clock, random }: DeliveryTools,
): Promise<Delivery> {
  const endMs = clock.monotonicMs() + timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const leftMs = Math.max(1, endMs - clock.monotonicMs());
    const exchange = await client.send({
      ...{ url, method: 'POST', body, retry: false, patient: false, fresh: true },
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      deadlines: { connect: leftMs, headers: leftMs, total: leftMs },
    });
    const tried = readExchange(exchange, clock);
    if (tried === undefined) return { ok: true, attempts };
    const { why, passing, retryAfterMs = 0 } = tried;
    if (!passing || attempts >= ATTEMPTS) return { ok: false, attempts, why };
    const pauseMs = Math.max(retryAfterMs, random() * Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1)));
    if (clock.monotonicMs() + pauseMs >= endMs)
      return { ok: false, attempts, why: `${why}, and ${timeoutMs} ms are over before it may be tried again` };
    await clock.sleep(pauseMs);
  }
}

interface Refused {
  readonly why: string;
  /** may pass by itself */
  readonly passing: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** undefined = it was taken. */
function readExchange(exchange: Exchange, clock: Pick<Clock, 'now'>): Refused | undefined {
  if (!exchange.ok) return { why: TRANSPORT[exchange.error.kind], passing: isPassing(exchange.error.kind) };
  const { status } = exchange;
  if (status >= 200 && status < 300) return readTaken(exchange);
  if (status >= 300 && status < 400)
    return { why: `it answers ${status}: it redirects, which is not followed`, passing: false };
  const passing = RETRIED_STATUS.has(status);
  const retryAfterMs = passing ? readRetryAfter(exchange.headers['retry-after'], clock) : undefined;
  return { why: `it answers ${status}`, passing, retryAfterMs };
}

/** An empty body is an empty message. */
function readTaken(answer: Answer): Refused | undefined {
  const text = answer.text().trim();
  if (text === '') return undefined;
  const value = toJson(text);
  if (value === undefined)
    return { why: `it answers ${answer.status}, but not as a receiver of OTLP does`, passing: false };
  const rejected = (value as { partialSuccess?: { rejectedSpans?: unknown } | null }).partialSuccess?.rejectedSpans;
  if (rejected === undefined || rejected === null || Number(rejected) === 0) return undefined;
  return { why: 'it rejected the span', passing: false };
}

function toJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const TRANSPORT: Readonly<Record<TransportErrorKind, string>> = {
  dns: 'its name does not resolve',
  connect: 'it cannot be reached',
  tls: 'its certificate is refused',
  timeout: 'it gives no answer in time',
  reset: 'it breaks the connection off',
  truncated: 'it breaks its answer off',
  'too-large': 'its answer is too large',
  protocol: 'it does not speak HTTP',
};
