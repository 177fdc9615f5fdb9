/**
 * The one HTTP client of every probe: keep-alive with bounded concurrency, names from the declared resolvers, the
 * declared CA besides the public ones, certificates always checked, redirects never followed, every answer whole.
 */
import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import tls from 'node:tls';
import type { Clock } from '../clock.ts';
import { createPace, createPatience, type Patience } from '../flow/pace.ts';
import { type AttemptInput, type AttemptResult, attemptOnce, type Deadlines, type RawAnswer } from './attempt.ts';
import { ACCEPTED_CODINGS } from './content-coding.ts';
import type { Answer, Attempt, Exchange, TransportError, TransportErrorKind } from './exchange.ts';
import { createLimiter } from './limiter.ts';
import { readJson } from './strict-json.ts';

/** Decoded bytes that an answer may have. */
export const DEFAULT_MAX_BYTES = 5_000_000;

export interface ClientOptions {
  /** Addresses (IPv4 or IPv6) of a host name; rejects where it does not resolve. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  /** PEM text of a CA to trust besides the public ones. */
  readonly ca?: string | undefined;
  /** Requests under way at the same time, over all hosts. */
  readonly concurrency: number;
  /** Milliseconds. */
  readonly deadlines: Deadlines;
  readonly maxBytes?: number | undefined;
  readonly userAgent?: string | undefined;
  /** What the system is spared: requests per second, and how long 429 with Retry-After is waited for. */
  readonly pace?: { readonly retryAfter: number; readonly perSecond?: number | undefined } | undefined;
  /** Marks this run's requests (`x-gate10-run`) and seeds their trace id. */
  readonly nonce: string;
}

export interface SendInput {
  /** Absolute http(s) URL. */
  readonly url: string;
  /** GET where it is left out. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Buffer | undefined;
  /** On a connection of its own, closed afterwards: kept-alive ones can pin one replica. */
  readonly fresh?: boolean | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** false = no second try, whatever happens (service level samples). */
  readonly retry?: boolean | undefined;
  /** false = a limit of the rate (429) is an answer like any other, and not waited for. */
  readonly patient?: boolean | undefined;
  /** Aborted = not sent any more; what is under way goes on to its end. The promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Host name for SNI and the certificate check, where the URL has an address. */
  readonly servername?: string | undefined;
}

export interface Client {
  send(input: SendInput): Promise<Exchange>;
  /** Closes every idle connection. */
  close(): void;
}

interface Agents {
  readonly kept: http.Agent;
  readonly fresh: http.Agent;
}

/** RFC 9110 §9.2.2: a second try of these does nothing more than the first. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);
/** A refused certificate, an oversized or malformed answer will be the same the second time. */
const RETRIED: ReadonlySet<TransportErrorKind> = new Set(['dns', 'connect', 'reset', 'truncated']);

export function createClient(options: ClientOptions): Client {
  const limit = createLimiter(options.concurrency);
  const pools = new Map<string, Agents>();
  const lookup = toLookup(options.resolve);
  const trace = createTrace(options.nonce);
  const pace = createPace(options.clock, options.pace?.perSecond);
  const patience: Patience = createPatience(options.clock, options.pace?.retryAfter);
  const common: Readonly<Record<string, string>> = {
    accept: '*/*',
    'accept-encoding': ACCEPTED_CODINGS,
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    'user-agent': options.userAgent ?? 'gate10',
    'x-gate10-run': options.nonce,
  };

  function agentsFor(url: URL): Agents {
    const known = pools.get(url.protocol);
    if (known !== undefined) return known;
    const made = url.protocol === 'https:' ? createSecureAgents(options.ca) : createPlainAgents();
    pools.set(url.protocol, made);
    return made;
  }

  async function send(input: SendInput): Promise<Exchange> {
    const url = new URL(input.url);
    const method = input.method ?? 'GET';
    const agents = agentsFor(url);
    const idempotent = IDEMPOTENT.has(method);
    const attempts: Attempt[] = [];
    // A kept-alive connection may be closed by the server just now; what cannot be sent twice gets its own.
    let fresh = input.fresh === true || !idempotent;
    for (;;) {
      input.signal?.throwIfAborted();
      await pace();
      input.signal?.throwIfAborted();
      const at = options.clock.now().toISOString();
      const startMs = options.clock.monotonicMs();
      const result = await attemptOnce({
        url,
        method,
        headers: { ...common, traceparent: trace(), ...input.headers },
        body: input.body,
        agent: fresh ? agents.fresh : agents.kept,
        lookup,
        servername: input.servername,
        deadlines: { ...options.deadlines, ...input.deadlines },
        maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
        clock: options.clock,
      } satisfies AttemptInput);
      const durationMs = Math.max(0, options.clock.monotonicMs() - startMs);
      attempts.push({ at, durationMs, outcome: outcomeOf(result) });
      if (result.ok) {
        // 429 = it was not done (RFC 6585 §4), so that anything may be asked a second time.
        const isFirst = attempts.length === 1 && input.retry !== false && input.patient !== false;
        if (isFirst && result.status === 429 && (await patience(result.headers['retry-after']))) continue;
        return toAnswer(result, url, method, attempts);
      }
      const again = attempts.length === 1 && input.retry !== false && idempotent && isPassing(result.error);
      if (!again) return { ok: false, url: url.href, method, error: result.error, attempts };
      fresh = true;
    }
  }

  return {
    send: (input) => limit(() => send(input)),
    close: () => {
      for (const { kept, fresh } of pools.values()) {
        kept.destroy();
        fresh.destroy();
      }
    },
  };
}

/** A lost packet is made good by a second try; a server that is silent for so long has been asked for long enough. */
function isPassing({ kind, code }: TransportError): boolean {
  return RETRIED.has(kind) || (kind === 'timeout' && code === 'connect');
}

function outcomeOf(result: AttemptResult): string {
  return result.ok ? String(result.status) : `${result.error.kind}: ${result.error.message}`;
}

function createPlainAgents(): Agents {
  return { kept: new http.Agent({ keepAlive: true }), fresh: new http.Agent({ keepAlive: false }) };
}

function createSecureAgents(ca: string | undefined): Agents {
  // One context for all connections: parsing some 150 authorities for each connection would cost 10 ms a time.
  const trust = ca === undefined ? {} : { secureContext: withAuthority(ca) };
  return {
    kept: new https.Agent({ keepAlive: true, ...trust }),
    // No session cache: a resumed session would not check the certificate that is served now.
    fresh: new https.Agent({ keepAlive: false, maxCachedSessions: 0, ...trust }),
  };
}

function withAuthority(ca: string): tls.SecureContext {
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ca] });
}

function toLookup(resolve: ClientOptions['resolve']): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const addresses = found.map((address) => ({ address, family: isIP(address) }));
        const [first] = addresses;
        if (first === undefined) {
          callback(Object.assign(new Error(`${hostname} has no addresses`), { code: 'ENODATA' }), '', 0);
        } else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

/** W3C Trace Context: one trace for the run, one span for each attempt. */
function createTrace(nonce: string): () => string {
  const traceId = createHash('sha256').update(nonce).digest('hex').slice(0, 32);
  let span = 0;
  return () => {
    span += 1;
    return `00-${traceId}-${span.toString(16).padStart(16, '0')}-01`;
  };
}

function toAnswer(raw: RawAnswer, url: URL, method: string, attempts: readonly Attempt[]): Answer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    ...raw,
    url: url.href,
    method,
    headers,
    contentType: (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
    text: () => raw.body.toString('utf8'),
    json: () => {
      const reading = readJson(raw.body, raw.closeDelimited);
      if (!reading.ok) throw new SyntaxError(reading.why);
      return reading.value;
    },
    attempts,
  };
}
