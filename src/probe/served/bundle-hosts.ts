/**
 * Hosts that a served bundle talks to and should not: retired ones, and those of the system's own zone that nobody declared.
 * Bundles name many a host of others (licences, namespaces, documentation); those say nothing.
 */
import { isIP } from 'node:net';
import type { ResolvedSystem } from '../../contract/schema.ts';

const HOST = /\b(?:https?|wss?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?=[/"'`?#\s\\]|$)/gi;
const LOOPBACK = /\b(?:https?|wss?):\/\/((?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):\d+)(?=[/"'`?#\s\\]|$)/gi;

export interface StrayHosts {
  readonly retired: readonly string[];
  readonly undeclared: readonly string[];
  /** With a port: some developer's own machine. */
  readonly loopback: readonly string[];
}

export function findStrayHosts(text: string, system: ResolvedSystem): StrayHosts {
  const { contract, environment } = system;
  const own = Object.values(environment.services).map(({ url }) => new URL(url).hostname);
  const declared = [
    ...own,
    ...Object.values(environment.services).flatMap(({ http, replicas = [] }) =>
      [http, ...replicas].flatMap((url) => (url === undefined ? [] : [new URL(url).hostname])),
    ),
    ...contract.cors.flatMap(({ allow }) => allow.map((origin) => new URL(origin).hostname)),
    ...(contract.frontend?.hosts ?? []).map((host) => host.replace(/:\d+$/, '')),
    ...(contract.hosts?.allowed ?? []),
    ...Object.keys(environment.dns.addresses),
  ];
  const zones = [...new Set(own.map(zoneOf).filter((zone) => zone !== undefined))];
  const hosts = [...new Set([...text.matchAll(HOST)].map(([, host = '']) => host.toLowerCase()))];
  const retired = hosts.filter((host) => isAmong(host, contract.hosts?.retired ?? []));
  const undeclared = hosts.filter(
    (host) => !retired.includes(host) && !isAmong(host, declared) && zones.some((zone) => host.endsWith(`.${zone}`)),
  );
  const onLoopback = own.some((host) => host === 'localhost' || isIP(host) !== 0);
  const loopback = onLoopback ? [] : [...new Set([...text.matchAll(LOOPBACK)].map(([, host = '']) => host))];
  return { retired, undeclared, loopback };
}

/**
 * What the system's names have in common: everything after the first label, where that is a name of its own. The public
 * suffixes that hosting firms give away (app.example.netlify.app) are the other customers' zone too.
 */
function zoneOf(host: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const labels = host.split('.');
  const zone = labels.length > 2 ? labels.slice(1).join('.') : host;
  return zone.split('.').length < 2 || SHARED_ZONE.test(zone) ? undefined : zone;
}

/** publicsuffix.org, private and two-part sections: names below these belong to different people. */
const SHARED_ZONE =
  /^(?:(?:com|co|org|net|gov|ac|edu)\.[a-z]{2}|(?:.*\.)?(?:netlify\.app|vercel\.app|pages\.dev|workers\.dev|github\.io|gitlab\.io|herokuapp\.com|onrender\.com|railway\.app|fly\.dev|azurewebsites\.net|azurestaticapps\.net|cloudfront\.net|amazonaws\.com|appspot\.com|run\.app|web\.app|firebaseapp\.com|surge\.sh|ngrok\.io|ngrok-free\.app))$/;

function isAmong(host: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern.toLowerCase(),
  );
}
