import type { ClientRequest, IncomingMessage, RequestOptions, ServerResponse } from 'node:http';
import { sendProblem } from './problem.ts';

/** One place that a request may be sent to: `request` is node's http.request or https.request. */
export type Upstream = {
  request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void) => ClientRequest;
  options: RequestOptions;
};

/** A request to pass on: `upstreams` are tried in order while the request may be repeated. */
export type Forward = { upstreams: Upstream[]; path: string; headers: string[]; idleTimeoutMs: number };

/** RFC 9110 §7.6.1: these concern one connection and are never passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const notConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

/**
 * Streams a request to an upstream and its answer back. A refused connection is repeated on the next upstream,
 * and a reused connection that turns out dead on a new one, but only for idempotent requests without a body.
 * Otherwise: 502 when no answer comes, 504 when the upstream stays silent for `idleTimeoutMs`.
 */
export function forward(req: IncomingMessage, res: ServerResponse, plan: Forward): void {
  const hasBody = req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined;
  const repeatable = !hasBody && idempotent.has(req.method ?? '');
  let current: ClientRequest | undefined;
  res.on('close', () => {
    if (!res.writableFinished) current?.destroy();
  });
  const attempt: (index: number) => void = (index) => {
    const upstream = plan.upstreams[index];
    if (upstream === undefined) return sendProblem(res, 502, 'Bad gateway', 'bad-gateway');
    const outgoing = upstream.request(
      {
        ...upstream.options,
        method: req.method ?? 'GET',
        path: plan.path,
        headers: plan.headers,
        timeout: plan.idleTimeoutMs,
      },
      (response) => answer(response, res),
    );
    current = outgoing;
    let silent = false;
    outgoing.on('timeout', () => {
      silent = true;
      outgoing.destroy();
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (res.destroyed) return;
      if (silent) return sendProblem(res, 504, 'Gateway timeout', 'gateway-timeout');
      if (repeatable && !res.headersSent) {
        if (notConnected.has(error.code ?? '')) return attempt(index + 1);
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') return attempt(index);
      }
      sendProblem(res, 502, 'Bad gateway', 'bad-gateway');
    });
    if (hasBody) req.pipe(outgoing);
    else outgoing.end();
  };
  attempt(0);
}

function answer(response: IncomingMessage, res: ServerResponse): void {
  // A cut upstream must look cut to the client too: never a tidy end after half a body.
  response.on('error', () => res.destroy());
  response.on('aborted', () => res.destroy());
  res.writeHead(response.statusCode ?? 502, response.statusMessage, endToEndHeaders(response.rawHeaders));
  response.pipe(res);
}

/** The headers (flat name, value, name, value …) without those that concern one connection. */
export function endToEndHeaders(raw: string[]): string[] {
  const named = new Set<string>();
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue;
    for (const token of (raw[index + 1] ?? '').split(',')) named.add(token.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !named.has(lower)) kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** Request headers for the next hop: end-to-end ones with `replace` put in their place (lower-case names). */
export function forwardedHeaders(req: IncomingMessage, replace: Record<string, string>): string[] {
  const kept = endToEndHeaders(req.rawHeaders);
  const headers: string[] = [];
  for (let index = 0; index < kept.length; index += 2) {
    const lower = (kept[index] ?? '').toLowerCase();
    if (!(lower in replace) && lower !== 'expect') headers.push(kept[index] ?? '', kept[index + 1] ?? '');
  }
  // A chunked body has to stay framed on the next hop, where node would otherwise guess.
  if (req.headers['transfer-encoding'] !== undefined) headers.push('transfer-encoding', 'chunked');
  for (const [name, value] of Object.entries(replace)) headers.push(name, value);
  return headers;
}

/** The address chain so far with this request's peer at its end. */
export function forwardedFor(req: IncomingMessage): string {
  const before = req.headers['x-forwarded-for'];
  const peer = req.socket.remoteAddress ?? 'unknown';
  return before === undefined ? peer : `${String(before)}, ${peer}`;
}
