/** Records of the zone beside addresses, where some are declared: CAA, TXT, MX, NS. */
import { Resolver } from 'node:dns/promises';
import type { DnsRecordContract } from '../../contract/dns-record-schema.ts';
import type { ResolvedSystem } from '../../contract/schema.ts';
import type { Clock } from '../clock.ts';
import { inWords } from '../http/resolver.ts';
import { observeRow } from '../observe-row.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { PlannedRow, Row } from '../schema.ts';

/** Row ids: `dns.<host>.<TYPE>`, with `.2` and so on where several of one type are declared for a host. */
export function planDnsRecords(system: ResolvedSystem): PlannedRow[] {
  const { records } = system.environment.dns;
  return records.map((record, index) => {
    const isSame = ({ host, type }: DnsRecordContract): boolean => host === record.host && type === record.type;
    const before = records.slice(0, index).filter(isSame).length;
    const source = sourceOf(system, `environments.${system.environmentName}.dns.records.${index}`);
    return {
      id: `dns.${record.host}.${record.type}${before === 0 ? '' : `.${before + 1}`}`,
      layer: 'dns',
      title: `${record.host} has the ${record.type} record "${record.contains}"`,
      severity: 'P3',
      by: 'engine',
      ...(source === undefined ? {} : { source }),
    };
  });
}

export async function probeDnsRecords(system: ResolvedSystem, clock: Clock): Promise<Row[]> {
  const { dns, deadlines } = system.environment;
  const planned = planDnsRecords(system);
  return Promise.all(
    planned.map((row, index) => {
      const record = dns.records[index];
      if (record === undefined) throw new Error(`no record is declared for ${row.id}`);
      return observeRow(row, clock, () => lookFor(record, dns.resolvers, deadlines.connect));
    }),
  );
}

async function lookFor(record: DnsRecordContract, resolvers: readonly string[], timeoutMs: number): Promise<Judgement> {
  const { host, type, contains } = record;
  const resolver = new Resolver({ timeout: Math.max(1, Math.ceil(timeoutMs / 3)), tries: 2 });
  if (resolvers.length > 0) resolver.setServers([...resolvers]);
  const found = await recordsOf(resolver, host, type).catch((error: NodeJS.ErrnoException) => error);
  const expected = `${type} record with "${contains}"`;
  if (found instanceof Error) {
    const code = found.code ?? 'UNKNOWN';
    const none = code === 'ENODATA' || code === 'ENOTFOUND';
    const why = none ? `${host} has no ${type} record` : `its ${type} records cannot be read: ${inWords(code)}`;
    return {
      status: 'warned',
      message: `${why}. Declared is one with "${contains}". Look at the zone.`,
      expected,
      actual: code,
    };
  }
  if (found.some((text) => text.includes(contains))) return { status: 'passed', evidence: { records: found.length } };
  const actual = found.join('; ');
  const message = `No ${type} record of ${host} contains "${contains}" (${actual}). Look at the zone, or at environments.*.dns.records.`;
  return { status: 'warned', message, expected, actual };
}

/** One line for each record, as zone files have them. */
async function recordsOf(resolver: Resolver, host: string, type: DnsRecordContract['type']): Promise<string[]> {
  switch (type) {
    case 'CAA':
      return (await resolver.resolveCaa(host)).map(({ critical, ...properties }) =>
        Object.entries(properties)
          .map(([tag, value]) => `${critical} ${tag} ${String(value)}`)
          .join(' '),
      );
    case 'TXT':
      return (await resolver.resolveTxt(host)).map((chunks) => chunks.join(''));
    case 'MX':
      return (await resolver.resolveMx(host)).map(({ priority, exchange }) => `${priority} ${exchange}`);
    case 'NS':
      return await resolver.resolveNs(host);
  }
}
