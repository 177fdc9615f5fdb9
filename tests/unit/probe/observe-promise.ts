/** Promises of one test, observed against a real server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listPromises } from '../../../src/probe/flow/promise.ts';
import { toRow } from '../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../src/probe/schema.ts';
import { type Served, sendJson, serve } from './serve.ts';
import { testSystem } from './system.ts';

const open: { close(): unknown }[] = [];

/** After each test. */
export async function closeAll(): Promise<void> {
  for (const item of open.splice(0).reverse()) await item.close();
}

/** Closed after the test, too. */
export function keepOpen(...items: { close(): unknown }[]): void {
  open.push(...items);
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function observe(
  promise: string,
  handler: Handler,
  env: Record<string, string> = {},
): Promise<[Row, Served]> {
  const server = await serve(handler);
  open.push(server);
  const secrets = Object.keys(env).length === 0 ? '' : `    secrets: [${Object.keys(env).join(', ')}]`;
  const yaml = `promises:\n  - id: sample\n    layer: endpoints\n    title: A promise of this test\n    severity: P1\n    at: api\n${promise}`;
  const made = testSystem({ app: server.url, api: server.url, yaml, environment: secrets, env });
  open.push(made);
  const [check] = listPromises(made.system);
  if (check === undefined) throw new Error('no check');
  const row = toRow(check.planned, await check.observe(made.context), new Date().toISOString());
  return [rowSchema.parse(row), server];
}

export async function list(promise: string, handler: Handler) {
  const server = await serve(handler);
  open.push(server);
  const yaml = `promises:\n  - id: sample\n    layer: endpoints\n    title: A promise of this test\n    at: api\n${promise}`;
  const made = testSystem({ app: server.url, api: server.url, yaml });
  open.push(made);
  return { checks: listPromises(made.system), made, server };
}

/** Every row of the promise, in order. */
export async function observeAll(promise: string, handler: Handler): Promise<{ rows: Row[]; server: Served }> {
  const { checks, made, server } = await list(promise, handler);
  const at = new Date().toISOString();
  const rows = checks.map(async ({ planned, observe }) =>
    rowSchema.parse(toRow(planned, await observe(made.context), at)),
  );
  return { rows: await Promise.all(rows), server };
}

export const ONE =
  '    steps:\n      - request: { path: /thing }\n        expect: { contentType: application/json, json: { /ok: true } }\n';

export const FLOW = `    writes: true
    steps:
      - name: make
        request: { method: POST, path: /things, json: { name: "thing {{run.id}}" } }
        expect: { status: 201, json: { /name: "thing {{run.id}}" } }
        capture: { id: /id, token: { header: x-token } }
      - name: read
        request: { path: "/things/{{id}}", headers: { authorization: "Bearer {{token}}" } }
        expect: { json: { /id: "{{id}}" } }
    cleanup:
      - request: { method: DELETE, path: "/things/{{id}}" }
        expect: { status: 204 }
`;

export function store(
  options: { readonly loses?: boolean; readonly keeps?: boolean; readonly refuses?: boolean } = {},
): Handler {
  return (request, response) => {
    if (request.method === 'POST') {
      response.setHeader('x-token', 'tok-0123456789abcdef');
      if (options.refuses) sendJson(response, 500, {});
      else sendJson(response, 201, { name: 'thing run-1', id: 'a/b' });
    } else if (request.method === 'DELETE') response.writeHead(options.keeps ? 500 : 204).end();
    else if (options.loses) sendJson(response, 200, { id: request.headers.authorization });
    else sendJson(response, 200, { id: 'a/b' });
  };
}
