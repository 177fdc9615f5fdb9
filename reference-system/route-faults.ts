import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, rewriteAnswer } from './answer-rewrite.ts';
import { type RouteFault, type RouteFaultAction, routeFaultList } from './route-fault-schema.ts';
import { removePointers, spoilAnswer } from './spoil-answer.ts';

/** The fields of the action that overwrites; the other actions have none of them. */
type Overwrite = Partial<Extract<RouteFaultAction, { status?: unknown }>>;

export type { RouteFault } from './route-fault-schema.ts';

export interface RouteFaults {
  /** Replaces the active faults; throws a ZodError that says what is wrong with them. */
  replace(faults: unknown): void;
  clear(): void;
  list(): readonly RouteFault[];
  /** Puts the faults in front of a request listener, before any routing. */
  wrap(listener: RequestListener): RequestListener;
}

export interface RouteFaultOptions {
  /** Uniform in [0, 1); decides which requests a fault with a rate hits. */
  readonly random: () => number;
  /** Milliseconds of a monotonic clock; stalls are counted from the moment they are set. */
  readonly nowMs: () => number;
}

/** Faults on HTTP requests that can be changed while the server runs; knows no framework, only node:http. */
export function createRouteFaults(options: RouteFaultOptions): RouteFaults {
  let active: readonly RouteFault[] = [];
  let sinceMs = 0;
  let counts = new Map<RouteFault, { before: number; seen: number; hit: number }>();
  const hits = (fault: RouteFault, request: IncomingMessage): boolean => {
    const count = counts.get(fault) ?? { before: 0, seen: 0, hit: 0 };
    counts.set(fault, count);
    const { since } = fault;
    if (since !== undefined && matches({ match: since }, request)) count.before++;
    if (count.before < (since?.requests ?? 0) || !matches(fault, request)) return false;
    count.seen++;
    const isDue = count.seen > (fault.after ?? 0) && count.hit < (fault.times ?? Number.POSITIVE_INFINITY);
    if (!isDue || (fault.rate !== undefined && options.random() >= fault.rate)) return false;
    count.hit++;
    return true;
  };
  return {
    replace(faults) {
      active = routeFaultList.parse(faults);
      sinceMs = options.nowMs();
      counts = new Map();
    },
    clear() {
      active = [];
    },
    list: () => active,
    wrap: (listener) => (request, response) => {
      const actions = active.filter((fault) => hits(fault, request)).map((fault) => fault.action);
      if (actions.length === 0) {
        listener(request, response);
        return;
      }
      void applyActions(actions, request, response, listener, () => options.nowMs() - sinceMs);
    },
  };
}

async function applyActions(
  actions: readonly RouteFaultAction[],
  request: IncomingMessage,
  response: ServerResponse,
  listener: RequestListener,
  elapsedMs: () => number,
): Promise<void> {
  for (const action of actions) {
    const waitMs = toWaitMs(action, elapsedMs());
    if (waitMs > 0) await pause(waitMs);
  }
  if (response.destroyed || actions.some((action) => 'silent' in action)) return;
  if (actions.some((action) => 'reset' in action)) {
    resetConnection(request);
    return;
  }
  rewriteAnswer(response, (answer) => {
    for (const action of actions) changeAnswer(action, answer);
  });
  // With a body of its own the fault answers; the system behind it never sees the request.
  if (actions.some((action) => 'body' in action && action.body !== undefined)) response.end();
  else listener(request, response);
}

function toWaitMs(action: RouteFaultAction, elapsedMs: number): number {
  if ('delayMs' in action) return action.delayMs;
  if (!('stall' in action)) return 0;
  const phaseMs = elapsedMs % action.stall.everyMs;
  return phaseMs < action.stall.forMs ? action.stall.forMs - phaseMs : 0;
}

function changeAnswer(action: RouteFaultAction, answer: Answer): void {
  if ('patchJson' in action) {
    // 204 and 304 have nothing to patch.
    if (answer.body.length === 0) return;
    const document: unknown = JSON.parse(answer.body.toString('utf8'));
    const patched = Object.entries(action.patchJson).reduce((value, [at, to]) => setPointer(value, at, to), document);
    answer.body = Buffer.from(JSON.stringify(patched));
  } else if ('removeJson' in action) {
    if (answer.body.length === 0) return;
    const document: unknown = JSON.parse(answer.body.toString('utf8'));
    answer.body = Buffer.from(JSON.stringify(removePointers(document, action.removeJson)));
  } else if ('truncate' in action) {
    answer.cutAtBytes = Math.floor(answer.body.length / 2);
  } else if ('spoil' in action) {
    const spoiled = spoilAnswer(answer.body, action.spoil);
    answer.body = spoiled.body;
    Object.assign(answer.headers, spoiled.headers);
  } else {
    setDelivery(action, answer);
    overwrite(action, answer);
  }
}

function setDelivery(action: RouteFaultAction, answer: Answer): void {
  if ('headersOnly' in action) answer.delivery = 'headers-only';
  if ('closeDelimited' in action) answer.delivery = 'close-delimited';
  if ('dripMs' in action) answer.delivery = { dripMs: action.dripMs };
}

function overwrite(action: RouteFaultAction, answer: Answer): void {
  const { status, body, contentType, headers } = action as Overwrite;
  if (status !== undefined) answer.status = status;
  if (body !== undefined) answer.body = Buffer.from(body);
  if (contentType !== undefined) answer.headers['content-type'] = contentType;
  Object.assign(answer.headers, headers);
}

/** Returns the document with the value at the JSON pointer replaced; missing objects on the way are made. */
export function setPointer(document: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value;
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const root: Record<string, unknown> = isObject(document) ? document : {};
  let node = root;
  for (const key of keys.slice(0, -1)) {
    const next = node[key];
    const child = isObject(next) ? next : {};
    node[key] = child;
    node = child;
  }
  node[keys.at(-1) ?? ''] = value;
  return root;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether a request is one that a fault is about. */
export function matches(fault: Pick<RouteFault, 'match'>, request: IncomingMessage): boolean {
  if (fault.match.method !== undefined && fault.match.method !== request.method) return false;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const pattern = fault.match.path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(path);
}

/** TLS sockets cannot send a reset themselves: they are closed without an answer, which a client sees as the same error. */
function resetConnection(request: IncomingMessage): void {
  if ('encrypted' in request.socket) request.socket.destroy();
  else request.socket.resetAndDestroy();
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
