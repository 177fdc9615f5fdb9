/** Whether this machine's clock can be used to judge dates: compared with the Date header (RFC 9110 §6.6.1) of the hosts. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import type { SecureHost } from '../hosts.ts';
import type { Client } from '../http/request.ts';

export interface SkewInput {
  readonly system: ResolvedSystem;
  readonly client: Client;
  readonly clock: Clock;
}

/**
 * Milliseconds that this clock is ahead of the nearest host's, where it is off from every host by more than
 * `tls.maxClockSkew`; undefined = it agrees with at least one host, or no host said what time it is.
 */
export async function clockSkew(
  { system, client, clock }: SkewInput,
  targets: readonly SecureHost[],
): Promise<number | undefined> {
  const plain = Object.values(system.environment.services).flatMap(({ url, http, replicas = [] }) => [
    url,
    http,
    ...replicas,
  ]);
  const urls = [...new Set([...targets.map(({ url }) => url), ...plain.filter((url) => url !== undefined)])];
  const skews = await Promise.all(urls.map((url) => skewTo(url, client, clock)));
  const known = skews.filter((skew) => skew !== undefined).sort((a, b) => Math.abs(a) - Math.abs(b));
  const [nearest] = known;
  if (nearest === undefined || Math.abs(nearest) <= system.environment.tls.maxClockSkew) return undefined;
  return nearest;
}

async function skewTo(url: string, client: Client, clock: Clock): Promise<number | undefined> {
  const exchange = await client.send({ url, method: 'HEAD' });
  const said = exchange.ok ? Date.parse(exchange.headers['date'] ?? '') : Number.NaN;
  return Number.isNaN(said) ? undefined : clock.now().getTime() - said;
}
