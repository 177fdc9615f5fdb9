/** Layer DNS: each declared name, on each declared resolver, leads where it has to lead. */
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { namesToResolve } from '../hosts.ts';
import type { Client } from '../http/request.ts';
import { type HostResolver, inWords, type ResolverAnswer, THIS_MACHINE } from '../http/resolver.ts';
import { judgedRow } from '../observe-row.ts';
import type { Judgement } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';
import { planAddresses, probeAddresses } from './dns-addresses.ts';
import { planDnsRecords, probeDnsRecords } from './dns-records.ts';

export interface DnsInput {
  readonly system: ResolvedSystem;
  readonly resolver: HostResolver;
  readonly clock: Clock;
  readonly client: Client;
}

/**
 * Row ids: `dns.<host>`, or `dns.<host>@<resolver>` and `dns.<host>.agreement` where several resolvers are declared;
 * `dns.<host>.addresses` of each service, and `dns.<host>.<TYPE>` of each declared record.
 */
export function planDns(system: ResolvedSystem): PlannedRow[] {
  const { resolvers } = system.environment.dns;
  const names = namesToResolve(system).flatMap((host) => {
    if (resolvers.length < 2) return [plannedName(host, undefined)];
    return [...resolvers.map((resolver) => plannedName(host, resolver)), plannedAgreement(host)];
  });
  return [...names, ...planAddresses(system), ...planDnsRecords(system)];
}

export async function probeDns(input: DnsInput): Promise<Row[]> {
  const [names, addresses, records] = await Promise.all([
    Promise.all(namesToResolve(input.system).map((host) => probeName(host, input))),
    probeAddresses(input),
    probeDnsRecords(input.system, input.clock),
  ]);
  return [...names.flat(), ...addresses, ...records];
}

async function probeName(host: string, { system, resolver, clock }: DnsInput): Promise<Row[]> {
  const { dns } = system.environment;
  const at = clock.now().toISOString();
  const declared = dns.addresses[host];
  const answers = await quickest(host, resolver, dns);
  const past = dns.resolvers.length === 0 ? await resolver.nameServers(host) : undefined;
  const several = dns.resolvers.length > 1;
  const rows = answers.map((answer) => {
    const judgement = isMasked(answer, past, declared)
      ? masked(host, answer)
      : judgeName(host, answer, { declared, slowMs: dns.slow });
    return judgedRow(plannedName(host, several ? answer.resolver : undefined), judgement, at, answer.durationMs);
  });
  if (!several) return rows;
  const slowestMs = Math.max(...answers.map(({ durationMs }) => durationMs));
  return [...rows, judgedRow(plannedAgreement(host), judgeAgreement(host, answers), at, slowestMs)];
}

/**
 * What the resolvers say; where one seems slow, the quickest of `tries` looks, one after the other, counts: a machine that is
 * busy for a moment is no finding.
 */
async function quickest(
  host: string,
  resolver: HostResolver,
  { slow: slowMs, tries }: ResolvedSystem['environment']['dns'],
): Promise<readonly ResolverAnswer[]> {
  const isSlow = ({ addresses, durationMs }: ResolverAnswer): boolean => addresses.length > 0 && durationMs > slowMs;
  let best = await resolver.perResolver(host);
  for (let look = 1; look < tries && best.some(isSlow); look += 1) {
    const again = await resolver.perResolver(host);
    best = best.map((answer, index) => {
      const other = again[index];
      const isQuicker = other !== undefined && other.addresses.length > 0 && other.durationMs < answer.durationMs;
      return isSlow(answer) && isQuicker ? { ...answer, durationMs: other.durationMs } : answer;
    });
  }
  return best;
}

function plannedName(host: string, resolver: string | undefined): PlannedRow {
  const where = resolver === undefined ? '' : ` at the resolver ${resolver}`;
  const id = resolver === undefined ? `dns.${host}` : `dns.${host}@${resolver}`;
  return { id, layer: 'dns', title: `${host} resolves${where}`, severity: 'P0', by: 'engine' };
}

function plannedAgreement(host: string): PlannedRow {
  const title = `All declared resolvers say the same of ${host}`;
  return { id: `dns.${host}.agreement`, layer: 'dns', title, severity: 'P1', by: 'engine' };
}

/** Addresses have to be among the declared ones (all of them, where any are declared); slow is a warning. */
export function judgeName(
  host: string,
  answer: ResolverAnswer,
  limits: { readonly declared: readonly string[] | undefined; readonly slowMs: number },
): Judgement {
  const { resolver, addresses } = answer;
  const evidence = { resolver, addresses: [...addresses], durationMs: Math.round(answer.durationMs) };
  const expected = limits.declared === undefined ? 'an address' : limits.declared.join(', ');
  if (addresses.length === 0) {
    const why = inWords(answer.error ?? 'ENODATA');
    const message = `${host} does not resolve at ${resolver}: ${why}. Look at the zone of ${host}, not at the servers behind it.`;
    return { status: 'failed', message, expected, actual: answer.error ?? 'no address', evidence };
  }
  const foreign = addresses.filter((address) => limits.declared?.includes(address) === false);
  const missing = (limits.declared ?? []).filter((address) => !addresses.includes(address));
  if (foreign.length > 0 || missing.length > 0) {
    const parts = [
      foreign.length > 0 && `leads to ${foreign.join(', ')}`,
      missing.length > 0 && `lacks ${missing.join(', ')}`,
    ];
    const message = `${host} ${parts.filter(Boolean).join(' and ')} at ${resolver}; declared are ${expected}. Look at the records of ${host}, or at environments.*.dns.addresses.`;
    return { status: 'failed', message, expected, actual: addresses.join(', '), evidence };
  }
  if (answer.durationMs > limits.slowMs) {
    const tookMs = Math.round(answer.durationMs);
    const message = `${host} took ${tookMs} ms to resolve at ${resolver}; more than ${limits.slowMs} ms is slow. Every new user waits that long.`;
    return { status: 'warned', message, expected: `within ${limits.slowMs} ms`, actual: `${tookMs} ms`, evidence };
  }
  return { status: 'passed', evidence };
}

/** Different answers may be meant (by region): without declared addresses they are a warning, not a failure. */
export function judgeAgreement(host: string, answers: readonly ResolverAnswer[]): Judgement {
  const says = answers.map(
    ({ resolver, addresses, error }) => `${resolver}: ${addresses.join(', ') || (error ?? 'none')}`,
  );
  const actual = says.join('; ');
  const answering = answers.filter(({ addresses }) => addresses.length > 0);
  if (answering.length < answers.length) {
    const message = `The resolvers disagree on whether ${host} exists (${actual}).`;
    if (answering.length > 0) return { status: 'failed', message, expected: 'the same answer everywhere', actual };
    return {
      status: 'failed',
      message: `No declared resolver knows ${host} (${actual}).`,
      expected: 'an address',
      actual,
    };
  }
  const [first, ...others] = answering.map(({ addresses }) => new Set(addresses));
  const apart = first !== undefined && others.some((other) => first.isDisjointFrom(other));
  if (!apart) return { status: 'passed' };
  const message = `The resolvers lead to different addresses for ${host} (${actual}). Where that is meant, say so in environments.*.dns.addresses.`;
  return { status: 'warned', message, expected: 'the same answer everywhere', actual };
}

/** This machine knows the name, its name servers say that it does not exist: a hosts file or a cache answers here. */
function isMasked(
  answer: ResolverAnswer,
  past: ResolverAnswer | undefined,
  declared: readonly string[] | undefined,
): boolean {
  const here = answer.resolver === THIS_MACHINE && answer.addresses.length > 0;
  return here && declared === undefined && past?.error === 'ENOTFOUND';
}

function masked(host: string, { addresses }: ResolverAnswer): Judgement {
  const message = `${host} is known on this machine only (${addresses.join(', ')}): its name servers say that the name does not exist. A hosts file or a cache hides what users get. Declare environments.*.dns.resolvers or dns.addresses.`;
  return { status: 'inconclusive', reason: 'blind', message, actual: addresses.join(', ') };
}
