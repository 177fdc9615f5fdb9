import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readApiDocuments } from '../../../../src/probe/endpoints/api-documents.ts';
import { listEndpoints } from '../../../../src/probe/endpoints/endpoints.ts';
import { listEndpointDetails } from '../../../../src/probe/endpoints/endpoints-details.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const JSON_OK = { description: 'x', content: { 'application/json': { schema: {} } } };
const PROBLEM = {
  description: 'x',
  content: { 'application/problem+json': { schema: { type: 'object', required: ['code'] } } },
};
const NUMBER = (name: string) => ({ name, in: 'query', example: 1, schema: { type: 'integer', minimum: 1 } });
const ID = { name: 'id', in: 'path', required: true, example: 1, schema: { type: 'integer' } };
const BODY = (required: string[]) => ({
  required: true,
  content: { 'application/json': { example: { text: 'a' }, schema: { type: 'object', required } } },
});

const PATHS = {
  '/notes': {
    get: { parameters: [NUMBER('page'), NUMBER('per_page')], responses: { 200: JSON_OK, 400: PROBLEM } },
    post: { requestBody: BODY(['text']), responses: { 201: JSON_OK, 400: PROBLEM } },
  },
  '/notes/{id}': {
    get: { parameters: [ID], responses: { 200: JSON_OK, 400: PROBLEM, 404: PROBLEM } },
    delete: { security: [{ token: [] }], parameters: [ID], responses: { 204: { description: 'x' }, 401: PROBLEM } },
  },
  '/search': { post: { requestBody: BODY(['text']), responses: { 200: JSON_OK, 400: PROBLEM } } },
  '/lax': { get: { parameters: [NUMBER('size')], responses: { 200: JSON_OK } } },
} as const;

function contractOf(...paths: (keyof typeof PATHS)[]): string {
  const components = { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } };
  const chosen = Object.fromEntries(paths.map((path) => [path, PATHS[path]]));
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'notes', version: '1' }, paths: chosen, components });
}

function problem(response: ServerResponse, status: number, code = 'refused'): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ code }));
}

const NOTES = Array.from({ length: 5 }, (_, index) => ({ id: index + 1, text: `note ${index + 1}` }));

/** As the contract says, by hand. */
const healthy: Handler = (request, response) => {
  const url = new URL(request.url ?? '/', 'http://notes');
  const key = `${request.method} ${url.pathname}`;
  const id = /^\/notes\/([^/]+)$/.exec(url.pathname)?.[1];
  if (key === 'GET /notes') listNotes(url, response);
  else if (id !== undefined && request.method === 'DELETE') problem(response, 401);
  else if (id !== undefined && request.method === 'GET') showNote(id, response);
  else if (key === 'GET /lax') sendJson(response, 200, {});
  else if (key === 'POST /notes') readBody(request, (body) => answerPost(201, body, response));
  else if (key === 'POST /search') readBody(request, (body) => answerPost(200, body, response));
  else problem(response, 404, 'route-not-found');
};

function listNotes(url: URL, response: ServerResponse): void {
  const [page = 1, size = 1] = ['page', 'per_page'].map((name) => Number(url.searchParams.get(name) ?? '1'));
  if (!page || !size) problem(response, 400);
  else sendJson(response, 200, { items: NOTES.slice((page - 1) * size, page * size), total: NOTES.length });
}

function showNote(id: string, response: ServerResponse): void {
  const note = NOTES.find((one) => String(one.id) === id);
  if (!/^\d+$/.test(id)) problem(response, 400);
  else if (note === undefined) problem(response, 404, 'no-note');
  else sendJson(response, 200, note);
}

function answerPost(status: number, body: string, response: ServerResponse): void {
  const isRight = /^\{"text":"[^"]*"\}$/.test(body);
  if (isRight) sendJson(response, status, {});
  else problem(response, 400);
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => then(body));
}

async function observe(
  paths: readonly (keyof typeof PATHS)[],
  api: Handler,
  more: { readonly yaml?: string; readonly app?: Handler } = {},
): Promise<{ rows: Row[]; seen: string[] }> {
  const [direct, door] = [await serve(api), await serve(more.app ?? healthy)];
  const files = { 'api.json': contractOf(...paths) };
  const made = testSystem({ app: door.url, api: direct.url, yaml: more.yaml ?? '', files, openapi: 'api.json' });
  open.push(direct, door, made);
  const documents = await readApiDocuments(made.system, undefined);
  const rows: Row[] = [];
  for (const check of [...listEndpoints(made.system, documents), ...listEndpointDetails(made.system, documents)]) {
    rows.push(rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString())));
  }
  return { rows, seen: direct.seen.map(({ method, url }) => `${method} ${url}`) };
}

const ALL = ['/notes', '/notes/{id}', '/search', '/lax'] as const;
const named = (rows: readonly Row[], ending: string): Row | undefined => rows.find(({ id }) => id.endsWith(ending));

it('passes what keeps its contract, and sends nothing that could write', async () => {
  const { rows, seen } = await observe(ALL, healthy);
  expect(rows.map(({ id, status, message }) => [id, status, message].join(' ').trim())).toEqual([
    'endpoints.api.GET /notes passed',
    'endpoints.api.GET /notes/{id} passed',
    'endpoints.api.GET /lax passed',
    'endpoints.api.GET /notes.invalid-input passed',
    'endpoints.api.POST /notes.invalid-input passed',
    'endpoints.api.GET /notes/{id}.invalid-input passed',
    'endpoints.api.DELETE /notes/{id}.invalid-input passed',
    'endpoints.api.POST /search.invalid-input passed',
    'endpoints.api.GET /lax.invalid-input passed',
    'endpoints.api.unknown-routes passed',
    'endpoints.api.GET /notes/{id}.resources passed',
    'endpoints.api.GET /notes.pages passed',
    'endpoints.api.seen passed',
  ]);
  expect(seen).toContain('DELETE /notes/gate10-invalid');
  expect(seen.filter((line) => /^(?:POST|PUT) \/notes$/.test(line))).toHaveLength(1);
});

it('calls what is declared to change nothing, with its example and without its fields', async () => {
  const bodies: string[] = [];
  const api: Handler = (request, response) => {
    if (request.url === '/search') readBody(request, (body) => bodies.push(body));
    healthy(request, response);
  };
  const { rows } = await observe(['/search'], api, { yaml: 'endpoints: { safeWrites: ["POST /search"] }' });
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toContain('endpoints.api.POST /search passed');
  expect(bodies).toEqual(['{"text":"a"}', '{"gate10": ', '{}']);
});

it('leaves lenient operations alone', async () => {
  const { rows } = await observe(['/lax'], healthy, { yaml: 'endpoints: { lenient: ["GET /lax"] }' });
  expect(named(rows, 'invalid-input')).toBeUndefined();
});

/** Another answer to some requests. */
function except(
  matches: (request: IncomingMessage) => boolean,
  answer: (response: ServerResponse) => unknown,
): Handler {
  return (request, response) => void (matches(request) ? answer(response) : healthy(request, response));
}

const isInvalid = (request: IncomingMessage): boolean => request.url?.includes('gate10-invalid') === true;
const isPost = (path: string) => (request: IncomingMessage) => request.method === 'POST' && request.url === path;
const page = (response: ServerResponse): unknown =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>app</title>');

describe('invalid input', () => {
  it.each<[string, Handler, string, string, RegExp]>([
    [
      'a 500',
      except(isInvalid, (r) => sendJson(r, 500, {})),
      'GET /notes',
      'failed',
      /500: the service failed for "gate10-invalid" as the integer "page"/,
    ],
    [
      'a 500 of a body',
      except(isPost('/notes'), (r) => sendJson(r, 500, {})),
      'POST /notes',
      'failed',
      /for a body that is no JSON/,
    ],
    [
      'a yes',
      except(isInvalid, (r) => sendJson(r, 200, [])),
      'GET /notes',
      'failed',
      /accepts .* where its contract declares a refusal/,
    ],
    [
      'a yes to a body',
      except(isPost('/notes'), (r) => sendJson(r, 201, {})),
      'POST /notes',
      'failed',
      /accepts a body that is no JSON with 201/,
    ],
    ['a page', except(isInvalid, page), 'GET /notes', 'failed', /a web page/],
    [
      'a stack trace',
      except(isInvalid, (r) => sendJson(r, 400, { code: 'x', stack: 'E\n    at run (/srv/db.js:10:5)' })),
      'GET /notes',
      'failed',
      /shows a stack trace/,
    ],
    [
      'another type',
      except(isInvalid, (r) => sendJson(r, 400, {})),
      'GET /notes',
      'failed',
      /declares application\/problem\+json for 400/,
    ],
    [
      'a yes to nobody',
      except(isInvalid, (r) => r.writeHead(204).end()),
      'DELETE /notes/{id}',
      'failed',
      /from a caller who has not logged in/,
    ],
    [
      'another refusal',
      except(isInvalid, (r) => sendJson(r, 403, {})),
      'GET /notes',
      'warned',
      /403, which its API contract does not declare/,
    ],
    ['a rate limit', except(isInvalid, (r) => sendJson(r, 429, {})), 'GET /notes', 'inconclusive', /answers 429/],
  ])('with %s for an answer is told', async (_, api, key, status, message) => {
    const { rows } = await observe(ALL, api);
    const row = named(rows, `${key}.invalid-input`);
    expect([row?.status, row?.message]).toEqual([status, expect.stringMatching(message)]);
  });

  it('is asked once more after a reset, and says so', async () => {
    let count = 0;
    const api = except(
      (request) => isPost('/notes')(request) && ++count === 1,
      (response) => response.socket?.resetAndDestroy(),
    );
    const row = named((await observe(['/notes'], api)).rows, 'POST /notes.invalid-input');
    expect([row?.status, row?.attempts?.length]).toEqual(['passed', 2]);
  });
});

describe('routes and methods that do not exist', () => {
  const isUnknown = (request: IncomingMessage): boolean => request.url?.includes('/no/such/route') === true;
  const by = (method: string) => (request: IncomingMessage) => isUnknown(request) && request.method === method;

  it.each<[string, Handler, string]>([
    ['a page for POST', except(by('POST'), page), 'failed'],
    ['a page for PUT', except(by('PUT'), page), 'failed'],
    ['a page for OPTIONS', except(by('OPTIONS'), page), 'failed'],
    ['a page for POST to what can only be read', except(isPost('/lax'), page), 'failed'],
    ['a 500', except(isUnknown, (r) => sendJson(r, 500, {})), 'warned'],
    ['204 for OPTIONS, as gateways do', except(by('OPTIONS'), (r) => r.writeHead(204).end()), 'passed'],
    ['405', except(isUnknown, (r) => sendJson(r, 405, {})), 'passed'],
    [
      'a page with 404',
      except(isUnknown, (r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<html>')),
      'passed',
    ],
  ])('are answered with %s', async (_, api, status) => {
    expect(named((await observe(ALL, api)).rows, 'unknown-routes')?.status).toBe(status);
  });
});

describe('resources', () => {
  const isNote = (request: IncomingMessage): boolean => /^\/notes\/\d+$/.test(request.url ?? '');
  const twoOf = (value: unknown): Handler => except(isNote, (response) => sendJson(response, 200, value));

  it('of another id are wrong', async () => {
    const row = named((await observe(ALL, twoOf({ id: 7, text: 'of somebody else' }))).rows, '.resources');
    expect(row).toMatchObject({ status: 'failed', message: expect.stringMatching(/answers with the resource 7/) });
  });

  it('that are all the same are wrong, without a list to take ids from too', async () => {
    const row = named((await observe(['/notes/{id}'], twoOf({ text: 'always this' }))).rows, '.resources');
    expect(row).toMatchObject({ status: 'failed', message: expect.stringMatching(/every id gets the same/) });
  });
});

describe('pages', () => {
  const second = (answer: (response: ServerResponse) => unknown): Handler =>
    except(({ url }) => /[?&]page=2/.test(url ?? ''), answer);

  it.each<[string, Handler, RegExp]>([
    ['a 500', second((r) => sendJson(r, 500, {})), /500/],
    ['the first page again', second((r) => sendJson(r, 200, { items: NOTES.slice(0, 2), total: 5 })), /the same items/],
    ['nothing', second((r) => sendJson(r, 200, { items: [], total: 5 })), /is empty, though there are 5 items/],
  ])('of which the second is %s are warned', async (_, api, message) => {
    const row = named((await observe(['/notes'], api)).rows, '.pages');
    expect([row?.status, row?.message]).toEqual(['warned', expect.stringMatching(message)]);
  });
});

it('says that nothing is seen of an API which only refuses', async () => {
  const locked = JSON.stringify({
    ...JSON.parse(contractOf('/notes/{id}')),
    paths: { '/notes/{id}': { delete: PATHS['/notes/{id}'].delete } },
  });
  const server = await serve(healthy);
  const made = testSystem({ app: server.url, api: server.url, files: { 'api.json': locked }, openapi: 'api.json' });
  open.push(server, made);
  const checks = listEndpointDetails(made.system, await readApiDocuments(made.system, undefined));
  const seen = await checks.find(({ planned }) => planned.id === 'endpoints.api.seen')?.observe(made.context);
  expect(seen?.judgement).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
});

it('asks each replica that has an address: one bad one of two would hide behind the balancer', async () => {
  const bad = await serve(
    except(
      (request) => isInvalid(request) || /^\/notes\/\d/.test(request.url ?? ''),
      (r) => sendJson(r, 500, {}),
    ),
  );
  const server = await serve(healthy);
  const files = { 'api.json': contractOf('/notes') };
  const made = testSystem({ app: server.url, api: server.url, files, openapi: 'api.json' });
  open.push(bad, server, made);
  const { api } = made.system.environment.services;
  if (api !== undefined) Object.assign(api, { replicas: [server.url, `${bad.url}/`] });
  const checks = listEndpointDetails(made.system, await readApiDocuments(made.system, undefined));
  const input = checks.find(({ planned }) => planned.id.endsWith('GET /notes.invalid-input'));
  const observed = await input?.observe(made.context);
  expect(observed?.judgement).toMatchObject({ status: 'failed', message: expect.stringContaining(bad.url) });
});
