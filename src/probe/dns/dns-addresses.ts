/**
 * Every address of a name, asked by itself: clients take any of them, and a probe that takes the first one never sees the
 * dead or the forgotten server behind the second.
 */
import { isIPv6 } from 'node:net';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { extract } from '../flow/extract.ts';
import { namesToResolve } from '../hosts.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Client } from '../http/request.ts';
import type { HostResolver } from '../http/resolver.ts';
import { observeRow } from '../observe-row.ts';
import type { Judgement } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';

export interface AddressesInput {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly resolver: HostResolver;
  readonly clock: Clock;
}

interface Seen {
  readonly address: string;
  readonly exchange: Exchange;
  /** What has to be the same at every address. */
  readonly says: string;
}

/** A large CDN may name dozens; the first ones in order show what there is to be seen. */
const MAX_ADDRESSES = 8;
/** Of an IPv6 address, these say more about this machine's network than about the server. */
const NO_IPV6_HERE = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EACCES',
  'EPERM',
  'ETIMEDOUT',
]);

/** Row ids: `dns.<host>.addresses`, for the host of each service. */
export function planAddresses(system: ResolvedSystem): PlannedRow[] {
  return hostsOf(system).map(({ host }) => ({
    id: `dns.${host}.addresses`,
    layer: 'dns',
    title: `Every address of ${host} leads to the same running service`,
    severity: 'P1',
    by: 'engine',
  }));
}

export async function probeAddresses(input: AddressesInput): Promise<Row[]> {
  const planned = planAddresses(input.system);
  return Promise.all(
    hostsOf(input.system).map(({ host, url, path }, index) => {
      const row = planned[index];
      if (row === undefined) throw new Error(`nothing is planned for ${host}`);
      return observeRow(row, input.clock, () => probeHost(host, url, path, input));
    }),
  );
}

/** The services with a name; each host once. */
function hostsOf(system: ResolvedSystem): { host: string; url: URL; path: string }[] {
  const names = new Set(namesToResolve(system));
  const { identity, frontDoor } = system.contract;
  const found = new Map<string, { host: string; url: URL; path: string }>();
  for (const [service, { url: text }] of Object.entries(system.environment.services)) {
    const url = new URL(text);
    const host = url.hostname.toLowerCase();
    if (!names.has(host) || found.has(host)) continue;
    // The front door serves the identity too, else the build behind it could not be known.
    const path = service === identity.service || service === frontDoor ? identity.path : '/';
    found.set(host, { host, url, path: `${url.pathname.replace(/\/+$/, '')}${path}` });
  }
  return [...found.values()];
}

async function probeHost(host: string, url: URL, path: string, input: AddressesInput): Promise<Judgement> {
  const known = await input.resolver.resolve(host).catch(() => []);
  if (known.length === 0) return failed(`${host} has no address`, 'an address', 'none');
  const addresses = known.slice(0, MAX_ADDRESSES);
  // One address is what every other check asks.
  if (addresses.length === 1) return { status: 'passed', evidence: { addresses } };
  const seen = await Promise.all(addresses.map((address) => ask(address, url, path, input)));
  return judgeAddresses(host, seen);
}

async function ask(address: string, url: URL, path: string, { system, client }: AddressesInput): Promise<Seen> {
  const at = new URL(path, url);
  at.hostname = isIPv6(address) ? `[${address}]` : address;
  const exchange = await client.send({
    url: at.href,
    headers: { host: url.host },
    servername: url.hostname,
    fresh: true,
  });
  const { commit, version } = system.contract.identity;
  const extractor = commit ?? version;
  const build = exchange.ok && extractor !== undefined ? extract(extractor, exchange) : undefined;
  const says = exchange.ok
    ? [exchange.status, exchange.contentType, build?.ok ? build.value : ''].filter(Boolean).join(' ')
    : exchange.error.message;
  return { address, exchange, says };
}

export function judgeAddresses(host: string, all: readonly Seen[]): Judgement {
  const unseen = all.filter(({ address, exchange }) => isIPv6(address) && isOwnNetwork(exchange));
  const seen = all.filter((one) => !unseen.includes(one));
  const evidence = {
    addresses: all.map(({ address }) => address),
    ...(unseen.length === 0 ? {} : { notReachableFromHere: unseen.map(({ address }) => address) }),
  };
  const list = seen.map(({ address, says }) => `${address}: ${says}`).join('; ');
  const dead = seen.filter(({ exchange }) => !exchange.ok);
  if (dead.length > 0 && dead.length === seen.length)
    return { ...failed(`no address of ${host} answers (${list})`, 'an answer of each', list), evidence };
  if (dead.length > 0) {
    const which = dead.map(({ address }) => address).join(', ');
    return {
      ...failed(
        `${which} of ${host} is dead, and clients that take it wait or fail (${list})`,
        'an answer of each',
        list,
      ),
      evidence,
    };
  }
  if (new Set(seen.map(({ says }) => says)).size > 1)
    return {
      ...failed(`the addresses of ${host} lead to different services (${list})`, 'the same at each', list),
      evidence,
    };
  return { status: 'passed', evidence };
}

function isOwnNetwork(exchange: Exchange): boolean {
  if (exchange.ok) return false;
  return (
    NO_IPV6_HERE.has(exchange.error.code) || (exchange.error.kind === 'timeout' && exchange.error.code === 'connect')
  );
}

function failed(what: string, expected: string, actual: string): Judgement {
  const message = `${what[0]?.toUpperCase()}${what.slice(1)}. Look at the records of the zone, and take out what is no longer served.`;
  return { status: 'failed', message, expected, actual };
}
