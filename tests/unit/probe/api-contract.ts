/** Small OpenAPI documents for tests: operations as they are written, in JSON (which is YAML). */

const JSON_BODY = (schema: unknown) => ({ description: 'x', content: { 'application/json': { schema } } });
const ITEM = {
  type: 'object',
  required: ['id', 'at'],
  unevaluatedProperties: false,
  properties: { id: { type: 'integer' }, at: { type: 'string', format: 'date-time' } },
};
const PROBLEM = {
  description: 'x',
  content: { 'application/problem+json': { schema: { type: 'object', required: ['code'] } } },
};

const OPERATIONS = {
  'GET /items': { responses: { 200: JSON_BODY({ type: 'array', items: ITEM }) } },
  'GET /items/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, example: 1, schema: { type: 'integer' } }],
    responses: { 200: JSON_BODY(ITEM), 404: PROBLEM },
  },
  'GET /me': { security: [{ token: [] }], responses: { 200: JSON_BODY({ type: 'object' }), 401: PROBLEM } },
  'POST /items': {
    requestBody: { required: true, content: { 'application/json': { schema: ITEM } } },
    responses: { 201: JSON_BODY(ITEM), 415: PROBLEM },
  },
  'POST /things': { security: [{ token: [] }], responses: { 201: JSON_BODY(ITEM), 401: PROBLEM } },
  'POST /recount': { responses: { 204: { description: 'x' } } },
  'GET /extra': { responses: { 200: JSON_BODY({ type: 'object' }) } },
  'GET /internal': { 'x-internal': true, responses: { 200: JSON_BODY({ type: 'object' }) } },
} as const;

export type OperationName = keyof typeof OPERATIONS;

export function apiContract(...names: readonly OperationName[]): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of names) {
    const [method = '', path = ''] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: OPERATIONS[name] };
  }
  const info = { title: 'sample', version: '1.0.0' };
  const components = { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } };
  return JSON.stringify({ openapi: '3.1.0', info, paths, components });
}
