/**
 * Host names to addresses, through the resolvers that the environment declares: what its users' resolvers would say,
 * not what the hosts file of this machine says. None declared = what this machine says.
 */
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';

/** What one resolver said about one host. */
export interface ResolverAnswer {
  /** `address:port` as declared; "this machine" for the machine's own. */
  readonly resolver: string;
  readonly addresses: readonly string[];
  /** ENOTFOUND (NXDOMAIN), ESERVFAIL, ETIMEOUT, ENODATA …; only where there are no addresses. */
  readonly error?: string | undefined;
  readonly durationMs: number;
}

export interface HostResolver {
  /** Addresses of a host, kept for the run. Rejects with Node's coded error. Addresses and `localhost` pass. */
  resolve(host: string): Promise<readonly string[]>;
  /** Asks each declared resolver anew. */
  perResolver(host: string): Promise<readonly ResolverAnswer[]>;
  /** Asks the name servers of this machine directly, past its hosts file and cache. */
  nameServers(host: string): Promise<ResolverAnswer>;
}

export const THIS_MACHINE = 'this machine';

export function createResolver(system: Pick<ResolvedSystem, 'environment'>, clock: Clock): HostResolver {
  const { dns, deadlines } = system.environment;
  const timeoutMs = deadlines.connect;
  const known = new Map<string, readonly string[]>();

  function ask(host: string, server: string | undefined): Promise<ResolverAnswer> {
    // UDP loses packets: a second try, which c-ares gives twice the time of the first.
    const resolver = new Resolver({ timeout: Math.max(1, Math.ceil(timeoutMs / 3)), tries: 2 });
    if (server !== undefined) resolver.setServers([server]);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    const asked = timed(server ?? 'name servers of this machine', clock, () => askBoth(resolver, host));
    return asked.finally(() => clearTimeout(timer));
  }

  function askMachine(host: string): Promise<ResolverAnswer> {
    return timed(THIS_MACHINE, clock, async () => {
      const found = await withinMs(timeoutMs, lookup(host, { all: true }));
      return [...new Set(found.map(({ address }) => address))];
    });
  }

  async function resolve(host: string): Promise<readonly string[]> {
    const passed = withoutBrackets(host);
    if (isIP(passed) !== 0) return [passed];
    if (isLocalName(passed)) return ['127.0.0.1', '::1'];
    const kept = known.get(passed);
    if (kept !== undefined) return kept;
    let last: ResolverAnswer | undefined;
    for (const server of dns.resolvers.length > 0 ? dns.resolvers : [undefined]) {
      const answer = server === undefined ? await askMachine(passed) : await ask(passed, server);
      if (answer.addresses.length > 0) {
        known.set(passed, answer.addresses);
        return answer.addresses;
      }
      last = answer;
    }
    const code = last?.error ?? 'ENODATA';
    throw Object.assign(new Error(`${host}: ${inWords(code)}, says ${last?.resolver ?? THIS_MACHINE}`), { code });
  }

  return {
    resolve,
    perResolver: (host) => {
      if (dns.resolvers.length === 0) return askMachine(host).then((answer) => [answer]);
      return Promise.all(dns.resolvers.map((server) => ask(host, server)));
    },
    nameServers: (host) => ask(host, undefined),
  };
}

/** RFC 6761 §6.3: these are this machine, whatever a resolver says. */
export function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** A resolver's error in words (RFC 1035 §4.1.1 and Node's codes for what has no answer). */
export function inWords(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'the name does not exist (NXDOMAIN)';
    case 'ENODATA':
      return 'the name has no address';
    case 'ESERVFAIL':
      return 'the resolver failed (SERVFAIL)';
    case 'EREFUSED':
      return 'the resolver refuses to answer for this name (REFUSED)';
    case 'ETIMEOUT':
    case 'ECANCELLED':
      return 'the resolver did not answer in time';
    case 'ECONNREFUSED':
      return 'there is no resolver at this address';
    default:
      return `the name could not be resolved (${code})`;
  }
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

async function timed(name: string, clock: Clock, ask: () => Promise<readonly string[]>): Promise<ResolverAnswer> {
  const startMs = clock.monotonicMs();
  const took = (): number => Math.max(0, clock.monotonicMs() - startMs);
  try {
    const addresses = await ask();
    return { resolver: name, addresses: [...addresses].sort(), durationMs: took() };
  } catch (error) {
    return { resolver: name, addresses: [], error: codeOf(error), durationMs: took() };
  }
}

/** IPv4 and IPv6 together; a name with only one kind is right. */
async function askBoth(resolver: Resolver, host: string): Promise<readonly string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
  // "No data" of one kind says less than what the other kind's query came to.
  throw (
    errors.find((error) => codeOf(error) !== 'ENODATA') ?? errors[0] ?? Object.assign(new Error(), { code: 'ENODATA' })
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
}

async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEOUT' })), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
