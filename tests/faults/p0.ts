/**
 * The worst faults of the catalogue (severity P0, layers L01 to L14) that the embedded system can have: what is broken, and
 * the layer that has to be among the failed ones. Those that need a browser or time lie in `p0-watched.ts`.
 */
import type { LayerId } from '../../src/contract/layers.ts';
import {
  answers,
  appears,
  backendAnswers,
  backendPatches,
  type InjectedFault,
  type P0Fault,
  PAGE,
  problem,
  ROUTE_NOT_FOUND,
} from './inject.ts';

/** Every path of the API but its identity. */
const API_PATHS = ['/health', '/__config', '/auth/*', '/files*', '/jobs*', '/chat', '/reranker/*', '/analytics/*'];
const SIBLING = '0123456789abcdef0123456789abcdef01234567';
const LOGIN_PAGE = { location: 'https://app.mosaic.test/login' };

function each(id: string, layer: LayerId, variants: Readonly<Record<string, InjectedFault>>): P0Fault[] {
  return Object.entries(variants).map(([variant, injected]) => ({ id, variant, layer, ...injected }));
}

export const P0_FAULTS: readonly P0Fault[] = [
  ...each('L01-01', 'code-authority', {
    'old sha': { release: 'A' },
    'old version string but new sha': backendPatches('/__version', { '/version': '1.3.0' }),
    'sha of a sibling branch': backendPatches('/__version', { '/git_sha': SIBLING }),
  }),
  ...each('L01-03', 'code-authority', {
    '404': backendAnswers('/__version', ROUTE_NOT_FOUND),
    '500': backendAnswers('/__version', problem(500)),
    '200 with {}': backendAnswers('/__version', { status: 200, body: '{}', contentType: 'application/json' }),
  }),
  ...each('L01-04', 'code-authority', {
    html: backendAnswers('/__version', PAGE),
    'html with JSON content-type': backendAnswers('/__version', { ...PAGE, contentType: 'application/json' }),
  }),
  ...each('L01-05', 'code-authority', {
    'old pid keeps port': backendPatches('/__version', { '/started_at': '2020-01-01T00:00:00.000Z' }),
    'the same at one of two replicas': {
      faults: [
        {
          ...appears('/__version', { patchJson: { '/started_at': '2020-01-01T00:00:00.000Z' } }),
          at: 'backend',
          replica: 2,
        },
      ],
    },
  }),

  ...each('L02-01', 'runtime', {
    refused: {
      faults: [
        { kind: 'replica', replica: 1, action: 'stop' },
        { kind: 'replica', replica: 2, action: 'stop' },
      ],
    },
    '502': backendAnswers('/*', problem(502)),
    '504': backendAnswers('/*', problem(504)),
  }),
  ...each('L02-03', 'endpoints', {
    '500': { faults: [appears('/jobs', problem(500))] },
    '500 of a path with a parameter': { faults: [appears('/jobs/*', problem(500))] },
    'wedged 30 s': { faults: [appears('/jobs', { silent: true })] },
    'wrong data': backendPatches('/jobs', { '/items': [], '/total': 0 }),
  }),
  ...each('L02-06', 'runtime', {
    'no bytes': { faults: [appears('/*', { silent: true })] },
    'half a body': { faults: [appears('/*', { truncate: true })] },
    'connections are closed': { faults: [appears('/*', { reset: true })] },
  }),
  ...each('L02-10', 'runtime', {
    '50%': { faults: [{ ...appears('/*', problem(500)), rate: 0.5 }] },
    '20%': { faults: [{ ...appears('/*', problem(500)), rate: 0.2 }] },
  }),

  ...each('L03-01', 'integration', {
    '502': { faults: [{ kind: 'proxy-dead-host' }] },
    'html 200': { faults: [{ kind: 'proxy-spa-fallback' }] },
  }),
  ...each('L03-02', 'integration', {
    '404': { faults: [{ kind: 'proxy-rule-missing' }] },
    '404 of one path': { faults: [{ ...appears('/jobs', ROUTE_NOT_FOUND), at: 'frontend' }] },
    '200 html fallback of one path': { faults: [{ ...appears('/jobs', PAGE), at: 'frontend' }] },
  }),
  ...each('L03-11', 'authentication', {
    '302': backendAnswers('/auth/me', { status: 302, body: '', headers: LOGIN_PAGE }),
    '307': backendAnswers('/auth/me', { status: 307, body: '', headers: LOGIN_PAGE }),
    'meta refresh': backendAnswers('/auth/me', PAGE),
  }),

  ...each('L04-01', 'database', {
    stop: { faults: [{ kind: 'database', action: 'stop' }] },
    'stop, and health says 200': {
      faults: [
        { kind: 'database', action: 'stop' },
        appears('/health', {
          status: 200,
          contentType: 'application/json',
          body: JSON.stringify({
            ok: true,
            status: 'pass',
            checks: {
              database: { ok: true, latency_ms: 1 },
              schema: { ok: true, latency_ms: 1, actual: 4, expected: 4 },
              storage: { ok: true, latency_ms: 1 },
              provider: { ok: true, latency_ms: 1 },
            },
            time: '2026-01-01T00:00:00.000Z',
          }),
        }),
      ],
    },
  }),
  ...each('L04-05', 'database', {
    empty: backendPatches('/jobs', { '/items': [], '/total': 0 }),
  }),
  ...each('L04-07', 'database', {
    fixtures: backendPatches('/auth/me', { '/email': 'demo@example.com', '/name': 'Demo' }),
    'cached response': backendAnswers(
      '/auth/me',
      answers(200, { id: '1', email: 'a@b.example', name: 'canary of before' }),
    ),
    'in-memory store': { faults: [{ ...appears('/auth/me', problem(401)), replica: 2 }] },
  }),

  ...each('L05-01', 'external-apis', {
    '401': { faults: [{ kind: 'provider', status: 401 }] },
    '403': { faults: [{ kind: 'provider', status: 403 }] },
  }),

  ...each('L06-01', 'environment', {
    missing: backendPatches('/__config', { '/AI_API_KEY': 'missing' }),
    invalid: backendPatches('/__config', { '/DATABASE_URL': 'invalid' }),
    'missing at one of two replicas': {
      faults: [{ ...appears('/__config', { patchJson: { '/AI_API_KEY': 'missing' } }), replica: 2 }],
    },
  }),

  ...each('L07-01', 'storage', {
    'not writable': { faults: [{ kind: 'storage', action: 'read-only' }] },
    ENOENT: { faults: [{ kind: 'storage', action: 'missing' }] },
  }),
  ...each('L07-02', 'storage', {
    '0 bytes': { faults: [{ ...appears('/files', problem(507)), match: { method: 'POST', path: '/files' } }] },
    'enough for 0-byte file only': {
      faults: [
        {
          ...appears('/files/*', { status: 200, body: '', contentType: 'text/plain' }),
          match: { method: 'GET', path: '/files/*' },
        },
      ],
    },
  }),
  ...each('L07-03', 'storage', {
    'split dirs': {
      faults: [{ ...appears('/files/*', ROUTE_NOT_FOUND), match: { method: 'GET', path: '/files/*' }, replica: 2 }],
    },
    'wiped on restart': {
      faults: [{ ...appears('/files/*', ROUTE_NOT_FOUND), match: { method: 'GET', path: '/files/*' } }],
    },
  }),

  ...each('L08-01', 'authentication', {
    '500': backendAnswers('/auth/login', problem(500)),
    '404': backendAnswers('/auth/login', ROUTE_NOT_FOUND),
    timeout: { faults: [appears('/auth/login', { silent: true })] },
  }),
  ...each('L08-03', 'authentication', {
    '200': backendAnswers('/auth/me', answers(200, { id: '1', email: 'someone@example.com', name: 'Someone' })),
    '200 empty': backendAnswers('/files', answers(200, { items: [] })),
    'redirect to login 200': backendAnswers('/auth/me', PAGE),
  }),
  ...each('L08-04', 'authentication', {
    any: backendAnswers('/auth/login', answers(200, { token: 'a'.repeat(43), token_type: 'Bearer' })),
  }),

  ...each('L09-01', 'endpoints', {
    '404': backendAnswers('/analytics/summary', ROUTE_NOT_FOUND),
    '405': backendAnswers('/analytics/summary', problem(405)),
    '501': backendAnswers('/analytics/summary', problem(501)),
    '404 of one that writes': backendAnswers('/reranker/rerank', ROUTE_NOT_FOUND),
  }),
  ...each('L09-02', 'endpoints', {
    '500': backendAnswers('/analytics/health', problem(500)),
    '502': backendAnswers('/analytics/health', problem(502)),
    '000': { faults: [appears('/analytics/health', { reset: true })] },
  }),
  ...each('L09-05', 'endpoints', {
    'all 404': { faults: API_PATHS.map((path) => appears(path, ROUTE_NOT_FOUND)) },
    'all 401': { faults: API_PATHS.map((path) => appears(path, problem(401))) },
    'all 415': { faults: API_PATHS.map((path) => appears(path, problem(415))) },
  }),

  ...each('L10-01', 'dns', {
    NXDOMAIN: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { rcode: 'NXDOMAIN' } }] },
    SERVFAIL: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { rcode: 'SERVFAIL' } }] },
    timeout: { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { silent: true } }] },
    'NXDOMAIN of the API host': { faults: [{ kind: 'dns', host: 'api.mosaic.test', answer: { rcode: 'NXDOMAIN' } }] },
  }),
  ...each('L10-02', 'dns', {
    'old ip': { faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.9'] } }] },
    'one of two A stale': {
      faults: [{ kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.1', '127.0.0.9'] } }],
    },
  }),
  ...each('L10-09', 'dns', {
    'foreign 200': {
      faults: [
        { kind: 'dns', host: 'app.mosaic.test', answer: { addresses: ['127.0.0.9', '127.0.0.1'] } },
        { ...appears('/*', PAGE), at: 'frontend' },
      ],
    },
  }),

  ...each('L11-03', 'tls', {
    'other name': { faults: [{ kind: 'certificate', host: 'app.mosaic.test', variant: 'wrong-host' }] },
    'other name at the API host': { faults: [{ kind: 'certificate', host: 'api.mosaic.test', variant: 'wrong-host' }] },
  }),
  ...each('L11-05', 'tls', {
    'self signed': { faults: [{ kind: 'certificate', host: 'app.mosaic.test', variant: 'self-signed' }] },
    'private CA not trusted': { foreignCa: true },
  }),

  ...each('L13-01', 'cors', {
    missing: backendAnswers('/jobs', { headers: { 'access-control-allow-origin': null } }),
    'wrong origin': backendAnswers('/jobs', { headers: { 'access-control-allow-origin': 'https://other.example' } }),
    'http vs https': backendAnswers('/jobs', { headers: { 'access-control-allow-origin': 'http://app.mosaic.test' } }),
  }),
  ...each('L13-02', 'cors', {
    '404': { faults: [{ ...appears('/auth/login', ROUTE_NOT_FOUND), match: { method: 'OPTIONS', path: '/*' } }] },
    '405': { faults: [{ ...appears('/auth/login', problem(405)), match: { method: 'OPTIONS', path: '/*' } }] },
    redirect: {
      faults: [
        {
          ...appears('/auth/login', { status: 307, body: '', headers: LOGIN_PAGE }),
          match: { method: 'OPTIONS', path: '/*' },
        },
      ],
    },
  }),

  ...each('L14-01', 'schema', {
    'migration not run': backendPatches('/__version', { '/schema_version': 3 }),
    'migration not run, seen by one of two replicas': {
      faults: [{ ...appears('/__version', { patchJson: { '/schema_version': 3 } }), replica: 2 }],
    },
  }),
];
