/**
 * What a served instance says about itself, asked so that nothing in between can answer for it: a new connection for
 * each sample (kept-alive ones pin one replica), an unpredictable query (caches), `no-cache` (the client adds it).
 */
import { randomBytes } from 'node:crypto';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { urlAt } from '../context.ts';
import { extract } from '../flow/extract.ts';
import { isLimited, isPage, limitSentence, statusSentence } from '../http/answer-words.ts';
import type { Answer } from '../http/exchange.ts';
import type { Client } from '../http/request.ts';
import { fillHeaders } from '../http/request-headers.ts';
import { cleanText } from '../row.ts';
import type { IdentitySample } from '../schema.ts';
import { isCommit, stampName } from './build.ts';

/** An address that can be asked for the identity. */
export interface IdentityTarget {
  /** What the sample calls it: the service, or the address of a replica. */
  readonly via: string;
  readonly url: string;
}

export interface IdentityTargets {
  readonly door: IdentityTarget;
  /** The service itself, and each declared replica; empty where the front door is the service. */
  readonly direct: readonly IdentityTarget[];
  readonly replicas: readonly IdentityTarget[];
}

export interface IdentityInput {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly clock: Clock;
}

const FIELDS = [
  'commit',
  'version',
  'stamp',
  'instance',
  'startedAt',
  'environment',
  'schemaVersion',
  'lockfileSha256',
] as const;
const MAX_ERROR_CHARS = 400;

/**
 * Samples that miss a stale share `staleShare` of the replicas with a chance of at most `missRisk`:
 * the smallest k with (1 − staleShare)^k ≤ missRisk; 17 for a quarter at 1 %.
 */
export function identitySampleCount({ staleShare, missRisk }: { staleShare: number; missRisk: number }): number {
  return staleShare >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(missRisk) / Math.log(1 - staleShare)));
}

export function identityTargets(system: ResolvedSystem): IdentityTargets {
  const { frontDoor, identity } = system.contract;
  const at = (service: string): IdentityTarget => ({ via: service, url: urlAt(system, service, identity.path) });
  const replicas = system.environment.services[identity.service]?.replicas ?? [];
  return {
    door: at(frontDoor),
    direct: frontDoor === identity.service ? [] : [at(identity.service)],
    replicas: replicas.map((address) => ({ via: address, url: `${address.replace(/\/+$/, '')}${identity.path}` })),
  };
}

/** Never rejects: what stood in the way is the sample's `error`, a sentence without its full stop. */
export async function sampleIdentity(
  target: IdentityTarget,
  { system, client, clock }: IdentityInput,
  options: { readonly retry?: boolean } = {},
): Promise<IdentitySample> {
  const at = clock.now().toISOString();
  const url = new URL(target.url);
  url.searchParams.set('gate10', randomBytes(8).toString('hex'));
  const headers = fillHeaders(system.contract.identity.headers, system);
  const exchange = await client.send({ url: url.href, headers, fresh: true, ...options });
  const said = { at, via: target.via };
  if (!exchange.ok) return { ...said, error: cleanText(exchange.error.message, MAX_ERROR_CHARS) };
  const read = readIdentity(system, exchange);
  return { ...said, ...read, ...(read.error === undefined ? {} : { error: cleanText(read.error, MAX_ERROR_CHARS) }) };
}

/** Compared by rows of their own, which say what is missing: a database that is down must not hide which build runs. */
const JUDGED_ELSEWHERE: readonly (typeof FIELDS)[number][] = ['schemaVersion', 'lockfileSha256'];

/** What tells builds and processes apart has to be there: an identity that leaves it out cannot be compared. */
export function readIdentity(system: ResolvedSystem, answer: Answer): Omit<IdentitySample, 'at' | 'via'> {
  const { identity } = system.contract;
  const where = identity.path;
  if (isLimited(answer)) return { error: `${where} ${limitSentence(answer)}`, limited: true };
  if (answer.status !== 200) return { error: `${where} ${statusSentence(answer)}${cacheNote(answer)}` };
  const readsJson = FIELDS.some((field) => typeof identity[field] === 'string');
  if (readsJson && isPage(answer)) {
    return {
      error: `${where} answers 200 with a web page: the SPA fallback or a default page answered${cacheNote(answer)}`,
    };
  }
  if (readsJson && !/^application\/(?:[\w.+-]+\+)?json$/.test(answer.contentType)) {
    return { error: `${where} has the content type ${answer.contentType || '(none)'}, not application/json` };
  }
  const values: Partial<Record<(typeof FIELDS)[number], string>> = {};
  const missing: string[] = [];
  for (const field of FIELDS) {
    const extractor = identity[field];
    if (extractor === undefined) continue;
    const found = extract(extractor, answer);
    if (found.ok) values[field] = found.value;
    else if (!JUDGED_ELSEWHERE.includes(field)) missing.push(`${field} (${found.why})`);
  }
  if (missing.length > 0) return { ...withoutStamp(values), error: `${where} does not say its ${missing.join(', ')}` };
  if (values.commit !== undefined && !isCommit(values.commit)) {
    return { error: `${where} says the commit "${values.commit.slice(0, 40)}", which is no commit id` };
  }
  const note = cacheNote(answer);
  const said = withoutStamp(values);
  return note === '' ? said : { ...said, cached: note.slice(2) };
}

/** A sample knows the stamp as the version that it stands for. */
function withoutStamp({ stamp, ...said }: Partial<Record<(typeof FIELDS)[number], string>>) {
  return stamp === undefined ? said : { ...said, version: stampName(stamp) };
}

/** Headers by which a cache gives itself away (RFC 9111 §5.1, and the usual X-Cache). */
export function cacheNote(answer: Pick<Answer, 'headers'>): string {
  const age = Number(answer.headers['age'] ?? 0);
  const hits = ['x-cache', 'cf-cache-status', 'x-cache-status', 'x-vercel-cache'].flatMap((name) => {
    const value = answer.headers[name];
    return value !== undefined && /\bhit\b/i.test(value) ? [`${name}: ${value}`] : [];
  });
  const notes = [...(age > 0 ? [`age: ${age}`] : []), ...hits];
  return notes.length === 0 ? '' : `, from a cache (${notes.join(', ')})`;
}

/** The first of each kind of answer at each address, and the last at each address: enough to see every change. */
export function distinctSamples(samples: readonly IdentitySample[]): IdentitySample[] {
  const seen = new Set<string>();
  const last = new Map(samples.map((sample) => [sample.via, sample]));
  return samples.filter((sample) => {
    const { at: _, ...said } = sample;
    const key = JSON.stringify(said);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew || last.get(sample.via) === sample;
  });
}
