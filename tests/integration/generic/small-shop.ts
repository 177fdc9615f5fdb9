/** A small service with what the reference system does not have: Idempotency-Key, 406, offsets, PUT. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const OPENAPI = `openapi: 3.1.0
info: { title: shop, version: 1.0.0 }
paths:
  /report:
    get:
      responses:
        '200':
          description: ok
          content: { application/json: { schema: { type: object } }, text/csv: { schema: { type: string } } }
        '406': { description: neither }
  /orders:
    post:
      parameters: [{ name: Idempotency-Key, in: header, required: true, schema: { type: string, minLength: 8 } }]
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [item], properties: { item: { type: string, minLength: 2 } } } } }
      responses:
        '201': { description: made, content: { application/json: { schema: { type: object } } } }
        '400': { description: wrong }
        '415': { description: of another type }
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, example: '7', schema: { type: string } }]
    put: { responses: { '204': { description: put }, '409': { description: taken } } }
    get: { responses: { '200': { description: one, content: { application/json: { schema: { type: object } } } } } }
  /profiles/{userId}:
    parameters: [{ name: userId, in: path, required: true, example: '7', schema: { type: string } }]
    get: { responses: { '200': { description: one, content: { application/json: { schema: { type: object } } } } } }
  /items:
    get:
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 10 } }
        - { name: offset, in: query, schema: { type: integer, minimum: 0, maximum: 1000 } }
      responses: { '200': { description: some, content: { application/json: { schema: { type: array } } } } }
`;

export const SYSTEM = `schema: gate10/system/v1
system: shop
frontDoor: api
services: { api: { kind: backend, openapi: openapi.yaml } }
identity: { service: api, path: /version, commit: /sha }
layers: {}
environments:
  test: { services: { api: { url: "\${API}" } }, writes: free }
`;

export interface Sent {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: string;
}
/** What a service answers; undefined leaves it to the right one. */
export type Handler = (sent: Sent, response: ServerResponse) => boolean;

const made = new Map<string, string>();
export const json = (response: ServerResponse, status: number, body: unknown): boolean => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
};
export const status = (response: ServerResponse, code: number): boolean => {
  response.writeHead(code).end();
  return true;
};
export const ITEMS = Array.from({ length: 9 }, (_, index) => ({ id: index }));

export const right: Handler = ({ request, url, body }, response) => {
  const { method, headers } = request;
  if (url.pathname === '/report') {
    if (headers.accept === 'text/csv') response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b');
    else if (headers.accept === 'application/json') json(response, 200, {});
    else status(response, 406);
  } else if (url.pathname === '/orders') order(headers, body, response);
  else if (url.pathname === '/items') {
    const [offset, limit] = [Number(url.searchParams.get('offset')), Number(url.searchParams.get('limit') ?? 5)];
    json(response, 200, ITEMS.slice(offset, offset + limit));
  } else if (method === 'PUT') status(response, 204);
  else json(response, 200, { id: url.pathname.split('/').at(-1) });
  return true;
};

function order(headers: IncomingMessage['headers'], body: string, response: ServerResponse): boolean {
  if (headers['content-type'] !== 'application/json') return status(response, 415);
  const key = String(headers['idempotency-key'] ?? '');
  const item = readItem(body);
  if (key.length < 8 || typeof item !== 'string' || item.length < 2) return status(response, 400);
  made.set(key, made.get(key) ?? `order-${made.size}`);
  return json(response, 201, { id: made.get(key) });
}

function readItem(body: string): unknown {
  try {
    return (JSON.parse(body) as { item?: unknown } | null)?.item;
  } catch {
    return undefined;
  }
}
