/**
 * How a service answers a route that it certainly does not have. A missing route and a missing resource are both 404s;
 * only this control tells them apart.
 */
import { type ProbeContext, urlAt } from '../context.ts';
import type { Answer } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';

/** What two answers to two unknown routes have in common. */
interface Control {
  readonly status: number;
  readonly contentType: string;
  readonly names: string;
  readonly stable: ReadonlyMap<string, string>;
}

export interface RouteControls {
  /** Whether `answer` is what one of the services says to an unknown route. undefined = no control answered. */
  isRouteMissing(
    answer: Answer,
    method: string,
    path: string,
    services: readonly string[],
  ): Promise<boolean | undefined>;
}

const MAX_CHARS = 50_000;

export function createRouteControls(context: ProbeContext): RouteControls {
  const known = new Map<string, Promise<Control | undefined>>();

  function control(service: string, method: string, prefix: string): Promise<Control | undefined> {
    const key = `${service} ${method} ${prefix}`;
    const asked = known.get(key) ?? askControl(context, service, method, prefix);
    known.set(key, asked);
    return asked;
  }

  return {
    isRouteMissing: async (answer, method, path, services) => {
      const [, segment = ''] = path.split('/');
      const prefixes = segment === '' || segment.startsWith('{') ? [''] : ['', `/${encodeURI(segment)}`];
      const asked = services.flatMap((service) => prefixes.map((prefix) => control(service, method, prefix)));
      const controls = (await Promise.all(asked)).filter((found) => found !== undefined);
      if (controls.length === 0) return undefined;
      return controls.some((found) => isSame(found, answer));
    },
  };
}

async function askControl(
  context: ProbeContext,
  service: string,
  method: string,
  prefix: string,
): Promise<Control | undefined> {
  const paths = ['a', 'b'].map((name) => `${prefix}/gate10-${context.run.nonce}-${name}/no/such/route`);
  const [first, second] = await Promise.all(
    paths.map((path) => context.client.send({ url: urlAt(context.system, service, path), method })),
  );
  if (!first?.ok || !second?.ok) return undefined;
  const [a, b] = [toFacts(first), toFacts(second)];
  const stable = new Map([...a].filter(([name, value]) => b.get(name) === value));
  return { status: first.status, contentType: first.contentType, names: namesOf(a), stable };
}

function isSame(control: Control, answer: Answer): boolean {
  if (control.status !== answer.status || control.contentType !== answer.contentType) return false;
  const facts = toFacts(answer);
  if (namesOf(facts) !== control.names) return false;
  return [...control.stable].every(([name, value]) => facts.get(name) === value);
}

function namesOf(facts: ReadonlyMap<string, string>): string {
  return [...facts.keys()].sort().join('\n');
}

/** JSON: pointer → value; anything else: its words as one fact. Paths, ids, times and numbers are taken out. */
function toFacts(answer: Answer): Map<string, string> {
  const path = new URL(answer.url).pathname;
  const reading = readJson(answer.body, answer.closeDelimited);
  const facts = new Map<string, string>();
  if (!reading.ok) facts.set('', normalise(answer.text().slice(0, MAX_CHARS), path));
  else collect(reading.value, '', (pointer, value) => facts.set(pointer, normalise(value, path)));
  return facts;
}

function collect(value: unknown, pointer: string, add: (pointer: string, value: string) => void): void {
  if (value === null || typeof value !== 'object') add(pointer, String(value));
  else for (const [key, member] of Object.entries(value)) collect(member, `${pointer}/${key}`, add);
}

function normalise(text: string, path: string): string {
  return text
    .replaceAll(path, '<path>')
    .replaceAll(decodeURI(path), '<path>')
    .replaceAll(/gate10-[\w-]+/g, '<id>')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>')
    .replaceAll(/\d+/g, '0');
}
