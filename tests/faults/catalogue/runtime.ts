/** Faults of the layer runtime: Backend Runtime. */
import { readFileSync } from 'node:fs';
import { behaves, operation, together } from '../broken.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, backendAnswers, backendPatches, edge, PAGE, problem } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'runtime' } as const;
const P1 = { severity: 'P1', layer: 'runtime' } as const;
const P2 = { severity: 'P2', layer: 'runtime' } as const;

/** Metrics that somebody keeps in a cache. */
const STANDING_METRICS = {
  status: 200,
  contentType: 'text/plain; version=0.0.4',
  body: '# TYPE http_requests_total counter\nhttp_requests_total{method="GET",route="/jobs",status="200"} 7\n',
};

/** Another file of alert rules in the contracts. */
function alerts(change: (text: string) => string): InjectedFault {
  const file = 'monitoring/alerts.yaml';
  const text = readFileSync(new URL(`../../../contracts/${file}`, import.meta.url), 'utf8');
  return { contract: { files: { [file]: change(text) } } };
}

export const RUNTIME_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L02-01',
    { ...P0, title: 'Backend process down' },
    {
      refused: {
        faults: [
          { kind: 'replica', replica: 1, action: 'stop' },
          { kind: 'replica', replica: 2, action: 'stop' },
        ],
      },
      'refused by one of two': { faults: [{ kind: 'replica', replica: 2, action: 'stop' }] },
      '502': backendAnswers('/*', problem(502)),
      '504': backendAnswers('/*', problem(504)),
    },
  ),
  fault(
    'L02-02',
    { ...P0, title: 'Crash loop: up ~25 s per cycle, health 200 in window' },
    {
      '3 s': {
        how: 'run',
        faults: [
          { kind: 'replica', replica: 1, action: 'crash-loop', everyMs: 3000 },
          { kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 3000 },
        ],
      },
      'one of two instances loops': {
        how: 'run',
        faults: [{ kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 3000 }],
      },
      '10 s': {
        how: 'run',
        faults: [{ kind: 'replica', replica: 2, action: 'crash-loop', everyMs: 10_000 }],
      },
    },
  ),
  fault(
    'L02-03',
    { severity: 'P0', layer: 'endpoints', title: 'Health says 200 {ok:true} while real route throws 500' },
    {
      '500': { faults: [appears('/jobs', problem(500))] },
      '500 of a path with a parameter': { faults: [appears('/jobs/*', problem(500))] },
      'wedged 30 s': { faults: [appears('/jobs', { silent: true })] },
      'wrong data': backendPatches('/jobs', { '/items': [], '/total': 0 }),
    },
  ),
  fault(
    'L02-05',
    { ...P1, title: 'Health 200 but 9 s slow', alsoNames: ['endpoints', 'integration'] },
    {
      '600 ms': { how: 'run', faults: [appears('/*', { delayMs: 600 })] },
      '9 s': { faults: [appears('/*', { delayMs: 9000 })] },
      'bimodal 10%': { how: 'run', faults: [{ ...appears('/*', { delayMs: 900 }), rate: 0.1 }] },
    },
  ),
  fault(
    'L02-06',
    { ...P0, title: 'Accepts TCP, never answers' },
    {
      'no bytes': { faults: [appears('/*', { silent: true })] },
      'headers only': { faults: [appears('/*', { headersOnly: true })] },
      'drip 1 B/0.5 s': { faults: [appears('/*', { dripMs: 500 })] },
      'half a body': { faults: [appears('/*', { truncate: true })] },
      'connections are closed': { faults: [appears('/*', { reset: true })] },
    },
  ),
  fault(
    'L02-07',
    { ...P1, title: 'Response truncated mid-body' },
    {
      'CL mismatch': { faults: [appears('/health', { truncate: true })] },
      'close-delimited': { faults: [appears('/health', { closeDelimited: true })] },
      'gzip truncated': { faults: [appears('/health', { spoil: 'cut-gzip' })] },
      'CL mismatch at one of two replicas': { faults: [{ ...appears('/health', { truncate: true }), replica: 2 }] },
    },
  ),
  fault(
    'L02-08',
    { ...P1, title: 'Warm-up: 503 for first 20 s after restart', expect: 'passed' },
    {
      '5 s': { ...behaves({ name: 'warm-up', forMs: 5000 }), patient: true },
      '1 s at one of two replicas': { ...behaves({ name: 'warm-up', forMs: 1000 }, 2), patient: true },
      'just over deadline => FAILED': { ...behaves({ name: 'warm-up', forMs: 600_000 }), expect: 'failed' },
    },
  ),
  fault('L02-09', {
    ...P2,
    title: 'Single transient RST on one probe',
    expect: 'passed',
    notInjectable: { '*': 'it is noise that stays green: N03' },
  }),
  fault(
    'L02-10',
    { ...P0, title: 'Intermittent 20% 500s hidden by retries' },
    {
      '50%': { faults: [{ ...appears('/*', problem(500)), rate: 0.5 }] },
      '5%': { how: 'run', faults: [{ ...appears('/jobs*', problem(500)), rate: 0.05 }] },
      '20%': { faults: [{ ...appears('/*', problem(500)), rate: 0.2 }] },
    },
  ),
  fault(
    'L02-11',
    { ...P2, title: 'Memory/FD leak: OK for 10 requests, then fails' },
    {
      '10': { faults: [{ ...appears('/*', problem(500)), after: 10 }] },
      // the layer's own looks may be among the first forty; what samples over a time is not
      '40': { how: 'run', faults: [{ ...appears('/*', problem(500)), after: 40 }] },
      '40 at one of two replicas': { how: 'run', faults: [{ ...appears('/*', problem(500)), after: 40, replica: 2 }] },
    },
  ),
  fault(
    'X02-01',
    { ...P0, title: 'The backend says of itself that it is not well' },
    {
      '503': operation('GET', '/health', problem(503)),
      'ok is false under 200': operation('GET', '/health', { patchJson: { '/ok': false, '/status': 'fail' } }),
      'ok is false at one of two replicas': {
        faults: [{ ...appears('/health', { patchJson: { '/ok': false, '/status': 'fail' } }), replica: 1 }],
      },
      'no word of its checks': operation('GET', '/health', { removeJson: ['/checks'] }),
    },
  ),
  fault(
    'X02-02',
    { ...P1, title: 'Health is answered by something that is not the backend' },
    {
      'a page': operation('GET', '/health', { status: 200, body: '<html>ok</html>', contentType: 'text/html' }),
      'the word OK': operation('GET', '/health', { status: 200, body: 'OK', contentType: 'text/plain' }),
      'an empty body': operation('GET', '/health', { spoil: 'empty' }),
      '204': operation('GET', '/health', { status: 204, body: '' }),
    },
  ),
  fault(
    'X02-03',
    { ...P1, title: 'The process stalls again and again' },
    { '2 s of every 4 s': { how: 'run', faults: [appears('/*', { stall: { everyMs: 4000, forMs: 2000 } })] } },
  ),
  fault(
    'X02-04',
    { ...P1, title: 'One replica is another one than the other' },
    {
      'its health fails': { faults: [{ ...appears('/health', problem(503)), replica: 2 }] },
      'it hangs': { faults: [{ ...appears('/*', { silent: true }), replica: 1 }] },
      'it resets': { faults: [{ ...appears('/*', { reset: true }), replica: 2 }] },
      'it fails one call in three': { faults: [{ ...appears('/*', problem(500)), replica: 2, rate: 0.3 }] },
    },
  ),
  fault(
    'X02-05',
    { ...P1, title: 'Down and up again while one looks' },
    {
      'stalls and resets': together(
        { faults: [{ ...appears('/*', { reset: true }), rate: 0.3 }] },
        { faults: [{ ...appears('/*', { delayMs: 200 }), rate: 0.3 }] },
      ),
    },
  ),
  fault(
    'X02-06',
    { ...P1, title: 'Nobody can watch the process: its metrics stand still' },
    {
      gone: operation('GET', '/metrics', problem(404)),
      'a web page': operation('GET', '/metrics', PAGE),
      'the same text for ever': operation('GET', '/metrics', STANDING_METRICS),
      'the same text for ever at one of two replicas': {
        faults: [{ ...appears('/metrics', STANDING_METRICS), replica: 2 }],
      },
      'a line that is cut off': operation('GET', '/metrics', { ...STANDING_METRICS, body: 'http_requests_total{rou' }),
    },
  ),
  fault(
    'X02-07',
    { ...P2, title: 'The alerts are not those that were promised' },
    {
      'one has another name': alerts((text) => text.replace('MosaicProviderFails', 'ProviderFails')),
      'one has no expression': alerts((text) => text.replace(/expr: sum\(rate\(auth.*\n/, '\n')),
      'the file is broken': alerts(() => 'groups: ['),
      'a new operation has none': {
        ...alerts((text) => text.replaceAll('/analytics/summary', '/analytics/other')),
        expect: 'warned',
      },
    },
  ),
  fault(
    'X02-08',
    { ...P1, title: 'The balancer speaks for the backend' },
    {
      'it answers the health itself': {
        faults: [edge('api', '/health', { answer: { body: 'OK', headers: { 'content-type': 'text/plain' } } })],
      },
    },
  ),
  fault(
    'X02-09',
    { ...P1, title: 'A replica that takes no requests is not fit for any' },
    {
      'it is not well': {
        faults: [
          { kind: 'replica', replica: 2, action: 'out-of-rotation' },
          { ...appears('/health', { patchJson: { '/ok': false, '/status': 'fail' } }), replica: 2 },
        ],
      },
      'it has the build of before': {
        faults: [
          { kind: 'replica', replica: 2, action: 'out-of-rotation' },
          {
            ...appears('/__version', { patchJson: { '/git_sha': '0123456789abcdef0123456789abcdef01234567' } }),
            replica: 2,
          },
        ],
      },
    },
  ),
  fault(
    'X02-10',
    { ...P1, title: 'The build has other dependencies than its commit' },
    {
      'another lockfile': backendPatches('/__version', { '/lockfile_sha256': '0'.repeat(64) }),
      'another lockfile at one of two replicas': {
        faults: [{ ...appears('/__version', { patchJson: { '/lockfile_sha256': '0'.repeat(64) } }), replica: 2 }],
      },
    },
  ),
  fault(
    'X02-11',
    { ...P1, title: 'Few answers take very long' },
    {
      'one in fifty takes 1.5 s': {
        how: 'run',
        faults: [{ ...appears('/*', { delayMs: 1500 }), rate: 0.02 }],
        // Slowly: what else this machine has to do must not be what 5 % of the answers wait for.
        contract: { set: { '/environments/embedded/sampling/ratePerSecond': 30 } },
      },
    },
  ),
];
