import { beforeAll, describe, expect, test } from 'vitest';
import type { ApiCoveragePolicy } from '../../../../src/contract/api-coverage-schema.ts';
import type { ObservedExchange } from '../../../../src/contract/observed.ts';
import { type OpenApiDocument, parseOpenApi } from '../../../../src/contract/openapi.ts';
import { measureCoverage } from '../../../../src/run/traffic/coverage.ts';
import { isSeen, optionalFieldsOf } from '../../../../src/run/traffic/optional-fields.ts';

const contract = `openapi: 3.1.1
info: { title: Trees, version: 1.0.0 }
paths:
  /trees:
    get:
      responses:
        '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Tree' } } } } }
        '404': { $ref: '#/components/responses/Problem' }
    post:
      responses:
        2XX: { description: made }
        '404': { $ref: '#/components/responses/Problem' }
components:
  responses: { Problem: { description: wrong, content: { application/problem+json: { schema: { $ref: '#/components/schemas/Problem' } } } } }
  schemas:
    Tree: { type: object, required: [name], properties: { name: { type: string }, age: { type: integer } } }
    Problem: { type: object, required: [title], properties: { title: { type: string }, detail: { type: string } } }
`;
const digest = 'a'.repeat(64);
const policy: ApiCoveragePolicy = { operations: 1, statuses: 1, optionalFields: 1, gaps: [] };

function seen(
  key: string,
  status: number,
  fields: readonly string[] = [],
  over: Partial<ObservedExchange> = {},
): ObservedExchange {
  const [method = '', path = ''] = key.split(' ');
  const contentType = status >= 400 ? 'application/problem+json' : 'application/json';
  return {
    v: 1,
    contract: digest,
    operation: key,
    method,
    path,
    status,
    contentType,
    request: { contentType: null, parameters: [], fields: [], valid: true },
    response: { fields: [...fields] },
    valid: true,
    problems: [],
    ...over,
  };
}

const everything = [
  seen('GET /trees', 200, ['/*/name', '/*/age']),
  seen('GET /trees', 404, ['/title', '/detail']),
  seen('POST /trees', 201),
  seen('POST /trees', 404, ['/title']),
];

let document: OpenApiDocument;
beforeAll(async () => {
  document = await parseOpenApi(contract, 'trees.yaml');
});
const measure = (observed: readonly ObservedExchange[], over: Partial<ApiCoveragePolicy> = {}) =>
  measureCoverage(document, digest, observed, { ...policy, ...over });

test('all of it was seen', () => {
  expect(measure(everything)).toEqual({
    verdict: 'passed',
    operations: { covered: 2, of: 2, threshold: 1 },
    statuses: { covered: 4, of: 4, threshold: 1 },
    // the detail of a problem is one field, whichever operation shows it
    optionalFields: { covered: 2, of: 2, threshold: 1 },
    gaps: [],
    idleReasons: [],
    violations: [],
    exchanges: 4,
    foreign: 0,
  });
});

describe('too little is inconclusive:', () => {
  test.each<[string, ObservedExchange[], object[]]>([
    ['nothing at all', [], []],
    [
      'an operation that only failed',
      everything.filter(({ status }) => status !== 201),
      [
        { what: 'operation', operation: 'POST /trees' },
        { what: 'status', operation: 'POST /trees', status: '2XX' },
      ],
    ],
    ['a status that nobody saw', everything.slice(0, 3), [{ what: 'status', operation: 'POST /trees', status: '404' }]],
    [
      'a field that nobody saw',
      [seen('GET /trees', 200, ['/*/name']), ...everything.slice(1)],
      [{ what: 'field', operation: 'GET /trees', status: '200', field: '/*/age' }],
    ],
    [
      'a success for a request that the contract forbids',
      [
        ...everything.filter(({ status }) => status !== 201),
        seen('POST /trees', 201, [], { request: { contentType: null, parameters: [], fields: [], valid: false } }),
      ],
      [{ what: 'operation', operation: 'POST /trees' }],
    ],
    ['traffic of another version', everything.map((one) => ({ ...one, contract: 'b'.repeat(64) })), []],
  ])('%s', (_, observed, gaps) => {
    const coverage = measure(observed);
    expect(coverage.verdict).toBe('inconclusive');
    expect(coverage.gaps).toEqual(
      gaps.length > 0 ? gaps : expect.arrayContaining([{ what: 'operation', operation: 'GET /trees' }]),
    );
  });
});

test('what is against the contract fails, and covers nothing', () => {
  const wrong = seen('POST /trees', 201, [], { valid: false, problems: ['POST /trees → 201: no'] });
  const coverage = measure([...everything, wrong, wrong]);
  expect(coverage).toMatchObject({ verdict: 'failed', violations: ['POST /trees → 201: no'] });
  expect(measure([...everything.filter(({ status }) => status !== 201), wrong]).operations.covered).toBe(1);
});

describe('a gap within the threshold', () => {
  const observed = everything.slice(0, 3);
  const gap = { operation: 'POST /trees', status: '404', reason: 'Nobody can miss a list.' };
  test.each([
    ['warns', {}, 'warned', 0],
    ['passes with its reason', { gaps: [gap] }, 'passed', 0],
    ['passes with a reason for all operations', { gaps: [{ ...gap, operation: '*' }] }, 'passed', 0],
    ['warns with a reason for another status', { gaps: [{ ...gap, status: '200' }] }, 'warned', 1],
    ['warns with a reason for a field', { gaps: [{ ...gap, field: '/detail' }] }, 'warned', 1],
    ['is still a gap to the threshold', { gaps: [gap], statuses: 0.8 }, 'inconclusive', 0],
  ])('%s', (_, over, verdict, idle) => {
    const coverage = measure(observed, { statuses: 0.75, ...over });
    expect([coverage.verdict, coverage.idleReasons.length]).toEqual([verdict, idle]);
  });
});

describe('the optional fields of', () => {
  const tree = {
    $ref: '#/$defs/Tree',
    $defs: {
      Tree: { type: 'object', properties: { name: {}, boughs: { type: 'array', items: { $ref: '#/$defs/Tree' } } } },
    },
  };
  test.each<[string, object, string[]]>([
    ['an object', { properties: { a: {}, b: {} }, required: ['a'] }, ['/b']],
    ['a required object', { properties: { a: { properties: { b: {} } } }, required: ['a'] }, ['/a/b']],
    ['a list', { items: { properties: { a: {} } } }, ['/*/a']],
    ['a map', { additionalProperties: { properties: { a: {} } } }, ['/*/a']],
    ['alternatives', { oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, ['/a', '/b']],
    ['parts of allOf', { allOf: [{ properties: { a: {}, b: {} } }, { required: ['a'] }] }, ['/b']],
    ['what is only written', { properties: { a: { writeOnly: true } } }, []],
    ['a circle', tree, ['/boughs', '/name']],
  ])('%s', (_, schema, pointers) => {
    expect(optionalFieldsOf(schema as never).pointers).toEqual(pointers);
  });
});

test('a field of a map is seen under any name, and only at its depth', () => {
  expect([isSeen('/*/a', ['/x/a']), isSeen('/*/a', ['/x/b', '/a']), isSeen('/a', ['/a/b'])]).toEqual([
    true,
    false,
    false,
  ]);
});
