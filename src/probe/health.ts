/** Deep health of the backend: asked at its own address and at each declared replica, never through the front door. */
import { randomBytes } from 'node:crypto';
import { type Check, type ProbeContext, urlAt } from './context.ts';
import { judgeAnswer } from './flow/judge-answer.ts';
import { isJsonType } from './http/answer-words.ts';
import type { Exchange } from './http/exchange.ts';
import { fillHeaders } from './http/request-headers.ts';
import { readJson } from './http/strict-json.ts';
import { cacheNote } from './identity/identity.ts';
import { type Judgement, type Observed, sourceOf } from './row.ts';

const MAX_CAUSES = 6;
const MAX_DEPTH = 4;
const BAD_WORDS = new Set(['fail', 'failed', 'error', 'down', 'unhealthy', 'critical', 'unavailable']);

/** Row ids: `runtime.health.<service>`, `runtime.health.<service>.replica-<n>`. */
export function listHealth(system: ProbeContext['system']): Check[] {
  const { health } = system.contract;
  if (health === undefined) return [];
  const source = sourceOf(system, 'health');
  const replicas = system.environment.services[health.service]?.replicas ?? [];
  const targets = [
    {
      id: `runtime.health.${health.service}`,
      title: `${health.service} and what it depends on are healthy`,
      at: undefined,
    },
    ...replicas.map((address, index) => ({
      id: `runtime.health.${health.service}.replica-${index + 1}`,
      title: `Replica ${index + 1} of ${health.service} and what it depends on are healthy`,
      at: address,
    })),
  ];
  return targets.map(({ id, title, at }) => ({
    planned: { id, layer: 'runtime', title, severity: 'P0', by: 'engine', ...(source === undefined ? {} : { source }) },
    observe: (context) => observe(context, health, at),
  }));
}

async function observe(
  context: ProbeContext,
  health: NonNullable<ProbeContext['system']['contract']['health']>,
  address: string | undefined,
): Promise<Observed> {
  const url =
    address === undefined
      ? urlAt(context.system, health.service, health.path)
      : `${address.replace(/\/+$/, '')}${health.path}`;
  const headers = fillHeaders(health.headers, context.system);
  const exchanges = await ask(context, url, headers);
  const last = exchanges.at(-1);
  if (last === undefined) throw new Error('Nothing was asked.');
  const judgement = judgeAnswer(health.expect, last, { where: `GET ${url}`, redact: context.redact });
  return { judgement: withAge(withCauses(judgement, last), last, url), exchanges };
}

/** An answer out of a cache is asked for again past it; where the service takes no such question, it has to do. */
async function ask(
  { client }: ProbeContext,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly Exchange[]> {
  const first = await client.send({ url, headers });
  if (!first.ok || cacheNote(first) === '') return [first];
  const second = await client.send({ url: uncached(url), headers, fresh: true });
  const isRefused = second.ok && second.status >= 400 && second.status < 500;
  return isRefused ? [second, first] : [first, second];
}

/** As the identity is asked: a cache has never seen it. */
function uncached(url: string): string {
  const asked = new URL(url);
  asked.searchParams.set('gate10', randomBytes(8).toString('hex'));
  return asked.href;
}

/** What a cache says was true once: no finding against the system, and no proof that it is healthy now. */
function withAge(judgement: Judgement, exchange: Exchange, url: string): Judgement {
  const note = exchange.ok ? cacheNote(exchange) : '';
  if (note === '' || judgement.status !== 'passed') return judgement;
  const message = `GET ${url} is answered${note}: what it reports may be over. Ask the service where no cache stands before it; what it depends on is proven by promises that use it.`;
  return { status: 'warned', message, expected: 'a report of now', actual: note.replace(/^, /, '') };
}

/** A health report says which dependency fails: that is what a reader needs first. */
function withCauses(judgement: Judgement, exchange: Exchange): Judgement {
  if (judgement.status !== 'failed' || !exchange.ok || !isJsonType(exchange.contentType)) return judgement;
  const reading = readJson(exchange.body, exchange.closeDelimited);
  const causes = reading.ok ? findCauses(reading.value, '', 0) : [];
  if (causes.length === 0) return judgement;
  return { ...judgement, message: `${judgement.message} It reports: ${causes.slice(0, MAX_CAUSES).join(', ')}.` };
}

function findCauses(value: unknown, pointer: string, depth: number): string[] {
  if (value === false) return [`${pointer} is false`];
  if (typeof value === 'string') return BAD_WORDS.has(value.toLowerCase()) ? [`${pointer} is "${value}"`] : [];
  if (value === null || typeof value !== 'object' || depth >= MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, member]) => findCauses(member, `${pointer}/${key}`, depth + 1));
}
