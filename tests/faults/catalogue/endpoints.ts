/** Faults of the layer endpoints: API Endpoints. */
import { behaves, operation, together, variables } from '../broken.ts';
import { type CatalogueFault, type ContractPatch, fault } from '../fault.ts';
import { appears, backendAnswers, edge, PAGE, problem, ROUTE_NOT_FOUND } from '../inject.ts';

/** Every path of the API but its identity. */
const API_PATHS = ['/health', '/__config', '/auth/*', '/files*', '/jobs*', '/chat', '/reranker/*', '/analytics/*'];
/** The API contract of the contracts folder says this; the repository's is out of reach. */
const apiContract = (text: string): ContractPatch => ({
  remove: ['/code/openapi'],
  files: { 'openapi/backend.yaml': text },
});

const PAGE_OF_ITS_OWN = {
  body: '<!doctype html><html lang="en"><title>Blocked</title><body>Your request was blocked.</body></html>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};
const ONLY_BEHIND_A_LOGIN = `openapi: 3.1.0
info: { title: mosaic, version: 1.4.0 }
components: { securitySchemes: { bearer: { type: http, scheme: bearer } } }
paths:
  /analytics/summary:
    get:
      security: [{ bearer: [] }]
      responses: { "200": { description: What was used. }, "401": { description: Nobody is logged in. } }
`;

const P1 = { severity: 'P1', layer: 'endpoints' } as const;
const P2 = { severity: 'P2', layer: 'endpoints' } as const;

export const ENDPOINTS_FAULTS: readonly CatalogueFault[] = [
  fault(
    'L09-01',
    { title: 'New endpoint 404 (seed incident)', severity: 'P0', layer: 'endpoints' },
    {
      '404': backendAnswers('/analytics/summary', ROUTE_NOT_FOUND),
      '405': backendAnswers('/analytics/summary', problem(405)),
      '501': backendAnswers('/analytics/summary', problem(501)),
      '404 of one that writes': backendAnswers('/reranker/rerank', ROUTE_NOT_FOUND),
      'the code of before': { faults: [{ kind: 'old-code' }] },
      'the code of before at one of two replicas': { faults: [{ kind: 'old-code', replica: 2 }] },
    },
  ),
  fault(
    'L09-02',
    { title: 'New endpoint 500/502/000 counted as "non-404 => pass"', severity: 'P0', layer: 'endpoints' },
    {
      '500': backendAnswers('/analytics/health', problem(500)),
      '502': backendAnswers('/analytics/health', problem(502)),
      '000': { faults: [appears('/analytics/health', { reset: true })] },
    },
  ),
  fault(
    'L09-05',
    { title: 'Every fuzz/contract call rejected early (400/401/404) yet green', severity: 'P0', layer: 'endpoints' },
    {
      'all 404': { faults: API_PATHS.map((each) => appears(each, ROUTE_NOT_FOUND)) },
      'all 401': { faults: API_PATHS.map((each) => appears(each, problem(401))) },
      'all 415': { faults: API_PATHS.map((each) => appears(each, problem(415))) },
    },
  ),
  fault(
    'L09-06',
    { title: 'Spec lists zero paths / empty spec', severity: 'P0', layer: 'endpoints', expect: 'refused' },
    {
      'paths {}': {
        contract: apiContract('openapi: 3.1.0\ninfo: { title: mosaic, version: 1.4.0 }\npaths: {}\n'),
        says: /declares no operation/,
      },
      'empty file': { contract: apiContract(''), says: /openapi\/backend\.yaml/ },
      null: { contract: apiContract('null\n'), says: /openapi\/backend\.yaml/ },
      '[]': { contract: apiContract('[]\n'), says: /openapi\/backend\.yaml/ },
    },
  ),
  fault(
    'L09-04',
    {
      ...P1,
      title: 'Right shape, constant wrong data',
      alsoNames: ['authentication', 'storage', 'database'],
    },
    {
      constant: behaves({ name: 'same-row' }),
      'constant at one of two replicas': behaves({ name: 'same-row' }, 2),
      'other tenant': { ...behaves({ name: 'other-user' }), layer: 'authentication' },
    },
  ),
  fault('L09-07', {
    ...P2,
    title: 'Undocumented endpoint removed that users call',
    expect: 'warned',
    notInjectable: { '*': 'the backend registers the operations of its contract only: it has no undocumented route' },
  }),
  fault(
    'L09-08',
    { ...P1, title: 'Error handling broken: invalid input gives 500/stack trace', alsoNames: ['security'] },
    {
      '500': behaves({ name: 'invalid-input', answer: '500' }),
      '500 at one of two replicas': behaves({ name: 'invalid-input', answer: '500' }, 2),
      '200': behaves({ name: 'invalid-input', answer: '200' }),
      'stack trace leak': behaves({ name: 'invalid-input', answer: 'stack-trace' }),
    },
  ),
  fault(
    'L09-09',
    { ...P1, title: 'HTTP method confusion: POST falls to SPA 200' },
    {
      POST: behaves({ name: 'page-for-unknown', methods: ['POST'] }),
      PUT: behaves({ name: 'page-for-unknown', methods: ['POST', 'PUT', 'PATCH'] }),
      OPTIONS: behaves({ name: 'page-for-unknown', methods: ['POST', 'PUT', 'OPTIONS'] }),
      GET: behaves({ name: 'page-for-unknown', methods: ['GET', 'HEAD'] }),
      'POST at one of two replicas': behaves({ name: 'page-for-unknown', methods: ['POST'] }, 2),
    },
  ),
  fault(
    'L09-10',
    { severity: 'P3', layer: 'endpoints', title: 'Pagination/limit broken only beyond first page', expect: 'warned' },
    { page2: behaves({ name: 'page-two' }) },
  ),
  fault(
    'L09-11',
    { ...P2, title: 'Rate limiter off', expect: 'warned', alsoNames: ['security'] },
    { 'no 429': variables({ AUTH_RATE_LIMIT_PER_MINUTE: '1000000', RATE_LIMIT_PER_MINUTE: '100000000' }) },
  ),
  fault(
    'L09-14',
    { severity: 'P3', layer: 'endpoints', title: 'Content-Type json but charset/BOM/NaN body' },
    {
      BOM: { faults: [appears('/jobs*', { spoil: 'byte-order-mark' })] },
      NaN: { faults: [appears('/jobs*', { spoil: 'nan' })] },
      'trailing comma': { faults: [appears('/jobs*', { spoil: 'trailing-comma' })] },
    },
  ),
  fault(
    'X09-01',
    { ...P1, title: 'An answer breaks the contract' },
    {
      'a member is missing': operation('GET', '/jobs/1', { removeJson: ['/title'] }),
      'a member of a list is missing': operation('GET', '/jobs', { removeJson: ['/items/0/company'] }),
      'a number is a text': operation('GET', '/jobs', { patchJson: { '/total': 'sixty' } }),
      'a member is null': operation('GET', '/jobs/1', { patchJson: { '/company': null } }),
      'the status is 202': operation('GET', '/jobs', { status: 202 }),
    },
  ),
  fault(
    'X09-02',
    { ...P1, title: 'JSON under another name, or something else under its name' },
    {
      'text/html': operation('GET', '/jobs*', { contentType: 'text/html; charset=utf-8' }),
      'text/plain': operation('GET', '/jobs*', { contentType: 'text/plain' }),
      'a page as JSON': operation('GET', '/jobs*', { ...PAGE, contentType: 'application/json' }),
      'an empty body': operation('GET', '/jobs*', { spoil: 'empty' }),
    },
  ),
  fault(
    'X09-03',
    { ...P1, title: 'Errors are told as successes' },
    {
      'a missing job is 200 null': operation('GET', '/jobs/2147483647', {
        status: 200,
        body: 'null',
        contentType: 'application/json',
      }),
      'a missing job is an empty object': operation('GET', '/jobs/2147483647', {
        status: 200,
        body: '{}',
        contentType: 'application/json',
      }),
    },
  ),
  fault(
    'X09-04',
    { ...P1, title: 'A missing resource is told as a missing route' },
    { 'route-not-found': operation('GET', '/jobs/2147483647', ROUTE_NOT_FOUND) },
  ),
  fault(
    'X09-05',
    { ...P1, title: 'An endpoint of before fails' },
    {
      '500 for one id': operation('GET', '/jobs/1', problem(500)),
      '500 of the search, and wrong data of the rest': together(
        operation('GET', '/jobs', problem(500)),
        behaves({ name: 'same-row' }),
      ),
      'no result': operation('GET', '/jobs', { patchJson: { '/items': [], '/total': 0 } }),
    },
  ),
  fault(
    'X09-06',
    { severity: 'P0', layer: 'endpoints', title: 'The search finds nothing any more' },
    { 'its index is gone': behaves({ name: 'lost-index' }) },
  ),
  fault(
    'X09-07',
    { ...P1, title: 'What is wrong with a request is told to nobody' },
    {
      'the front door shows a page of its own': {
        faults: [edge('app', '/jobs', { answer: { ...PAGE_OF_ITS_OWN, of: [400], status: 403 } })],
      },
    },
  ),
  fault(
    'X09-08',
    { ...P1, title: 'One of many answers is that to somebody else' },
    {
      'one in ten, under load': {
        how: 'run',
        faults: [{ ...appears('/jobs/1', { patchJson: { '/id': 2 } }), rate: 0.1, after: 20 }],
      },
    },
  ),
  fault(
    'X09-09',
    { ...P1, title: 'It cannot be seen what this deployment adds', expect: 'inconclusive' },
    {
      'nobody has the release of before': {
        env: { REFERENCE_PREVIOUS_COMMIT: '0123456789abcdef0123456789abcdef01234567' },
      },
    },
  ),
  fault(
    'X09-10',
    { ...P2, title: 'Nothing of the API is ever seen to work', expect: 'inconclusive' },
    {
      'all of it demands a login': {
        contract: {
          ...apiContract(ONLY_BEHIND_A_LOGIN),
          remove: ['/code/openapi', '/promises/0/steps/1'],
        },
      },
    },
  ),
  fault(
    'X09-11',
    { ...P1, title: 'One operation fails for invalid input' },
    {
      'of those who register': {
        faults: [edge('api', '/auth/register', { answer: { of: [400], status: 500 } }, 'POST')],
      },
    },
  ),
  fault(
    'X09-12',
    { ...P1, title: 'Who asks for one resource gets its neighbour' },
    { 'off by one': behaves({ name: 'neighbour-row' }) },
  ),
  fault(
    'X09-13',
    { ...P1, title: 'What a person does leads nowhere, though every page and every operation is well' },
    {
      'the search asks for what is not there': {
        how: 'run',
        faults: [edge('app', '/assets/*.js', { answer: { replace: [{ pattern: '/search\\?', to: '/serch?' }] } })],
      },
    },
  ),
];
