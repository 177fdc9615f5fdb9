/** Faults of the layer external-apis: External APIs. */
import { operation, provider, together, variables } from '../broken.ts';
import { type CatalogueFault, fault } from '../fault.ts';
import { appears, edge, problem } from '../inject.ts';

const P0 = { severity: 'P0', layer: 'external-apis' } as const;
const P1 = { severity: 'P1', layer: 'external-apis' } as const;
const P2 = { severity: 'P2', layer: 'external-apis' } as const;
const P3 = { severity: 'P3', layer: 'external-apis' } as const;

/** Health and the reranker's health as a service says them that asks nobody. */
const HEALTH_ASKS_NOBODY = {
  faults: [
    appears('/health', { status: 200 }),
    appears('/health', {
      patchJson: { '/ok': true, '/status': 'pass', '/checks/provider': { ok: true, latency_ms: 1 } },
    }),
  ],
};

const RERANKER_IS_FINE = {
  body: '{"ok":true,"status":"pass","latency_ms":1,"time":"2026-01-01T00:00:00.000Z"}',
  headers: { 'content-type': 'application/json' },
};

export const EXTERNAL_APIS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L05-01',
    { ...P0, title: 'Key revoked: dependency 401' },
    {
      '401': provider({ status: 401 }),
      '401, and health asks nobody': together(provider({ status: 401 }), HEALTH_ASKS_NOBODY),
      '403': provider({ status: 403 }),
      '403, and health asks nobody': together(provider({ status: 403 }), HEALTH_ASKS_NOBODY),
    },
  ),
  fault(
    'L05-02',
    // The key alone would be a warning; here users get no answer from the coach, which is a failure.
    { ...P1, title: 'Quota exhausted 429' },
    {
      '429': together(provider({ status: 429, retryAfter: '1' }), HEALTH_ASKS_NOBODY),
      '402': together(provider({ status: 402 }), HEALTH_ASKS_NOBODY),
    },
  ),
  fault(
    'L05-04',
    { ...P1, title: 'Dependency hangs' },
    {
      'no bytes': provider({ silent: true }),
      'no bytes, and health asks nobody': together(provider({ silent: true }), HEALTH_ASKS_NOBODY),
      drip: provider({ dripMs: 500 }),
      'drip, and health asks nobody': together(provider({ dripMs: 500 }), HEALTH_ASKS_NOBODY),
      '8 s': provider({ delayMs: 8000 }),
    },
  ),
  fault(
    'L05-05',
    { severity: 'P1', layer: 'environment', title: 'Test key used in production (or prod key in test)' },
    {
      'sk_test in prod': variables({ AI_API_KEY: 'sk_test_{{value}}' }),
      'sk_test at one of two replicas': variables({ AI_API_KEY: 'sk_test_{{value}}' }, 2),
      placeholder: variables({ AI_API_KEY: 'your-api-key' }),
      'whitespace/newline at end': variables({ AI_API_KEY: '{{value}} \n' }),
    },
  ),
  fault('L05-07', {
    ...P1,
    title: 'Probe spends money / sends real mail',
    expect: 'passed',
    notInjectable: {
      '*': 'no fault of a system but one of the validator: the calls of the provider are counted in the control API, and the tests of the probe hold the count',
    },
  }),
  fault(
    'L05-08',
    { ...P3, title: 'Dependency answers from wrong region/model', expect: 'warned' },
    { 'model id': provider({ model: 'mosaic-coach-0' }) },
  ),
  fault(
    'X05-01',
    { ...P1, title: 'The provider fails' },
    {
      '500': provider({ status: 500 }),
      '503': provider({ status: 503 }),
      '500, and health asks nobody': together(provider({ status: 500 }), HEALTH_ASKS_NOBODY),
      '503, and health asks nobody': together(provider({ status: 503 }), HEALTH_ASKS_NOBODY),
    },
  ),
  fault(
    'X05-02',
    { ...P1, title: 'One of the calls fails, and the health calls another one' },
    {
      embeddings: provider({ status: 500, path: '/v1/embeddings' }),
      chat: provider({ status: 500, path: '/v1/chat/completions' }),
      'the key is not for chat': provider({ status: 403, path: '/v1/chat/completions' }),
    },
  ),
  fault(
    'X05-03',
    { ...P1, title: 'The provider answers something else than it promises' },
    {
      'a page': provider({ body: '<!doctype html><title>Sign in</title>', path: '/v1/chat/completions' }),
      'empty JSON': provider({ body: '{}', path: '/v1/chat/completions' }),
      'no choice': provider({ body: '{"choices":[]}', path: '/v1/chat/completions' }),
    },
  ),
  fault(
    'X05-04',
    { ...P1, title: 'The coach answers without the provider' },
    {
      'a canned reply': operation('POST', '/chat', { patchJson: { '/reply': 'I am here to help.' } }),
      'no usage': operation('POST', '/chat', { removeJson: ['/usage'] }),
    },
  ),
  fault(
    'X05-05',
    { ...P1, title: 'The coach fails before it asks' },
    { '500': operation('POST', '/chat', problem(500)), '503': operation('POST', '/chat', problem(503)) },
  ),
  fault(
    'X05-06',
    { ...P2, title: 'The key is in quotes: every call is refused' },
    {
      'both replicas': variables({ AI_API_KEY: '"{{value}}"' }),
      'one of two': variables({ AI_API_KEY: '"{{value}}"' }, 2),
    },
  ),
  fault(
    'X05-07',
    { ...P2, title: 'The coach is switched off' },
    { 'both replicas': variables({ FEATURE_COACH: 'off' }) },
  ),
  fault(
    'X05-08',
    { ...P1, title: 'The reranker is healthy for show' },
    {
      'says ok without the provider': together(
        provider({ status: 500, path: '/v1/embeddings' }),
        operation('GET', '/reranker/health', {
          status: 200,
          contentType: 'application/json',
          body: '{"ok":true,"status":"pass","latency_ms":1,"time":"2026-01-01T00:00:00.000Z"}',
        }),
      ),
    },
  ),
  fault(
    'X05-09',
    { ...P2, title: 'The quota of the provider comes to its end', expect: 'warned' },
    { 'little is left': provider({ remaining: 100 }), 'nothing is left': provider({ remaining: 0 }) },
  ),
  fault(
    'X05-10',
    { ...P1, title: 'The provider is paid with the key of a test, and takes it' },
    {
      'in the deploy environment': {
        ...provider({ testKeys: true }),
        env: { REFERENCE_PROVIDER_KEY: 'sk_test_0123456789' },
      },
    },
  ),
  fault(
    'X05-11',
    { ...P1, title: 'The reranker is ill, and the front door has a good word for it' },
    {
      'it answers itself': together(operation('GET', '/reranker/health', problem(503)), {
        faults: [edge('app', '/reranker/health', { answer: { status: 200, ...RERANKER_IS_FINE } })],
      }),
    },
  ),
  fault(
    'X05-12',
    { ...P2, title: 'The health of the reranker contradicts itself' },
    { 'ok, and fail': operation('GET', '/reranker/health', { patchJson: { '/status': 'fail' } }) },
  ),
];
