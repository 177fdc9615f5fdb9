/** Faults of the layer dns: DNS/Domain. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type CatalogueFault, type ContractPatch, fault, type InjectedFault } from '../fault.ts';
import { appears, PAGE } from '../inject.ts';

type DnsFault = Extract<Fault, { kind: 'dns' }>;

const says = (host: 'app' | 'api', answer: DnsFault['answer'], resolver?: 1 | 2): Fault => ({
  kind: 'dns',
  host: `${host}.mosaic.test`,
  answer,
  ...(resolver === undefined ? {} : { resolver }),
});
const name = (host: 'app' | 'api', answer: DnsFault['answer']): InjectedFault => ({ faults: [says(host, answer)] });

/** What an adopter has who declares neither addresses nor resolvers of his own choice. */
const NO_ADDRESSES: ContractPatch = { remove: ['/environments/embedded/dns/addresses'] };
/** As contracts write it: the value of an environment variable. */
const variable = (of: string): string => `\${${of}}`;
const TWO_RESOLVERS: ContractPatch = {
  set: { '/environments/embedded/dns/resolvers': [variable('REFERENCE_RESOLVER'), variable('REFERENCE_RESOLVER_2')] },
};
const second = (host: 'app' | 'api', answer: DnsFault['answer']): InjectedFault => ({
  faults: [says(host, answer, 2)],
  contract: TWO_RESOLVERS,
});
/** A server at the second address; the first one is right. */
const behindSecond = (
  host: 'app' | 'api',
  serves: Extract<Fault, { kind: 'second-server' }>['serves'],
  certificate?: Extract<Fault, { kind: 'second-server' }>['certificate'],
): InjectedFault => ({
  faults: [
    says(host, { addresses: ['127.0.0.1', '127.0.0.2'] }),
    {
      kind: 'second-server',
      host: `${host}.mosaic.test`,
      address: '127.0.0.2',
      serves,
      ...(certificate === undefined ? {} : { certificate }),
    },
  ],
  contract: NO_ADDRESSES,
});

export const DNS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L10-01',
    { title: 'Domain does not resolve', severity: 'P0', layer: 'dns' },
    {
      NXDOMAIN: name('app', { rcode: 'NXDOMAIN' }),
      SERVFAIL: name('app', { rcode: 'SERVFAIL' }),
      timeout: name('app', { silent: true }),
      'NXDOMAIN of the API host': name('api', { rcode: 'NXDOMAIN' }),
      'SERVFAIL of the API host': name('api', { rcode: 'SERVFAIL' }),
      'a name without address': name('app', { addresses: [] }),
    },
  ),
  fault(
    'L10-02',
    { title: 'Domain resolves to old server', severity: 'P0', layer: 'dns' },
    {
      'old ip': name('app', { addresses: ['127.0.0.9'] }),
      'one of two A stale': name('app', { addresses: ['127.0.0.1', '127.0.0.9'] }),
      'the old server still serves the old release': {
        faults: [
          says('app', { addresses: ['127.0.0.2'] }),
          { kind: 'second-server', host: 'app.mosaic.test', address: '127.0.0.2', serves: 'old-release' },
        ],
      },
      'one of two A stale, addresses not declared': behindSecond('app', 'old-release'),
      'one of two A stale, at the API host': behindSecond('api', 'old-release'),
    },
  ),
  fault('L10-04', {
    title: 'Hosts-file / resolver cache on runner masks public DNS',
    severity: 'P2',
    layer: 'dns',
    notInjectable: {
      '*': 'needs a hosts file of its own for the process; tests/unit/probe/dns/dns.test.ts shows the judgement',
    },
  }),
  fault(
    'L10-05',
    { title: 'www vs apex only one configured', severity: 'P1', layer: 'dns' },
    {
      www: {
        faults: [],
        contract: { set: { '/environments/embedded/dns/addresses/www.mosaic.test': ['127.0.0.1'] } },
      },
      'api subdomain': name('api', { rcode: 'NXDOMAIN' }),
      'a further name, without addresses': {
        faults: [],
        contract: { append: { '/environments/embedded/services/app/replicas': ['https://gone.mosaic.test:1'] } },
      },
    },
  ),
  fault(
    'L10-07',
    { title: 'Domain expires soon / CAA or MX lost', severity: 'P3', layer: 'dns', expect: 'warned' },
    {
      CAA: name('app', { without: ['CAA'] }),
      TXT: name('app', { without: ['TXT'] }),
      'CAA and TXT': name('app', { without: ['CAA', 'TXT'] }),
      'another authority': {
        faults: [],
        contract: { set: { '/environments/embedded/dns/records/0/contains': 'letsencrypt.org' } },
      },
    },
  ),
  fault(
    'L10-08',
    { title: 'DNS slow 4 s', severity: 'P2', layer: 'dns', expect: 'warned' },
    {
      '4 s': { ...name('app', { delayMs: 4000 }), env: { GATE10_ANSWER_WITHIN: '20s', GATE10_READY_WITHIN: '30s' } },
      // The front door's proxy does not wait that long for the name of the backend.
      '1.5 s at the API host': {
        ...name('api', { delayMs: 1500 }),
        expect: 'failed',
        layer: 'integration',
        env: { GATE10_ANSWER_WITHIN: '20s', GATE10_READY_WITHIN: '30s' },
      },
    },
  ),
  fault(
    'L10-09',
    { title: 'Dangling CNAME takeover page 200', severity: 'P0', layer: 'dns' },
    {
      'foreign 200': {
        faults: [
          says('app', { cname: 'parked.example.net', addresses: ['127.0.0.2'] }),
          { kind: 'second-server', host: 'app.mosaic.test', address: '127.0.0.2', serves: 'page' },
        ],
      },
      'foreign 200 with a certificate of its own': {
        faults: [
          says('app', { cname: 'parked.example.net', addresses: ['127.0.0.2'] }),
          {
            kind: 'second-server',
            host: 'app.mosaic.test',
            address: '127.0.0.2',
            serves: 'page',
            certificate: 'wrong-host',
          },
        ],
      },
      'foreign 200 behind one of two addresses': behindSecond('app', 'page'),
      'foreign 200 at the right address': {
        faults: [says('app', { addresses: ['127.0.0.9', '127.0.0.1'] }), { ...appears('/*', PAGE), at: 'frontend' }],
      },
    },
  ),
  fault(
    'X10-01',
    { title: 'One of several resolvers says something else', severity: 'P1', layer: 'dns' },
    {
      'does not know the name': second('app', { rcode: 'NXDOMAIN' }),
      fails: second('app', { rcode: 'SERVFAIL' }),
      'is silent': second('app', { silent: true }),
      'has an old address': second('app', { addresses: ['127.0.0.9'] }),
      'has an old address of the API host': second('api', { addresses: ['127.0.0.9'] }),
      'leads elsewhere, addresses not declared': {
        faults: [says('app', { addresses: ['127.0.0.9'] }, 2)],
        contract: { ...TWO_RESOLVERS, ...NO_ADDRESSES },
        expect: 'warned',
      },
    },
  ),
  fault(
    'X10-02',
    { title: 'One address of several is dead', severity: 'P1', layer: 'dns' },
    {
      A: { ...name('app', { addresses: ['127.0.0.1', '127.0.0.9'] }), contract: NO_ADDRESSES },
      'A of the API host': { ...name('api', { addresses: ['127.0.0.1', '127.0.0.9'] }), contract: NO_ADDRESSES },
      AAAA: { ...name('app', { addresses: ['127.0.0.1', '::1'] }), contract: NO_ADDRESSES },
    },
  ),
  fault(
    'X10-03',
    { title: 'One address of several has another certificate', severity: 'P1', layer: 'dns' },
    {
      'of another host': behindSecond('app', 'old-release', 'wrong-host'),
      expired: behindSecond('app', 'old-release', 'expired'),
    },
  ),
  fault(
    'X10-04',
    { title: 'A declared address is missing', severity: 'P1', layer: 'dns' },
    {
      'one of two': {
        faults: [],
        contract: { set: { '/environments/embedded/dns/addresses/app.mosaic.test': ['127.0.0.1', '127.0.0.5'] } },
      },
    },
  ),
  fault(
    'X10-05',
    { title: 'Odd but healthy names', severity: 'P3', layer: 'dns', expect: 'passed' },
    {
      'an alias': name('app', { cname: 'edge.cdn.example', addresses: ['127.0.0.1'] }),
      'no time to live': name('app', { addresses: ['127.0.0.1'], ttlSeconds: 0 }),
      'a week to live': name('app', { addresses: ['127.0.0.1'], ttlSeconds: 604_800 }),
      'an answer after 200 ms': name('app', { delayMs: 200 }),
      'two resolvers that agree': { faults: [], contract: TWO_RESOLVERS },
      'an address of IPv6 that nobody here can reach': {
        ...name('app', { addresses: ['127.0.0.1', '2001:db8::1'] }),
        contract: NO_ADDRESSES,
      },
    },
  ),
];
