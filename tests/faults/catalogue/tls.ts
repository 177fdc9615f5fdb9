/** Faults of the layer tls: SSL/TLS. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, edge } from '../inject.ts';

type Variant = Extract<Fault, { kind: 'certificate' }>['variant'];

const at = (host: 'app' | 'api', variant: Variant): InjectedFault => ({
  faults: [{ kind: 'certificate', host: `${host}.mosaic.test`, variant }],
});
const both = (variant: Variant): InjectedFault => ({
  faults: (['app.mosaic.test', 'api.mosaic.test'] as const).map((host) => ({ kind: 'certificate', host, variant })),
});
const plain = (status: number, location?: string, host: 'app' | 'api' = 'app'): InjectedFault => ({
  faults: [
    { kind: 'plain-http', host: `${host}.mosaic.test`, status, ...(location === undefined ? {} : { location }) },
  ],
});
const without = (name: string): InjectedFault => ({
  faults: [edge('app', '/*', { answer: { headers: { [name]: null } } })],
});

export const TLS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L11-03',
    { title: 'Wrong host name', severity: 'P0', layer: 'tls' },
    {
      'other name': at('app', 'wrong-host'),
      'other name at the API host': at('api', 'wrong-host'),
      'IP only': at('app', 'ip-only'),
      'wildcard depth': at('app', 'wildcard-too-high'),
      'common name only': at('app', 'no-names'),
    },
  ),
  fault(
    'L11-04',
    { title: 'Incomplete chain (works in Chrome cache, fails in Node)', severity: 'P1', layer: 'tls' },
    {
      'leaf only': at('app', 'incomplete-chain'),
      'leaf only at the API host': at('api', 'incomplete-chain'),
      'wrong intermediate': at('app', 'wrong-intermediate'),
    },
  ),
  fault(
    'L11-05',
    { title: 'Self-signed', severity: 'P0', layer: 'tls' },
    {
      'self signed': at('app', 'self-signed'),
      'self signed at the API host': at('api', 'self-signed'),
      'private CA not trusted': { foreignCa: true },
      'another private CA': at('app', 'unknown-authority'),
    },
  ),
  fault(
    'L11-06',
    {
      title: 'ignoreHTTPSErrors:true in user config',
      severity: 'P0',
      layer: 'tls',
      expect: 'refused',
      notInjectable: {
        config: 'held by tests/reporters: the runner is configured by the user, not by the system under test',
        context: 'held by tests/reporters: the same',
      },
    },
    {
      'NODE_TLS_REJECT_UNAUTHORIZED=0': {
        env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        says: /switches certificate checks off/,
      },
    },
  ),
  fault(
    'L11-07',
    { title: 'TLS 1.0/weak cipher only', severity: 'P2', layer: 'tls' },
    {
      'TLS1.0': at('app', 'tls1.0'),
      'TLS1.1': at('app', 'tls1.1'),
      'TLS1.1 at the API host': at('api', 'tls1.1'),
    },
  ),
  fault(
    'L11-08',
    { title: 'Redirect hides the certificate problem of first host', severity: 'P2', layer: 'tls' },
    {
      'A expired': at('app', 'expired'),
      'B expiring': at('api', 'expires-soon'),
    },
  ),
  fault(
    'L11-09',
    {
      title: 'HSTS / security headers missing',
      severity: 'P2',
      layer: 'security',
      expect: 'warned',
      alsoNames: ['tls'],
    },
    {
      HSTS: without('strict-transport-security'),
      CSP: without('content-security-policy'),
      nosniff: without('x-content-type-options'),
    },
  ),
  fault(
    'L11-10',
    { title: 'HTTP not redirected to HTTPS', severity: 'P1', layer: 'tls' },
    {
      '200': { faults: [{ kind: 'redirect-missing' }] },
      '302 to other host': plain(302, 'https://www.example.com/'),
      '301 to other host': plain(301, 'https://evil.example/'),
      '301 to itself': plain(301, '/'),
      '301 to nowhere': plain(301),
      '404': plain(404),
      '200 at the API host': plain(200, undefined, 'api'),
    },
  ),
  fault(
    'L11-11',
    {
      title: 'Runner clock wrong makes good cert look expired',
      severity: 'P1',
      layer: 'tls',
      expect: 'inconclusive',
    },
    {
      '+2y': {
        env: { NODE_OPTIONS: '--import ./tests/faults/clock-offset.mjs', GATE10_TEST_CLOCK_OFFSET_DAYS: '730' },
      },
      '-2y': {
        env: { NODE_OPTIONS: '--import ./tests/faults/clock-offset.mjs', GATE10_TEST_CLOCK_OFFSET_DAYS: '-730' },
      },
    },
  ),
  fault(
    'X11-01',
    { title: 'The certificate is out of date', severity: 'P0', layer: 'tls' },
    {
      expired: at('app', 'expired'),
      'expired at the API host': at('api', 'expired'),
      'expired everywhere': both('expired'),
      'not valid yet': at('app', 'not-yet-valid'),
      'expires in three days': at('app', 'expires-soon'),
      'the intermediate is expired': at('app', 'expired-intermediate'),
    },
  ),
  fault(
    'X11-02',
    { title: 'The certificate can be broken', severity: 'P1', layer: 'tls' },
    {
      'RSA of 1024 bits': at('app', 'weak-key'),
      'signed with SHA-1': at('app', 'weak-signature'),
      'RSA of 1024 bits at the API host': at('api', 'weak-key'),
    },
  ),
  fault(
    'X11-03',
    { title: 'The certificate is meant for clients', severity: 'P1', layer: 'tls' },
    { 'extended key usage': at('app', 'not-for-servers') },
  ),
  fault(
    'X11-04',
    { title: 'Plain HTTP redirects for the moment only', severity: 'P3', layer: 'tls', expect: 'warned' },
    { '302': plain(302, '$url'), '307': plain(307, '$url'), '303': plain(303, '$url') },
  ),
  fault(
    'X11-05',
    { title: 'Odd but healthy ways to redirect', severity: 'P3', layer: 'tls', expect: 'passed' },
    { '301': plain(301, '$url'), '308 at the API host': plain(308, '$url', 'api') },
  ),
  fault(
    'X11-06',
    { title: 'The clocks differ by two seconds', severity: 'P3', layer: 'tls', expect: 'passed' },
    {
      'the runner is ahead': {
        env: { NODE_OPTIONS: '--import ./tests/faults/clock-offset.mjs', GATE10_TEST_CLOCK_OFFSET_DAYS: '0.0000232' },
      },
      'one host says another date': {
        faults: [appears('/health', { headers: { date: 'Mon, 01 Jan 2035 00:00:00 GMT' } })],
      },
    },
  ),
];
