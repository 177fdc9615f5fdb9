/** One try of one request on node:http or node:https. Never rejects: what went wrong is a transport error. */
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { decodeBody, tooLarge } from './content-coding.ts';
import type { Timing, TransportError } from './exchange.ts';
import { type Phase, timedOut, toTransportError, truncated } from './transport-error.ts';

/** Milliseconds; connect < headers < total. Body included in the last. */
export interface Deadlines {
  readonly connect: number;
  readonly headers: number;
  readonly total: number;
}

export interface AttemptInput {
  readonly url: URL;
  readonly method: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer | undefined;
  readonly agent: http.Agent | https.Agent;
  readonly lookup: LookupFunction;
  /** Name for SNI and the certificate check, where the URL has an address. */
  readonly servername?: string | undefined;
  readonly deadlines: Deadlines;
  readonly maxBytes: number;
  readonly clock: Clock;
}

export interface RawAnswer {
  readonly ok: true;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly timing: Timing;
  readonly remoteAddress: string;
  readonly reused: boolean;
  readonly closeDelimited: boolean;
}

export type AttemptResult = RawAnswer | { readonly ok: false; readonly error: TransportError };

/** Moments of one attempt, in monotonic milliseconds; 0 = not reached. */
interface Marks {
  phase: Phase;
  readonly start: number;
  resolved: number;
  connected: number;
  secured: number;
  firstByte: number;
}

export function attemptOnce(input: AttemptInput): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const start = input.clock.monotonicMs();
    const marks: Marks = { phase: 'resolving', start, resolved: 0, connected: 0, secured: 0, firstByte: 0 };
    let request: http.ClientRequest;
    try {
      request = open(input);
    } catch (error) {
      // Node refuses to send control characters in a path or header; they come out of captured values.
      const message = `the request cannot be sent: ${error instanceof Error ? error.message : String(error)}`;
      resolve({
        ok: false,
        error: { kind: 'protocol', code: (error as NodeJS.ErrnoException).code ?? 'REQUEST', message },
      });
      return;
    }
    let done = false;
    const timers = [
      setTimeout(() => fail(timedOut('headers', input.deadlines.headers)), input.deadlines.headers),
      setTimeout(() => fail(timedOut('total', input.deadlines.total)), input.deadlines.total),
    ];

    function finish(result: AttemptResult): void {
      if (done) return;
      done = true;
      for (const timer of timers) clearTimeout(timer);
      resolve(result);
    }
    function fail(error: TransportError): void {
      finish({ ok: false, error });
      request.destroy();
    }

    request.on('error', (error) => fail(toTransportError(error, marks.phase, input.url.host)));
    request.once('socket', (socket) => {
      if (!socket.connecting) {
        marks.phase = 'sent';
        return;
      }
      timers.push(setTimeout(() => failConnect(), input.deadlines.connect));
      followConnection(socket as TLSSocket, input, marks);
    });
    function failConnect(): void {
      if (marks.phase !== 'sent' && marks.phase !== 'answering') fail(timedOut('connect', input.deadlines.connect));
    }
    request.once('response', (response) => {
      marks.phase = 'answering';
      marks.firstByte = input.clock.monotonicMs();
      clearTimeout(timers[0]);
      // Read now: a kept-alive socket is taken off the response when its body ends.
      const connection = { remoteAddress: response.socket.remoteAddress ?? '', reused: request.reusedSocket };
      readBody(response, input.maxBytes, fail, (raw) => {
        void decodeBody(raw, response.headers['content-encoding'] ?? '', input.maxBytes).then((decoded) => {
          if ('error' in decoded) fail(decoded.error);
          else finish(toAnswer(response, decoded.body, toTiming(marks, input.clock.monotonicMs()), connection));
        });
      });
    });
    request.end(input.body);
  });
}

function open(input: AttemptInput): http.ClientRequest {
  const { url } = input;
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const options: https.RequestOptions = {
    hostname,
    port: url.port === '' ? (secure ? 443 : 80) : url.port,
    path: `${url.pathname}${url.search}`,
    method: input.method,
    headers: input.headers,
    agent: input.agent,
    lookup: input.lookup,
    ...(input.servername === undefined ? {} : { servername: input.servername }),
  };
  return secure ? https.request(options) : http.request(options);
}

function followConnection(socket: TLSSocket, input: AttemptInput, marks: Marks): void {
  const now = (): number => input.clock.monotonicMs();
  const secure = input.url.protocol === 'https:';
  // An address needs no look-up, and then 'lookup' is not emitted.
  if (isAddress(input.url.hostname)) marks.phase = 'connecting';
  socket.once('lookup', (error: Error | null) => {
    if (error !== null) return;
    marks.resolved = now();
    marks.phase = 'connecting';
  });
  socket.once('connect', () => {
    marks.connected = now();
    marks.phase = secure ? 'securing' : 'sent';
  });
  if (!secure) return;
  socket.once('secureConnect', () => {
    marks.secured = now();
    marks.phase = 'sent';
  });
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
}

/** Calls exactly one of the two; `done` only for a body that is whole. */
function readBody(
  response: http.IncomingMessage,
  maxBytes: number,
  fail: (error: TransportError) => void,
  done: (raw: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail(tooLarge(maxBytes));
    else chunks.push(chunk);
  });
  response.once('error', (error: NodeJS.ErrnoException) => fail(truncated(error.code ?? 'ABORTED')));
  response.once('end', () => {
    if (response.complete) done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    else fail(truncated('INCOMPLETE'));
  });
}

function toAnswer(
  response: http.IncomingMessage,
  body: Buffer,
  timing: Timing,
  connection: Pick<RawAnswer, 'remoteAddress' | 'reused'>,
): RawAnswer {
  const { headers } = response;
  return {
    ok: true,
    status: response.statusCode ?? 0,
    headers,
    rawHeaders: response.rawHeaders,
    body,
    timing,
    ...connection,
    closeDelimited: headers['content-length'] === undefined && headers['transfer-encoding'] === undefined,
  };
}

function toTiming(marks: Marks, end: number): Timing {
  const resolved = marks.resolved === 0 ? marks.start : marks.resolved;
  return {
    dnsMs: resolved - marks.start,
    connectMs: marks.connected === 0 ? 0 : marks.connected - resolved,
    tlsMs: marks.secured === 0 ? 0 : marks.secured - marks.connected,
    firstByteMs: marks.firstByte - marks.start,
    totalMs: end - marks.start,
  };
}
