import { beforeAll, describe, expect, test } from 'vitest';
import { observedExchangeSchema } from '../../../../src/contract/observed.ts';
import { parseOpenApi } from '../../../../src/contract/openapi.ts';
import type { Exchange } from '../../../../src/run/traffic/exchange.ts';
import { createExchangeJudge, type ExchangeJudge } from '../../../../src/run/traffic/judge-exchange.ts';

const contract = `openapi: 3.1.1
info: { title: Trees, version: 2.0.0 }
paths:
  /trees:
    get:
      operationId: listTrees
      parameters:
        - { name: page, in: query, schema: { type: integer, minimum: 1 } }
        - { name: kinds, in: query, schema: { type: array, items: { enum: [oak, fir] } } }
        - { name: Accept, in: header, schema: { const: nothing } }
        - { name: x-tenant, in: header, required: true, schema: { type: string, minLength: 2 } }
      responses:
        '200':
          description: ok
          headers:
            ETag: { required: true, schema: { type: string } }
            x-left: { schema: { type: integer } }
          content:
            application/json:
              schema: { type: array, items: { $ref: '#/components/schemas/Tree' } }
        4XX: { $ref: '#/components/responses/Problem' }
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } }
      responses: { '201': { description: made }, default: { $ref: '#/components/responses/Problem' } }
  /trees/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: string, format: uuid } }]
      responses:
        '200': { description: bytes, content: { image/*: {} } }
        '404': { $ref: '#/components/responses/Problem' }
components:
  responses:
    Problem:
      description: wrong
      content: { application/problem+json: { schema: { type: object, required: [title], properties: { title: { type: string } } } } }
  schemas:
    Tree:
      allOf: [{ type: object, required: [name], properties: { name: { type: string } } }]
      properties: { planted: { type: string, format: date-time }, rings: { type: integer } }
      unevaluatedProperties: false
`;

const problem = { headers: { 'content-type': 'application/problem+json' }, body: '{"title":"x"}' };
const list: Exchange = {
  method: 'GET',
  target: '/trees?page=2',
  requestHeaders: { 'x-tenant': 'me' },
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', etag: '"1"' },
  body: '[{"name":"oak","planted":"2026-01-31T12:00:00Z"},{"name":"fir","rings":7}]',
};
const make: Exchange = {
  method: 'POST',
  target: '/trees',
  requestHeaders: { 'content-type': 'application/json' },
  requestBody: '{"name":"oak"}',
  status: 201,
  headers: {},
  body: '',
};
const read: Exchange = {
  method: 'GET',
  target: '/trees/0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f',
  requestHeaders: {},
  status: 200,
  headers: { 'content-type': 'image/png' },
  body: 'x',
};

let judge: ExchangeJudge;
beforeAll(async () => {
  judge = createExchangeJudge(await parseOpenApi(contract, 'trees.yaml'), 'a'.repeat(64));
});

test('what was seen is written down, without a value', () => {
  const seen = judge(list);
  expect(observedExchangeSchema.parse(seen)).toEqual({
    v: 1,
    contract: 'a'.repeat(64),
    operation: 'GET /trees',
    operationId: 'listTrees',
    method: 'GET',
    path: '/trees',
    status: 200,
    contentType: 'application/json',
    request: { contentType: null, parameters: ['query page', 'header x-tenant'], fields: [], valid: true },
    response: { fields: ['/*/name', '/*/planted', '/*/rings'] },
    valid: true,
    problems: [],
  });
  expect(JSON.stringify(seen)).not.toContain('oak');
});

describe('right is', () => {
  test.each<[string, Exchange]>([
    ['a list', list],
    ['a list of one kind', { ...list, target: '/trees?kinds=oak' }],
    ['a list of kinds, each named', { ...list, target: '/trees?kinds=oak&kinds=fir' }],
    ['a list of kinds with commas', { ...list, target: '/trees?kinds=oak,fir' }],
    ['a header that Accept may have', { ...list, requestHeaders: { 'x-tenant': 'me', accept: '*/*' } }],
    ['an answer within a range of statuses', { ...list, status: 422, ...problem }],
    ['an answer by default', { ...make, status: 503, ...problem }],
    ['a status without content', make],
    ['a type within a range of types', read],
    ['a wrong request that is refused', { ...make, requestBody: '{}', status: 400, ...problem }],
    ['an unknown route that is refused', { ...read, target: '/nowhere', status: 404 }],
    ['a preflight', { ...read, method: 'OPTIONS', target: '/nowhere', status: 204, headers: {}, body: '' }],
  ])('%s', (_, exchange) => {
    expect(judge(exchange).problems).toEqual([]);
    expect(judge(exchange).valid).toBe(true);
  });
});

describe('wrong is', () => {
  test.each<[string, Exchange, string]>([
    [
      'a status that is not declared',
      { ...list, status: 302 },
      'GET /trees → 302: the status 302 is not declared (200, 4XX)',
    ],
    [
      'another media type',
      { ...list, headers: { etag: '1', 'content-type': 'text/html' } },
      'text/html where application/json',
    ],
    ['no media type', { ...list, headers: { etag: '1' } }, 'no content type where application/json'],
    ['a body that is not JSON', { ...list, body: '[' }, 'the body is not JSON'],
    ['an empty body where there is content', { ...list, body: '' }, 'the body is not JSON'],
    ['a member missing', { ...list, body: '[{"rings":1}]' }, "/* must have required property 'name'"],
    ['a member of another type', { ...list, body: '[{"name":1}]' }, '/*/name must be string'],
    ['a member too many, past allOf', { ...list, body: '[{"name":"x","leaf":1}]' }, 'unevaluated properties ("leaf")'],
    [
      'a time that is none',
      { ...list, body: '[{"name":"x","planted":"soon"}]' },
      '/*/planted must match format "date-time"',
    ],
    ['a number as text', { ...list, body: '[{"name":"x","rings":"7"}]' }, '/*/rings must be integer'],
    ['a header missing', { ...list, headers: { 'content-type': 'application/json' } }, 'the header etag is missing'],
    [
      'a header that is no number',
      { ...list, headers: { ...list.headers, 'x-left': 'many' } },
      'the header x-left must be integer',
    ],
    ['a body where there is none', { ...make, body: 'x' }, 'a body where the contract has none'],
    [
      'a problem of another status',
      { ...list, status: 400, ...problem, body: '{"title":"x","status":401}' },
      'own status differs',
    ],
    [
      'success on an unknown route',
      { ...read, target: '/nowhere' },
      'GET /nowhere → 200: the contract has no such route',
    ],
    ['a failure on an unknown route', { ...read, target: '/nowhere', status: 500 }, 'no such route'],
    [
      'success for a wrong body',
      { ...make, requestBody: '{"name":1}' },
      'accepted that the contract does not allow: /name must be string',
    ],
    ['success for half a body', { ...make, requestBody: '{' }, 'the body is not JSON'],
    ['success without the body', { ...make, requestBody: undefined as never }, 'the body is missing'],
    [
      'success for another media type',
      { ...make, requestHeaders: { 'content-type': 'text/plain' } },
      'text/plain is not declared',
    ],
    ['success without a media type', { ...make, requestHeaders: {} }, 'the body has no content type'],
    ['success for a wrong query', { ...list, target: '/trees?page=0' }, 'query parameter "page": must be >= 1'],
    [
      'success for a query of another type',
      { ...list, target: '/trees?page=two' },
      'query parameter "page": must be integer',
    ],
    [
      'success for one wrong kind of several',
      { ...list, target: '/trees?kinds=oak,ash' },
      'query parameter "kinds": /* must be equal',
    ],
    [
      'success without a header that is required',
      { ...list, requestHeaders: {} },
      'header parameter "x-tenant" is missing',
    ],
    ['success for a wrong id', { ...read, target: '/trees/1' }, 'path parameter "id": must match format "uuid"'],
  ])('%s', (_, exchange, what) => {
    const { valid, problems } = judge(exchange);
    expect([valid, problems.length > 0]).toEqual([false, true]);
    expect(problems.join('\n')).toContain(what);
  });

  test('a schema that cannot be compiled: nothing is said to be right by it', async () => {
    const broken = contract.replace('{ type: string, format: uuid }', '{ type: string, pattern: "(" }');
    const strict = createExchangeJudge(await parseOpenApi(broken, 'trees.yaml'), 'a'.repeat(64));
    expect(strict(read).problems.join()).toContain("the contract's schema is not usable");
  });
});

test('no problem tells a value of the body', () => {
  const { problems } = judge({ ...list, body: '[{"name":31337,"planted":"hunter2"}]' });
  expect(problems.join()).not.toMatch(/31337|hunter2/);
});
