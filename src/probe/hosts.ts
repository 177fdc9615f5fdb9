/** The hosts that a system's users reach, out of its declared addresses. */
import { isIP } from 'node:net';
import type { ResolvedSystem } from '../contract/schema.ts';
import { isLocalName } from './http/resolver.ts';

/** One HTTPS address of a service. */
export interface SecureHost {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /** The declared https URL. */
  readonly url: string;
  /** The declared plain-HTTP address that has to redirect to it. */
  readonly http: string | undefined;
  /** What the host is called in row ids; with its port where one host has several. */
  readonly name: string;
}

/** Names that have to resolve: every declared one that is not an address or `localhost`, sorted. */
export function namesToResolve(system: ResolvedSystem): readonly string[] {
  const { services, dns } = system.environment;
  const urls = Object.values(services).flatMap(({ url, http, replicas = [] }) => [url, http ?? url, ...replicas]);
  const names = [...urls.map((url) => new URL(url).hostname), ...Object.keys(dns.addresses)];
  const wanted = names.filter((name) => isIP(name.replace(/^\[|\]$/g, '')) === 0 && !isLocalName(name));
  return [...new Set(wanted.map((name) => name.toLowerCase()))].sort();
}

/** Every declared https host and port once, in the order of the services. */
export function secureHosts(system: ResolvedSystem): readonly SecureHost[] {
  const found = new Map<string, Omit<SecureHost, 'name'>>();
  for (const [service, { url, http, replicas = [] }] of Object.entries(system.environment.services)) {
    for (const address of [url, ...replicas]) {
      const { protocol, hostname, port, host } = new URL(address);
      if (protocol !== 'https:') continue;
      const plain = address === url ? http : undefined;
      const known = found.get(host);
      const number = port === '' ? 443 : Number(port);
      found.set(host, { service, host: hostname, port: number, url: address, http: known?.http ?? plain });
    }
  }
  const all = [...found.values()];
  return all.map((target) => {
    const shared = all.filter(({ host }) => host === target.host).length > 1;
    return { ...target, name: shared ? `${target.host}:${target.port}` : target.host };
  });
}
