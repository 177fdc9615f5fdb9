/** A small service with accounts and pages of its own; what it does wrong can be switched on. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const OPENAPI = `openapi: 3.1.0
info: { title: wiki, version: 1.0.0 }
security: [{ token: [] }]
paths:
  /users:
    post:
      security: []
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1 } } }, example: { name: Ada } } } }
      responses: { '201': { description: made, content: { application/json: { schema: { type: object } } } }, '400': { description: wrong }, '415': { description: of another type } }
  /users/me:
    delete: { responses: { '204': { description: gone }, '401': { description: who }, '500': { description: broken } } }
  /pages:
    post:
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [text], properties: { text: { type: string } } } } } }
      responses: { '201': { description: made, content: { application/json: { schema: { type: object } } } }, '401': { description: who } }
  /pages/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { responses: { '200': { description: one, content: { application/json: { schema: { type: object } } } }, '404': { description: none } } }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
`;

export const toSystem = (integration: string): string => `schema: gate10/system/v1
system: wiki
frontDoor: api
services: { api: { kind: backend, openapi: openapi.yaml } }
identity: { service: api, path: /version, commit: /sha }
integration: { session: { promise: a-user, headers: { Authorization: "Bearer {{token}}" } }${integration} }
promises:
  - id: a-user
    layer: authentication
    title: A user is made and is logged in
    at: api
    writes: true
    steps:
      - request: { method: POST, path: /users, json: { name: "gate10 {{run.nonce}}" } }
        expect: { status: 201 }
        capture: { token: /token }
      - request: { path: /never-asked, headers: { authorization: "Bearer {{token}}" } }
    cleanup:
      - request: { method: DELETE, path: /users/me, headers: { authorization: "Bearer {{token}}" } }
        expect: { status: 204 }
layers: { authentication: declared }
environments:
  test: { services: { api: { url: "\${API}" } }, writes: free }
`;

export interface Wiki {
  /** Everybody may read every page. */
  isOpen: boolean;
  /** Accounts cannot be removed. */
  isStuck: boolean;
  readonly users: Set<string>;
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
}

export function createWiki(): Wiki {
  const pages = new Map<string, string>();
  const wiki: Wiki = {
    isOpen: false,
    isStuck: false,
    users: new Set(),
    listener: (request, response) => {
      request.resume();
      const { method, url = '/', headers } = request;
      const token = headers.authorization?.replace('Bearer ', '') ?? '';
      const send = (status: number, body?: unknown): void => {
        response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      };
      if (`${method} ${url}` === 'POST /users') {
        const made = `token-of-user-${randomUUID()}`;
        wiki.users.add(made);
        send(201, { token: made });
      } else if (method === 'GET' && (wiki.isOpen ? wiki.users.has(token) : pages.get(url) === token && token !== '')) {
        send(pages.has(url) ? 200 : 404, { id: url.split('/').at(-1) });
      } else if (method === 'GET') send(404);
      else if (!wiki.users.has(token)) send(401);
      else if (method === 'POST') {
        pages.set(`/pages/p${pages.size}`, token);
        send(201, { id: `p${pages.size - 1}` });
      } else if (wiki.isStuck) send(500);
      else {
        wiki.users.delete(token);
        send(204);
      }
    },
  };
  return wiki;
}
