import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { type Answer, rewriteAnswer } from '../answer-rewrite.ts';
import { matches } from '../route-faults.ts';
import type { EdgeFault } from './edge-fault-schema.ts';
import { sendProblem } from './problem.ts';

/** Faults of one public host, in front of everything that it does; `replace` takes those of this host only. */
export type EdgeFaults = {
  replace: (faults: EdgeFault[]) => void;
  /** Those that were to rewrite a body and found nothing to rewrite: they broke nothing. */
  unmet: () => EdgeFault[];
  wrap: (listener: RequestListener) => RequestListener;
};

type Kept = { status: number; body: Buffer; headers: OutgoingHttpHeaders; sinceMs: number };
type Active = { fault: EdgeFault; left: number; cache: Map<string, Kept>; rewrote: boolean };

/** `nowMs` is a monotonic clock. */
export function createEdgeFaults(nowMs: () => number): EdgeFaults {
  let active: Active[] = [];
  let count = 0;
  return {
    replace: (faults) => {
      active = faults.map((fault) => ({
        fault,
        left: fault.times ?? Number.POSITIVE_INFINITY,
        cache: new Map(),
        rewrote: false,
      }));
    },
    unmet: () => active.filter(({ fault, rewrote }) => fault.answer?.replace && !rewrote).map(({ fault }) => fault),
    wrap: (listener) => (request, response) => {
      const hit = active.filter((one) => one.left > 0 && matches(one.fault, request));
      for (const one of hit) one.left -= 1;
      if (hit.some(({ fault }) => fault.reset)) {
        request.socket.destroy();
        return;
      }
      // The key of a cache is what the client asked for, not what became of it on the way.
      const key = `${request.url}`;
      if (hit.some((one) => serveKept(one, key, request, response, nowMs))) return;
      if (hit.some(({ fault }) => isTooLong(fault, request))) {
        request.resume();
        sendProblem(response, 413, 'Request entity too large', 'too-large');
        return;
      }
      count += 1;
      const origin = request.headers.origin ?? '';
      const rewriting = hit.filter(({ fault }) => fault.answer !== undefined || fault.cache !== undefined);
      if (rewriting.length > 0)
        rewriteAnswer(response, (answer) => {
          for (const one of rewriting)
            changeAnswer(one, answer, { response, origin, key, method: request.method, count, nowMs });
        });
      for (const { fault } of hit) changeRequest(fault, request);
      listener(request, response);
    },
  };
}

function changeRequest({ request: change }: EdgeFault, request: IncomingMessage): void {
  for (const name of change?.dropHeaders ?? []) {
    delete request.headers[name];
    for (let at = request.rawHeaders.length - 2; at >= 0; at -= 2)
      if (request.rawHeaders[at]?.toLowerCase() === name) request.rawHeaders.splice(at, 2);
  }
  if (change?.rewriteUrl) request.url = rewritten(request.url ?? '/', change.rewriteUrl);
  if (change?.method) request.method = change.method;
}

function isTooLong({ request: change }: EdgeFault, request: IncomingMessage): boolean {
  return change?.bodyLimitBytes !== undefined && Number(request.headers['content-length'] ?? 0) > change.bodyLimitBytes;
}

function serveKept(
  { fault, cache }: Active,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  nowMs: () => number,
): boolean {
  const kept = cache.get(key);
  if (kept === undefined || request.method !== 'GET' || fault.cache?.revalidate) return false;
  const age = fault.cache?.age ? { age: ageOf(kept, nowMs()) } : {};
  response.writeHead(kept.status, { ...kept.headers, ...age }).end(kept.body);
  return true;
}

/** At least a second: what is younger would not be told from an answer that was not kept. */
function ageOf({ sinceMs }: Kept, nowMs: number): string {
  return String(Math.max(1, Math.ceil((nowMs - sinceMs) / 1000)));
}

type Place = {
  response: ServerResponse;
  origin: string;
  key: string;
  method: string | undefined;
  count: number;
  nowMs: () => number;
};

function changeAnswer(active: Active, answer: Answer, place: Place): void {
  const { fault, cache } = active;
  const change = fault.answer;
  if (fault.cache !== undefined && place.method === 'GET') keep(fault.cache, cache, answer, place);
  if (change === undefined || change.of?.includes(answer.status) === false) return;
  if (change.status !== undefined) answer.status = change.status;
  if (change.body !== undefined) answer.body = Buffer.from(change.body);
  for (const one of change.replace ?? []) {
    const to = one.to.replaceAll('{count}', () => String(place.count));
    const before = answer.body.toString('utf8');
    const after = rewritten(before, { ...one, to });
    active.rewrote ||= after !== before;
    answer.body = Buffer.from(after);
  }
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    const before = String(answer.headers[name] ?? place.response.getHeader(name) ?? '');
    const fill = (text: string): string =>
      text.replaceAll('$origin', () => place.origin).replaceAll('$value', () => before);
    if (value === null) answer.headers[name] = null;
    else answer.headers[name] = Array.isArray(value) ? value.map(fill) : fill(value);
  }
}

function keep(
  { age, revalidate }: NonNullable<EdgeFault['cache']>,
  cache: Map<string, Kept>,
  answer: Answer,
  { response, key, nowMs }: Place,
): void {
  const before = cache.get(key);
  const fresh = { status: answer.status, body: answer.body, headers: response.getHeaders(), sinceMs: nowMs() };
  cache.set(key, fresh);
  if (!revalidate || before === undefined) return;
  answer.status = before.status;
  answer.body = before.body;
  if (age) answer.headers['age'] = ageOf(before, nowMs());
}

function rewritten(text: string, { pattern, to }: { pattern: string; to: string }): string {
  return text.replace(new RegExp(pattern, 'g'), to);
}
