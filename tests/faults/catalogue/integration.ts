/** Faults of the layer integration: Integration Layer. */
import type { Fault } from '../../../reference-system/attach.ts';
import { type CatalogueFault, fault, type InjectedFault } from '../fault.ts';
import { appears, backendAnswers, edge, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

const LOGIN_PAGE = { location: 'https://app.mosaic.test/login' };
const door = (path: string, more: Parameters<typeof edge>[2]): InjectedFault => ({ faults: [edge('app', path, more)] });
/** The front door itself answers, without asking the backend. */
const doorSays = (path: string, action: Parameters<typeof appears>[1]): InjectedFault => ({
  faults: [{ ...appears(path, action), at: 'frontend' }],
});
/** The contract does not say which fields of this path differ from call to call. */
const undeclared = (...paths: readonly number[]): InjectedFault => ({
  contract: { remove: paths.map((path) => `/edges/0/paths/${path}/volatile`) },
});
/** The backend takes its time, and the proxy none. */
const slow = (path: string, ms: number, more: readonly Fault[]): InjectedFault => ({
  faults: [appears(path, { delayMs: ms }), ...more],
  env: { GATE10_ANSWER_WITHIN: '5s' },
});

export const INTEGRATION_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L03-01',
    { title: 'Proxy points at dead backend (seed incident)', severity: 'P0', layer: 'integration' },
    {
      '502': { faults: [{ kind: 'proxy-dead-host' }] },
      '404 from static': { faults: [{ kind: 'proxy-rule-missing' }] },
      'html 200': { faults: [{ kind: 'proxy-spa-fallback' }] },
      'the name of the backend is gone for the proxy only': doorSays('/jobs*', problem(502)),
    },
  ),
  fault(
    'L03-02',
    { title: 'Proxy rule missing: API path falls to static 404', severity: 'P0', layer: 'integration' },
    {
      '404': { faults: [{ kind: 'proxy-rule-missing' }] },
      '200 html fallback': { faults: [{ kind: 'proxy-spa-fallback' }] },
      '404 of one path': doorSays('/jobs', ROUTE_NOT_FOUND),
      '200 html fallback of one path': doorSays('/jobs', PAGE),
      'html that is called JSON': doorSays('/jobs', { ...PAGE, contentType: 'application/json' }),
    },
  ),
  fault(
    'L03-04',
    { title: 'Proxied response differs from direct (stale upstream)', severity: 'P1', layer: 'integration' },
    {
      'sha differs': { faults: [{ kind: 'stale-upstream' }] },
      'every second request goes to the old release': { faults: [{ kind: 'stale-upstream', share: 0.5 }] },
      'field missing': door('/jobs/1', { answer: { replace: [{ pattern: ',"company":"[^"]*"', to: '' }] } }),
      'another value': door('/jobs/1', { answer: { replace: [{ pattern: '"id":1,', to: '"id":2,' }] } }),
      'another type': door('/jobs/1', { answer: { replace: [{ pattern: '"remote":false', to: '"remote":"false"' }] } }),
      'order of members only': {
        ...door('/jobs/1', { answer: { replace: [{ pattern: '"id":1,("title":"[^"]*"),', to: '$1,"id":1,' }] } }),
        expect: 'passed',
      },
    },
  ),
  fault(
    'L03-05',
    {
      title: 'Volatile fields make a strict equality red',
      severity: 'P2',
      layer: 'integration',
      expect: 'passed',
      notInjectable: { uptime: 'no answer of the embedded system has one; latency_ms of /health is of its kind' },
    },
    {
      timestamp: undeclared(0),
      'names of replicas': undeclared(3),
      'request id': undeclared(0, 3),
    },
  ),
  fault(
    'L03-06',
    { title: 'Proxy strips Authorization / cookies / body', severity: 'P1', layer: 'integration' },
    {
      auth: door('/*', { request: { dropHeaders: ['authorization'] } }),
      cookie: door('/*', { request: { dropHeaders: ['cookie'] } }),
      'body 413': door('/*', { request: { bodyLimitBytes: 1024 } }),
      'body 413 of 32 KB': door('/*', { request: { bodyLimitBytes: 32_768 } }),
      'content type': door('/*', { request: { dropHeaders: ['content-type'] } }),
    },
  ),
  fault(
    'L03-07',
    { title: 'Proxy rewrites path prefix wrongly', severity: 'P1', layer: 'integration' },
    {
      'double slash': { faults: [{ kind: 'proxy-rewrite', pattern: '^/', to: '//' }] },
      'lost query': { faults: [{ kind: 'proxy-rewrite', pattern: '\\?.*$', to: '' }] },
      'prefix kept': { faults: [{ kind: 'proxy-rewrite', pattern: '^/', to: '/api/' }] },
      'query encoded twice': { faults: [{ kind: 'proxy-rewrite', pattern: '=(\\w)', to: '=%2525$1' }] },
      'parameter lost': { faults: [{ kind: 'proxy-rewrite', pattern: '^/jobs/\\d+', to: '/jobs' }] },
    },
  ),
  fault('L03-09', {
    title: 'Websocket/SSE upgrade not proxied',
    severity: 'P2',
    layer: 'integration',
    notInjectable: { '*': 'the embedded system has neither websockets nor server-sent events' },
  }),
  fault(
    'L03-10',
    { title: 'Slow proxy buffer / timeout 504 on long route', severity: 'P2', layer: 'integration' },
    {
      '504': slow('/jobs/1', 900, [{ kind: 'proxy-timeout', ms: 300 }]),
      truncated: doorSays('/jobs/1', { truncate: true }),
      'no byte': doorSays('/jobs/1', { silent: true }),
    },
  ),
  fault(
    'L03-11',
    { title: 'Redirect from API to login page returns 200', severity: 'P0', layer: 'authentication' },
    {
      '302': backendAnswers('/auth/me', { status: 302, body: '', headers: LOGIN_PAGE }),
      '307': backendAnswers('/auth/me', { status: 307, body: '', headers: LOGIN_PAGE }),
      'meta refresh': backendAnswers('/auth/me', PAGE),
    },
  ),
  fault(
    'L03-12',
    { title: 'Legit apex->www redirect makes the gate red', severity: 'P2', layer: 'integration', expect: 'passed' },
    {
      '301': { faults: [{ kind: 'plain-http', host: 'app.mosaic.test', status: 301, location: '$url' }] },
      '308': { faults: [{ kind: 'plain-http', host: 'app.mosaic.test', status: 308, location: '$url' }] },
    },
  ),
  fault(
    'X03-01',
    { title: 'The front door answers from a cache', severity: 'P1', layer: 'integration' },
    {
      'with its age': door('/jobs*', { cache: { age: true } }),
      'without a word': door('/health', { cache: {} }),
      'stale while it revalidates': door('/jobs*', { cache: { age: true, revalidate: true } }),
      'as the CDN says': door('/jobs/1', { answer: { headers: { 'cf-cache-status': 'HIT' } } }),
      'the identity': door('/__version', { cache: { age: true } }),
    },
  ),
  fault(
    'X03-02',
    { title: 'The front door keeps what the service forbids to keep', severity: 'P1', layer: 'integration' },
    {
      'no-store becomes public': door('/__version', {
        answer: { headers: { 'cache-control': 'public, max-age=600' } },
      }),
      'no-store is lost': door('/__version', { answer: { headers: { 'cache-control': null } } }),
    },
  ),
  fault(
    'X03-03',
    { title: 'The proxy changes the method', severity: 'P1', layer: 'integration' },
    {
      'POST becomes GET': { faults: [edge('app', '/*', { request: { method: 'GET' } }, 'POST')] },
      'POST falls to the page': {
        faults: [{ ...appears('/*', PAGE), at: 'frontend', match: { method: 'POST', path: '/*' } }],
      },
      'POST is not allowed': {
        faults: [{ ...appears('/*', problem(405)), at: 'frontend', match: { method: 'POST', path: '/*' } }],
      },
    },
  ),
  fault(
    'X03-04',
    { title: 'The proxy breaks answers on their way out', severity: 'P1', layer: 'integration' },
    {
      'announces gzip and sends none': door('/jobs*', { answer: { headers: { 'content-encoding': 'gzip' } } }),
      'takes the content type away': door('/jobs*', { answer: { headers: { 'content-type': null } } }),
      'says text/plain': door('/jobs*', { answer: { headers: { 'content-type': 'text/plain' } } }),
      'drops a header that clients need': door('/chat', { answer: { headers: { 'www-authenticate': null } } }),
      'puts a byte order mark before it': door('/jobs*', { answer: { replace: [{ pattern: '^', to: '\uFEFF' }] } }),
      'adds a banner of its own': door('/jobs*', { answer: { replace: [{ pattern: '$', to: '<!-- proxied -->' }] } }),
      'makes an error of a success': door('/jobs*', { answer: { status: 203 } }),
    },
  ),
  fault(
    'X03-05',
    { title: 'The network of the front door has a hiccup', severity: 'P3', layer: 'integration', expect: 'passed' },
    {
      'one connection is reset': door('/jobs/1', { times: 1, reset: true }),
      'one answer comes late': { faults: [appears('/jobs/1', { delayMs: 300 })] },
    },
  ),
];
