import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readApiDocuments } from '../../../../src/probe/endpoints/api-documents.ts';
import { listEndpoints } from '../../../../src/probe/endpoints/endpoints.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { apiContract, type OperationName } from '../api-contract.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ITEM = { id: 1, at: '2026-11-01T10:00:00Z' };

function problem(response: ServerResponse, status: number, code: string, request: IncomingMessage): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ code, instance: request.url, request_id: `req-${Math.random()}` }));
}

/** Everything as the contract says, unknown routes included. */
const healthy: Handler = (request, response) => {
  if (request.url === '/items') sendJson(response, 200, [ITEM]);
  else if (request.url === '/items/1') sendJson(response, 200, ITEM);
  else if (request.url === '/me') problem(response, 401, 'login', request);
  else problem(response, 404, 'route-not-found', request);
};

async function observe(
  names: readonly OperationName[],
  api: Handler,
  app: Handler = healthy,
  edge = '/items?x=1',
): Promise<Row[]> {
  const [direct, door] = [await serve(api), await serve(app)];
  const edges = `edges:\n  - { id: app-api, from: app, to: api, paths: [{ path: "${edge}" }] }`;
  const files = { 'api.json': apiContract(...names) };
  const made = testSystem({ app: door.url, api: direct.url, yaml: edges, files, openapi: 'api.json' });
  open.push(direct, door, made);
  const rows: Row[] = [];
  for (const check of listEndpoints(made.system, await readApiDocuments(made.system, undefined))) {
    rows.push(rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString())));
  }
  return rows;
}

it('asks every safe operation directly, and at the front door where an edge serves it', async () => {
  const rows = await observe(['GET /items', 'GET /items/{id}', 'GET /me', 'POST /items'], healthy);
  expect(rows.map(({ id, status, message }) => [id, status, message].join(' ').trim())).toEqual([
    'endpoints.api.GET /items passed',
    'endpoints.app.GET /items passed',
    'endpoints.api.GET /items/{id} passed',
    'endpoints.app.GET /items/{id} passed',
    'endpoints.api.GET /me passed',
  ]);
});

it('does not ask an internal operation at the front door, whatever the edges serve', async () => {
  const internal: Handler = (request, response) =>
    request.url === '/internal' ? sendJson(response, 200, {}) : healthy(request, response);
  const rows = await observe(['GET /internal'], internal, healthy, '/internal/status');
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual(['endpoints.api.GET /internal passed']);
});

const page = (response: ServerResponse): unknown =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');

describe('an operation', () => {
  it.each<[string, OperationName, Handler, RegExp]>([
    ['a 500', 'GET /items', (_, r) => sendJson(r, 500, {}), /500: the service failed/],
    ['a 405', 'GET /items', (_, r) => sendJson(r, 405, {}), /405: the method is not allowed/],
    ['a 501', 'GET /items', (_, r) => sendJson(r, 501, {}), /501: it is not implemented/],
    ['a page', 'GET /items', (_, r) => void page(r), /the SPA fallback or a default page answered/],
    ['an undeclared status', 'GET /items', (_, r) => r.writeHead(204).end(), /does not declare the status 204/],
    [
      'another type',
      'GET /items',
      (_, r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('[]'),
      /not text\/plain/,
    ],
    ['a wrong schema', 'GET /items', (_, r) => sendJson(r, 200, [{ ...ITEM, id: 'x' }]), /\/0\/id must be integer/],
    [
      'an unknown field',
      'GET /items',
      (_, r) => sendJson(r, 200, [{ ...ITEM, more: 1 }]),
      /unevaluated properties \("more"\)/,
    ],
    [
      'a wrong format',
      'GET /items',
      (_, r) => sendJson(r, 200, [{ id: 1, at: 'now' }]),
      /\/0\/at must match format "date-time"/,
    ],
    [
      'an empty body',
      'GET /items',
      (_, r) => r.writeHead(200, { 'content-type': 'application/json' }).end(),
      /the body is empty/,
    ],
    ['a demand to log in', 'GET /items', (_, r) => sendJson(r, 401, {}), /401: it asks for a login/],
    [
      'a stack trace',
      'GET /items',
      (_, r) => sendJson(r, 200, [{ ...ITEM, stack: 'Error: x\n    at run (/srv/app/db.js:10:5)' }]),
      /shows a stack trace/,
    ],
    ['a missing route', 'GET /items/{id}', (q, r) => problem(r, 404, 'route-not-found', q), /as to any unknown path/],
    ['an open door', 'GET /me', (_, r) => sendJson(r, 200, {}), /answers 200 to a caller who has not logged in/],
    ['a redirect to log in', 'GET /me', (_, r) => r.writeHead(302, { location: '/login' }).end(), /a login page/],
    [
      'a 401 without its problem',
      'GET /me',
      (_, r) => sendJson(r, 401, {}),
      /declares application\/problem\+json for 401/,
    ],
  ])('fails on %s', async (_, name, handler, message) => {
    const [row] = await observe([name], handler);
    expect(row?.status).toBe('failed');
    expect(row?.message).toMatch(message);
  });

  it('tells a missing resource from a missing route', async () => {
    const [row] = await observe(['GET /items/{id}'], (request, response) =>
      problem(response, 404, request.url === '/items/1' ? 'item-not-found' : 'route-not-found', request),
    );
    expect(row?.status).toBe('passed');
  });

  it('says that the proxy is to blame when only the front door is broken', async () => {
    const [direct, door] = await observe(['GET /items'], healthy, (_, response) => void page(response));
    expect([direct?.status, door?.status]).toEqual(['passed', 'failed']);
    expect(door?.message).toMatch(/api itself answers as it should, so look at the proxy app\.$/);
  });
});
