import { afterEach, describe, expect, it } from 'vitest';
import { type DnsServer, startDns } from '../../../../reference-system/edge/dns.ts';
import { planDnsRecords, probeDnsRecords } from '../../../../src/probe/dns/dns-records.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

let server: DnsServer | undefined;
afterEach(async () => {
  await server?.stop();
});

const records = [
  { host: 'app.test', type: 'CAA', contains: 'ca.test' },
  { host: 'app.test', type: 'TXT', contains: 'v=spf1' },
  { host: 'app.test', type: 'TXT', contains: 'site=1' },
];

async function statuses(faults: Parameters<DnsServer['setFaults']>[0]): Promise<string[]> {
  server = await startDns({
    zone: 'test',
    records: new Map([['app.test', ['127.0.0.1']]]),
    others: new Map([
      [
        'app.test',
        [
          { type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.test' } },
          { type: 'TXT', data: 'v=spf1 -all' },
          { type: 'TXT', data: 'site=1' },
        ],
      ],
    ]),
  });
  server.setFaults(faults);
  const system = smallSystem({ dns: { resolvers: [server.address], records }, deadlines: { connect: '500ms' } });
  const rows = await probeDnsRecords(system, testClock());
  expect(rows.map(({ id }) => id)).toEqual(planDnsRecords(system).map(({ id }) => id));
  expect(rows.map(({ id }) => id)).toEqual(['dns.app.test.CAA', 'dns.app.test.TXT', 'dns.app.test.TXT.2']);
  return rows.map(({ status }) => status);
}

describe('declared records', () => {
  it.each<[string, Parameters<DnsServer['setFaults']>[0], string[]]>([
    ['are there', [], ['passed', 'passed', 'passed']],
    ['are lost', [{ host: 'app.test', answer: { without: ['CAA', 'TXT'] } }], ['warned', 'warned', 'warned']],
    ['are partly lost', [{ host: 'app.test', answer: { without: ['CAA'] } }], ['warned', 'passed', 'passed']],
    ['cannot be read', [{ host: 'app.test', answer: { rcode: 'SERVFAIL' } }], ['warned', 'warned', 'warned']],
  ])('%s', async (_, faults, expected) => {
    expect(await statuses(faults)).toEqual(expected);
  });
});
