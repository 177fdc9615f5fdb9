/** Pairs of contracts: one change each, with the kinds that it has to be called. `breaking: []` = clients do not notice. */
export interface Pair {
  readonly name: string;
  readonly was: string;
  readonly is: string;
  readonly breaking: readonly string[];
  /** kinds that are listed as harmless; undefined = not looked at */
  readonly harmless?: readonly string[];
}

interface Parts {
  readonly operation?: string;
  readonly parameters?: string;
  readonly request?: string;
  readonly required?: string;
  readonly response?: string;
  readonly responses?: string;
  readonly security?: string;
  readonly more?: string;
  readonly path?: string;
}

const OBJECT = 'type: object, required: [name], properties: { name: { type: string }, size: { type: integer } }';

/** One operation that sends a body and gets one. */
function contract(parts: Parts = {}): string {
  const { request = `{ ${OBJECT} }`, response = `{ ${OBJECT} }`, path = '/trees/{id}' } = parts;
  const responses =
    parts.responses ??
    `'200': { description: ok, content: { application/json: { schema: ${response} } } }, '404': { description: none }`;
  return `openapi: 3.1.1
info: { title: Trees, version: 1.4.0 }
paths:
  ${path}:
    post:
      parameters: [{ name: ${/\{(\w+)\}/.exec(path)?.[1]}, in: path, required: true, schema: { type: string } }${parts.parameters ?? ', { name: kind, in: query, schema: { type: string } }'}]
      requestBody: { required: ${parts.required ?? 'false'}, content: ${parts.operation ?? `{ application/json: { schema: ${request} } }`} }
      security: ${parts.security ?? '[{ key: [read] }]'}
      responses: { ${responses} }
${parts.more ?? '  /other: { get: { responses: { "200": { description: ok } } } }'}
components:
  securitySchemes: { key: { type: apiKey, in: header, name: key }, token: { type: http, scheme: bearer } }
  schemas:
    Node: { type: object, properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/schemas/Node' } } } }
    Wide: { type: object, properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/schemas/Wide' } }, age: { type: integer } } }
`;
}

type Row = readonly [name: string, was: Parts, is: Parts, kinds: readonly string[] | undefined];

const body = (schema: string): Parts => ({ request: schema });
const answer = (schema: string): Parts => ({ response: schema });
const object = (properties: string, more = ''): string => `{ type: object, ${more} properties: { ${properties} } }`;
const query = (parameter: string): Parts => ({ parameters: `, { name: kind, in: query, ${parameter} }` });
const OK = "'200': { description: ok, content: { application/json: { schema: { type: object } } } }";
const typed = (schema: string): string => object(`a: { ${schema} }`);

/** A change of a schema that narrows what it takes: it breaks who sends it, not who reads it. */
const NARROWER: readonly (readonly [name: string, aspect: string, wide: string, narrow: string])[] = [
  ['a type less', 'type', 'type: [string, integer]', 'type: string'],
  ['null no more', 'type', "type: [string, 'null']", 'type: string'],
  ['integers instead of numbers', 'type', 'type: number', 'type: integer'],
  ['a value less', 'enum', 'enum: [a, b]', 'enum: [a]'],
  ['one constant instead of two values', 'enum', 'enum: [a, b]', 'const: a'],
  ['an enumeration where there was none', 'enum', 'type: string', 'type: string, enum: [a]'],
  ['a longer least length', 'limit', 'type: string', 'type: string, minLength: 1'],
  ['a shorter most length', 'limit', 'type: string, maxLength: 20', 'type: string, maxLength: 10'],
  ['a higher minimum', 'limit', 'type: integer, minimum: 0', 'type: integer, minimum: 1'],
  ['an exclusive maximum', 'limit', 'type: integer, maximum: 9', 'type: integer, exclusiveMaximum: 9'],
  ['fewer items', 'limit', 'type: array', 'type: array, maxItems: 5'],
  ['a pattern', 'pattern', 'type: string', 'type: string, pattern: "^a"'],
  ['a format', 'format', 'type: string', 'type: string, format: uuid'],
  ['a smaller number format', 'format', 'type: integer, format: int64', 'type: integer, format: int32'],
  ['a variant less', 'alternatives', 'oneOf: [{ type: string }, { type: integer }]', 'oneOf: [{ type: string }]'],
  ['one schema instead of a choice', 'alternatives', 'anyOf: [{ type: string }, { type: integer }]', 'type: string'],
  [
    'items of a type less',
    'type',
    'type: array, items: { type: [string, integer] }',
    'type: array, items: { type: string }',
  ],
  [
    'map values of a type less',
    'type',
    'type: object, additionalProperties: { type: [string, integer] }',
    'type: object, additionalProperties: { type: string }',
  ],
  ['a part more in allOf', 'limit', 'allOf: [{ type: string }]', 'allOf: [{ type: string }, { minLength: 3 }]'],
  ['something that it may not be', 'constraint', 'type: string', 'type: string, not: { const: x }'],
  ['multiples only', 'constraint', 'type: integer', 'type: integer, multipleOf: 2'],
];

const ofSchemas: readonly Pair[] = NARROWER.flatMap(([name, aspect, wide, narrow]) => {
  const [a, b] = [typed(wide), typed(narrow)];
  return [
    toPair([`request: ${name}`, body(a), body(b), [`request-${aspect}-narrowed`]], true),
    toPair([`request, undone: ${name}`, body(b), body(a), [`request-${aspect}-widened`]], false),
    toPair([`response: ${name}`, answer(a), answer(b), [`response-${aspect}-narrowed`]], false),
    toPair([`response, undone: ${name}`, answer(b), answer(a), [`response-${aspect}-widened`]], true),
  ];
});

const BREAKING: readonly Row[] = [
  ['an operation is gone', {}, { more: '' }, ['operation-removed']],
  ['a path is another', {}, { path: '/bushes/{id}' }, ['operation-removed']],
  ['a parameter is gone', {}, { parameters: '' }, ['parameter-removed']],
  [
    'a parameter moves',
    {},
    { parameters: ', { name: kind, in: header, schema: { type: string } }' },
    ['parameter-removed'],
  ],
  ['a parameter is required now', {}, query('required: true, schema: { type: string }'), ['parameter-required-added']],
  [
    'a new parameter is required',
    { parameters: '' },
    query('required: true, schema: { type: string }'),
    ['parameter-required-added'],
  ],
  [
    'a parameter takes fewer values',
    query('schema: { enum: [a, b] }'),
    query('schema: { enum: [a] }'),
    ['parameter-enum-narrowed'],
  ],
  [
    'a parameter takes another type',
    query('schema: { type: string }'),
    query('schema: { type: integer }'),
    ['parameter-type-narrowed'],
  ],
  [
    'a default is another',
    query('schema: { type: integer, default: 1 }'),
    query('schema: { type: integer, default: 2 }'),
    ['parameter-default-changed'],
  ],
  ['the body is required now', {}, { required: 'true' }, ['request-body-required-added']],
  [
    'a type of the body is gone',
    { operation: '{ application/json: {}, text/csv: {} }' },
    { operation: '{ application/json: {} }' },
    ['request-content-type-removed'],
  ],
  ['a member of the body is gone', body(object('a: {}, b: {}')), body(object('a: {}')), ['request-property-removed']],
  [
    'a member of the body is required now',
    body(object('a: {}')),
    body(object('a: {}', 'required: [a],')),
    ['request-required-added'],
  ],
  [
    'a new member of the body is required',
    body(object('a: {}')),
    body(object('a: {}, b: {}', 'required: [b],')),
    ['request-required-added'],
  ],
  [
    'the body takes no further members',
    body(object('a: {}')),
    body(object('a: {}', 'additionalProperties: false,')),
    ['request-closed-narrowed'],
  ],
  [
    'a member of the answer is gone',
    answer(object('a: {}, b: {}')),
    answer(object('a: {}')),
    ['response-property-removed'],
  ],
  [
    'a member of a list in the answer is gone',
    answer('{ type: array, items: { type: object, properties: { a: {}, b: {} } } }'),
    answer('{ type: array, items: { type: object, properties: { a: {} } } }'),
    ['response-property-removed'],
  ],
  [
    'a member of the answer may be missing now',
    answer(object('a: {}', 'required: [a],')),
    answer(object('a: {}')),
    ['response-required-dropped'],
  ],
  [
    'a success is gone',
    { responses: `${OK}, '201': { description: made }` },
    { responses: OK },
    ['response-success-status-removed'],
  ],
  [
    'a success is another',
    { responses: "'200': { description: ok }" },
    { responses: "'202': { description: later }" },
    ['response-success-status-removed'],
  ],
  [
    'a type of the answer is gone',
    { responses: "'200': { description: ok, content: { application/json: {}, text/csv: {} } }" },
    { responses: "'200': { description: ok, content: { text/csv: {} } }" },
    ['response-content-type-removed'],
  ],
  [
    'a header of the answer is gone',
    { responses: "'200': { description: ok, headers: { ETag: { schema: { type: string } } } }" },
    { responses: "'200': { description: ok }" },
    ['response-header-removed'],
  ],
  [
    'a header of the answer may be missing',
    { responses: "'200': { description: ok, headers: { ETag: { required: true } } }" },
    { responses: "'200': { description: ok, headers: { ETag: {} } }" },
    ['response-required-dropped'],
  ],
  ['credentials are asked for', { security: '[]' }, {}, ['security-added']],
  ['being anonymous is no way in any more', { security: '[{}, { key: [read] }]' }, {}, ['security-added']],
  ['a way in is closed', { security: '[{ key: [read] }, { token: [] }]' }, {}, ['security-tightened']],
  ['two credentials instead of one', {}, { security: '[{ key: [read], token: [] }]' }, ['security-tightened']],
  ['a further scope', {}, { security: '[{ key: [read, write] }]' }, ['security-tightened']],
  [
    'a member is gone deep in a circle',
    answer("{ $ref: '#/components/schemas/Wide' }"),
    answer("{ $ref: '#/components/schemas/Node' }"),
    ['response-property-removed'],
  ],
];

const HARMLESS: readonly Row[] = [
  [
    'null as a variant',
    body(typed("type: [string, 'null']")),
    body(typed("oneOf: [{ type: string }, { type: 'null' }]")),
    [],
  ],
  [
    'null as a type',
    answer(typed("anyOf: [{ type: string }, { type: 'null' }]")),
    answer(typed("type: [string, 'null']")),
    [],
  ],
  ['values as variants', answer(typed('enum: [a, b]')), answer(typed('oneOf: [{ const: b }, { const: a }]')), []],
  ['the type of values', body(typed('enum: [1, 2]')), body(typed('type: integer, enum: [1, 2]')), []],
  [
    'the type of what has members',
    body('{ properties: { a: {} } }'),
    body('{ type: object, properties: { a: {} } }'),
    undefined,
  ],
  [
    'the type of what has items',
    body(typed('items: { type: string }')),
    body(typed('type: array, items: { type: string }')),
    undefined,
  ],
  ['nothing', {}, {}, []],
  ['an operation is new', { more: '' }, {}, ['operation-added']],
  ['a path parameter has another name', {}, { path: '/trees/{treeId}' }, []],
  ['a parameter is new', { parameters: '' }, {}, ['parameter-added']],
  [
    'a parameter may be left out',
    query('required: true, schema: { type: string }'),
    {},
    ['parameter-required-dropped'],
  ],
  [
    'a header parameter is written another way',
    { parameters: ', { name: X-Kind, in: header, schema: { type: string } }' },
    { parameters: ', { name: x-kind, in: header, schema: { type: string } }' },
    [],
  ],
  ['the body may be left out', { required: 'true' }, {}, ['request-body-required-dropped']],
  [
    'a type of the body is new',
    { operation: '{ application/json: {} }' },
    { operation: '{ application/json: {}, text/csv: {} }' },
    ['request-content-type-added'],
  ],
  ['a member of the body is new', body(object('a: {}')), body(object('a: {}, b: {}')), ['request-property-added']],
  [
    'a member of the body may be left out',
    body(object('a: {}', 'required: [a],')),
    body(object('a: {}')),
    ['request-required-dropped'],
  ],
  [
    'the body takes further members',
    body(object('a: {}', 'additionalProperties: false,')),
    body(object('a: {}')),
    ['request-closed-widened'],
  ],
  [
    'a required member that is only read',
    body(object('a: { readOnly: true }')),
    body(object('a: { readOnly: true }', 'required: [a],')),
    [],
  ],
  [
    'a member of the answer is new',
    answer(object('a: {}')),
    answer(object('a: {}, b: {}')),
    ['response-property-added'],
  ],
  [
    'a member of the answer is always there',
    answer(object('a: {}')),
    answer(object('a: {}', 'required: [a],')),
    ['response-required-added'],
  ],
  [
    'a member of the answer that is only written is gone',
    answer(object('a: { writeOnly: true }')),
    answer(object('')),
    [],
  ],
  [
    'an answer that may have members of any name',
    answer(object('a: {}', 'additionalProperties: false,')),
    answer(object('a: {}')),
    ['response-closed-widened'],
  ],
  [
    'an error is new',
    { responses: OK },
    { responses: `${OK}, '429': { description: slow down }` },
    ['response-status-added'],
  ],
  [
    'an error is gone',
    { responses: `${OK}, '429': { description: slow down }` },
    { responses: OK },
    ['response-error-status-removed'],
  ],
  [
    'a success becomes a range',
    { responses: "'200': { description: ok }" },
    { responses: '2XX: { description: ok }' },
    ['response-status-added'],
  ],
  [
    'a type of the answer is new',
    { responses: "'200': { description: ok, content: { application/json: {} } }" },
    { responses: "'200': { description: ok, content: { application/json: {}, text/csv: {} } }" },
    ['response-content-type-added'],
  ],
  [
    'a header of the answer is new',
    { responses: "'200': { description: ok }" },
    { responses: "'200': { description: ok, headers: { ETag: {} } }" },
    [],
  ],
  ['credentials are not asked for', {}, { security: '[]' }, ['security-dropped']],
  ['a further way in', {}, { security: '[{ key: [read] }, { token: [] }]' }, []],
  ['a scope less', { security: '[{ key: [read, write] }]' }, {}, []],
  [
    'the same by reference',
    answer(
      "{ type: object, properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/schemas/Node' } } } }",
    ),
    answer("{ $ref: '#/components/schemas/Node' }"),
    [],
  ],
  [
    'the same with allOf',
    answer('{ allOf: [{ type: object, properties: { a: { type: string } } }] }'),
    answer('{ type: object, properties: { a: { type: string } } }'),
    [],
  ],
  ['a constant instead of the only value', body(typed('enum: [a]')), body(typed('const: a')), []],
  ['a hint for forms', body(typed('type: string')), body(typed('type: string, format: password')), []],
  [
    'words',
    answer(typed('type: string')),
    answer(typed('type: string, description: A name., title: Name, example: x')),
    [],
  ],
  [
    'the order of members and values',
    answer('{ type: object, required: [a, b], properties: { a: { enum: [x, y] }, b: {} } }'),
    answer('{ type: object, required: [b, a], properties: { b: {}, a: { enum: [y, x] } } }'),
    [],
  ],
  [
    'a member is new deep in a circle',
    answer("{ $ref: '#/components/schemas/Node' }"),
    answer("{ $ref: '#/components/schemas/Wide' }"),
    ['response-property-added'],
  ],
];

function toPair([name, was, is, kinds]: Row, isBreaking: boolean): Pair {
  const pair = { name, was: contract(was), is: contract(is) };
  if (isBreaking) return { ...pair, breaking: kinds ?? [] };
  return { ...pair, breaking: [], ...(kinds !== undefined && { harmless: kinds }) };
}

export const PAIRS: readonly Pair[] = [
  ...BREAKING.map((row) => toPair(row, true)),
  ...HARMLESS.map((row) => toPair(row, false)),
  ...ofSchemas,
];
