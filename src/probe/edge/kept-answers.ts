/**
 * Whether a front door answers for a service from what it has kept (RFC 9111) though the service did not allow it: users then
 * see what was true at another time, or what was meant for somebody else.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Answer, headerValues } from '../http/exchange.ts';
import { readPointer } from '../http/json-pointer.ts';
import { readJson } from '../http/strict-json.ts';

/** Words of the caches in use (Cloudflare, CloudFront, Fastly, Akamai, Varnish, nginx, Vercel, Netlify, RFC 9211). */
const STATUS_HEADERS = [
  'x-cache',
  'cf-cache-status',
  'x-cache-status',
  'x-proxy-cache',
  'x-vercel-cache',
  'cache-status',
];
const FROM_CACHE = /\b(?:hit|stale|updating|tcp_hit|refresh_hit)\b/i;

/** What the service says itself of keeping its answers. */
export function mayBeKept(direct: Answer): boolean {
  const directives = cacheControl(direct);
  if (directives.has('no-store') || directives.has('private') || directives.has('no-cache')) return false;
  const seconds = Number(directives.get('s-maxage') ?? directives.get('max-age') ?? 0);
  // Services that leave it to the proxy say so in headers of its own; what they allow there is between the two.
  const delegated = ['surrogate-control', 'cdn-cache-control', 'x-accel-expires', 'expires'].some(
    (name) => direct.headers[name] !== undefined,
  );
  return seconds > 0 || delegated;
}

/** Why an answer through the front door was not made for this request, by its own headers; undefined = nothing says so. */
export function saysItWasKept(direct: Answer, door: Answer): string | undefined {
  const age = Number(door.headers['age'] ?? 0);
  if (age > 0 && direct.headers['age'] === undefined) return `it is ${age} s old (age)`;
  for (const name of STATUS_HEADERS) {
    const value = door.headers[name];
    if (value !== undefined && direct.headers[name] === undefined && FROM_CACHE.test(value)) return `${name}: ${value}`;
  }
  return undefined;
}

/** What forbids keeping an answer on its way out of the service, and is gone at the front door. */
export function lostProtection(direct: Answer, door: Answer): string | undefined {
  const [before, after] = [cacheControl(direct), cacheControl(door)];
  const forbids = ['no-store', 'private'].filter((directive) => before.has(directive));
  if (forbids.length === 0 || ['no-store', 'private', 'no-cache'].some((directive) => after.has(directive)))
    return undefined;
  return forbids.join(', ');
}

/** RFC 9110 §5.6.7: Date has whole seconds only. */
const DATE_STEP_MS = 1000;
/**
 * How far a time in a body may be from the Date of the same answer (RFC 9110 §6.6.1: both are of when it was made) to be its
 * time: one step is cut off, and servers that make the Date once a second are up to one more behind.
 */
const OWN_TIME_MS = 2 * DATE_STEP_MS;

/**
 * Fields with the time of the answer, which goes on with every answer of the service and stands still at the front door.
 * Other fields that differ (a replica's name, its start) may be the same twice by chance, or because a proxy keeps to one
 * replica. The answers are in the order in which they were asked for, at least two of each.
 */
export function frozenFields(
  pointers: readonly string[],
  direct: readonly Answer[],
  door: readonly Answer[],
): readonly string[] {
  const goesOn = (pointer: string): boolean =>
    direct.every((one, index) => isOwnTime(one, pointer) && isLater(valueAt(one, pointer), direct[index - 1], pointer));
  return pointers.filter((pointer) => goesOn(pointer) && isOneValue(pointer, door));
}

function isLater(value: unknown, before: Answer | undefined, pointer: string): boolean {
  return before === undefined || Date.parse(String(value)) > Date.parse(String(valueAt(before, pointer)));
}

function isOwnTime(answer: Answer, pointer: string): boolean {
  const value = valueAt(answer, pointer);
  const [said, own] = [Date.parse(typeof value === 'string' ? value : ''), Date.parse(answer.headers['date'] ?? '')];
  return Math.abs(said - own) <= OWN_TIME_MS;
}

function isOneValue(pointer: string, answers: readonly Answer[]): boolean {
  const values = answers.map((answer) => valueAt(answer, pointer));
  return values[0] !== undefined && values.every((value) => isDeepStrictEqual(value, values[0]));
}

function valueAt(answer: Answer, pointer: string): unknown {
  const reading = readJson(answer.body);
  return reading.ok ? readPointer(reading.value, pointer) : undefined;
}

function cacheControl(answer: Answer): Map<string, string> {
  const directives = headerValues(answer, 'cache-control').flatMap((line) => line.split(','));
  return new Map(
    directives.map((directive) => {
      const [name = '', value = ''] = directive.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
}
