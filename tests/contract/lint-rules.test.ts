/** Each rule of authority/openapi-rules.yaml with documents that pass and documents that do not. */
import { describe, expect, test } from 'vitest';
import { lintText } from './support/lint-text.ts';

const HEAD = `openapi: 3.1.1
info: { title: Trees, version: 1.0.0, description: Trees., contact: { name: us } }
servers: [{ url: https://trees.example }]
tags: [{ name: trees }]
`;

interface Parts {
  /** what stands in the operation beside what every one needs */
  readonly operation?: string;
  readonly description?: string;
  readonly security?: string;
  readonly responses?: string;
  /** of the schema Tree */
  readonly schema?: string;
  readonly components?: string;
  readonly top?: string;
}

const PROBLEM =
  '{ type: object, properties: { type: { type: string, description: Kind. }, title: { type: string, description: Name. }, status: { type: integer, description: Status. } } }';
const problem = (schema = "{ $ref: '#/components/schemas/Problem' }", type = 'application/problem+json'): string =>
  `{ description: wrong, content: { ${type}: { schema: ${schema} } } }`;
const OK = `'200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } }`;

function document(parts: Parts = {}): string {
  const description = parts.description ?? 'description: Lists the trees of the garden.';
  const responses = parts.responses ?? `{ ${OK}, '400': ${problem()}, default: ${problem()} }`;
  return `${HEAD}${parts.top ?? ''}
paths:
  /trees:
    get:
      operationId: listTrees
      tags: [trees]
      ${description}
      ${parts.security ?? 'security: []'}
      ${parts.operation ?? ''}
      responses: ${responses}
components:
  ${parts.components ?? ''}
  schemas:
    Problem: ${PROBLEM}
    Tree: ${parts.schema ?? '{ type: object, properties: { name: { type: string, description: Name. } } }'}
`;
}

async function found(text: string, rule: string): Promise<string[]> {
  return (await lintText(text)).filter((finding) => finding.rule === rule).map(({ message }) => message);
}

test('the document that the tables change is clean', async () => {
  expect(await lintText(document())).toEqual([]);
});

const table: Readonly<
  Record<string, { readonly passes: [string, Parts][]; readonly fails: [string, Parts, string][] }>
> = {
  'operation-description-length': {
    passes: [
      ['10 characters', { description: 'description: abcdefghij' }],
      ['500 characters', { description: `description: ${'a'.repeat(500)}` }],
      ['500 characters beyond the plane that counts twice', { description: `description: ${'🌳'.repeat(500)}` }],
    ],
    fails: [
      ['none', { description: '' }, 'has no description'],
      ['an empty one', { description: 'description: ""' }, 'has no description'],
      ['white space', { description: 'description: "             "' }, 'has no description'],
      ['9 characters', { description: 'description: abcdefghi' }, '9 characters, expected 10 to 500'],
      ['9 characters and white space', { description: 'description: "abcdefghi      "' }, '9 characters'],
      ['501 characters', { description: `description: ${'a'.repeat(501)}` }, '501 characters'],
    ],
  },
  'property-described': {
    passes: [
      ['described', { schema: '{ properties: { a: { description: An a. } } }' }],
      [
        'described where it refers to',
        { schema: "{ properties: { a: { $ref: '#/components/schemas/Leaf' } } }\n    Leaf: { description: A leaf. }" },
      ],
      [
        'described beside the reference',
        { schema: "{ properties: { a: { $ref: '#/components/schemas/Leaf', description: x } } }\n    Leaf: {}" },
      ],
      ['described by allOf', { schema: '{ properties: { a: { allOf: [{ description: An a. }] } } }' }],
      ['properties in an example', { schema: '{ example: { properties: { a: {} } } }' }],
      ['a property called properties', { schema: '{ properties: { properties: { type: string, description: x } } }' }],
      [
        'a circle that is described',
        { schema: "{ properties: { a: { $ref: '#/components/schemas/Tree', description: x } } }" },
      ],
    ],
    fails: [
      ['nothing', { schema: '{ properties: { a: { type: string } } }' }, 'the property "a" has no description'],
      ['an empty text', { schema: '{ properties: { a: { description: " " } } }' }, 'the property "a"'],
      [
        'a nested one',
        { schema: '{ properties: { a: { description: x, properties: { b: {} } } } }' },
        'the property "b"',
      ],
      ['one of a list', { schema: '{ type: array, items: { properties: { c: {} } } }' }, 'the property "c"'],
      ['one of a choice', { schema: '{ oneOf: [{ properties: { d: {} } }] }' }, 'the property "d"'],
      [
        'one behind additionalProperties',
        { schema: '{ additionalProperties: { properties: { e: {} } } }' },
        'the property "e"',
      ],
      [
        'one called properties',
        { schema: '{ properties: { properties: { type: string } } }' },
        'the property "properties"',
      ],
      [
        'one in a request',
        { operation: 'requestBody: { content: { application/json: { schema: { properties: { f: {} } } } } }' },
        '"f"',
      ],
      [
        'one in a parameter',
        { operation: 'parameters: [{ name: q, in: query, schema: { properties: { g: {} } } }]' },
        '"g"',
      ],
    ],
  },
  'error-response-shape': {
    passes: [
      [
        'an extension of a problem',
        {
          responses: `{ ${OK}, '400': ${problem(`{ allOf: [{ $ref: '#/components/schemas/Problem' }, { type: object }] }`)} }`,
        },
      ],
      [
        'other types beside it',
        {
          responses: `{ ${OK}, '400': { description: w, content: { application/problem+json: { schema: ${PROBLEM} }, text/plain: {} } } }`,
        },
      ],
      [
        'a problem by reference',
        {
          components: `responses: { Wrong: ${problem()} }`,
          responses: `{ ${OK}, '400': { $ref: '#/components/responses/Wrong' } }`,
        },
      ],
      ['a redirect, which is no error', { responses: `{ ${OK}, '302': { description: elsewhere } }` }],
    ],
    fails: [
      [
        'no content',
        { responses: `{ ${OK}, '404': { description: gone } }` },
        'the error 404 has no application/problem+json',
      ],
      ['a range without content', { responses: `{ ${OK}, 5XX: { description: oh } }` }, 'the error 5XX has no'],
      [
        'plain JSON',
        { responses: `{ ${OK}, '400': ${problem(PROBLEM, 'application/json')} }` },
        'the error 400 has no application/problem+json',
      ],
      [
        'no schema',
        { responses: `{ ${OK}, '400': { description: w, content: { application/problem+json: {} } } }` },
        'has no schema',
      ],
      [
        'another shape',
        { responses: `{ ${OK}, '400': ${problem('{ properties: { error: { type: string, description: x } } }')} }` },
        'declares no "type", "title", "status" (RFC 9457)',
      ],
      [
        'a status as text',
        { responses: `{ ${OK}, '400': ${problem(PROBLEM.replace('integer', 'string'))} }` },
        'declares "status" with another type',
      ],
      [
        'a title that may be null',
        {
          responses: `{ ${OK}, '400': ${problem(PROBLEM.replace('title: { type: string', 'title: { type: [string, "null"]'))} }`,
        },
        'declares "title" with another type',
      ],
      [
        'a default of another shape',
        { responses: `{ ${OK}, default: ${problem('{ type: string }')} }` },
        'the error default declares no',
      ],
    ],
  },
  'error-response-consistency': {
    passes: [
      [
        'one schema, by reference and written out',
        { responses: `{ ${OK}, '400': ${problem()}, '404': ${problem(PROBLEM)} }` },
      ],
      [
        'an extension of the usual one',
        {
          responses: `{ ${OK}, '400': ${problem()}, '404': ${problem()}, '409': ${problem(`{ allOf: [{ $ref: '#/components/schemas/Problem' }, { type: object }] }`)} }`,
        },
      ],
    ],
    fails: [
      [
        'one that differs',
        {
          responses: `{ ${OK}, '400': ${problem()}, '404': ${problem()}, '409': ${problem(PROBLEM.replace('Kind.', 'Other.'))} }`,
        },
        'another schema than the 2 that are alike',
      ],
    ],
  },
  'operation-security-declared': {
    passes: [
      ['public by word', { security: 'security: []' }],
      [
        'its own',
        {
          security: 'security: [{ key: [] }]',
          components: 'securitySchemes: { key: { type: apiKey, in: header, name: key } }',
        },
      ],
      [
        'that of the document',
        {
          security: '',
          top: 'security: [{ key: [] }]',
          components: 'securitySchemes: { key: { type: apiKey, in: header, name: key } }',
        },
      ],
    ],
    fails: [['none anywhere', { security: '' }, 'declares no security']],
  },
  'oas3-valid-media-example': {
    passes: [
      [
        'a right one',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: object, required: [a] }, example: { a: 1 } } } } }`,
        },
      ],
      [
        'one of several',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: integer }, examples: { default: { value: 1 } } } } } }`,
        },
      ],
      [
        'without what is only written',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { required: [key], properties: { key: { writeOnly: true, description: x } } }, example: {} } } } }`,
        },
      ],
      [
        'the text of XML',
        {
          responses: `{ '200': { description: ok, content: { application/xml: { schema: { type: object }, example: <a/> } } } }`,
        },
      ],
      [
        'one without its value',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: integer }, examples: { far: { externalValue: https://x.example } } } } } }`,
        },
      ],
    ],
    fails: [
      [
        'a wrong type',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: integer }, example: one } } } }`,
        },
        'must be integer',
      ],
      [
        'a wrong one by reference',
        {
          components: 'examples: { Bad: { value: one } }',
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: integer }, examples: { bad: { $ref: '#/components/examples/Bad' } } } } } }`,
        },
        'must be integer',
      ],
      [
        'a format',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { type: string, format: date-time }, example: now } } } }`,
        },
        'must match format "date-time"',
      ],
      [
        'a member too many',
        {
          responses: `{ '200': { description: ok, content: { application/json: { schema: { unevaluatedProperties: false }, example: { a: 1 } } } } }`,
        },
        'unevaluated',
      ],
      [
        'that of a parameter',
        { operation: 'parameters: [{ name: q, in: query, schema: { type: integer }, example: one }]' },
        'must be integer',
      ],
    ],
  },
  'oas3-valid-schema-example': {
    passes: [['a right default', { schema: '{ type: integer, default: 1 }' }]],
    fails: [
      ['a wrong default', { schema: '{ type: integer, default: one }' }, 'must be integer'],
      ['a wrong example', { schema: '{ type: integer, example: one }' }, 'must be integer'],
      ['one of several', { schema: '{ type: integer, examples: [1, one] }' }, 'must be integer'],
    ],
  },
  'oas3-unused-component': {
    passes: [
      [
        'used by an example',
        {
          components: 'examples: { One: { value: {} } }',
          responses: `{ '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Tree' }, examples: { one: { $ref: '#/components/examples/One' } } } } }, '400': ${problem()} }`,
        },
      ],
    ],
    fails: [
      ['used by nobody', { components: 'parameters: { Old: { name: q, in: query, schema: {} } }' }, 'unused component'],
    ],
  },
};

describe.each(Object.entries(table))('%s', (rule, { passes, fails }) => {
  test.each(passes)('takes %s', async (_, parts) => {
    expect(await found(document(parts), rule)).toEqual([]);
  });

  test.each(fails)('refuses %s', async (_, parts, message) => {
    const messages = await found(document(parts), rule);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(message);
  });
});
