import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findNewOperations, type NewOperations } from '../../../../src/probe/endpoints/find-new-operations.ts';
import { listNewEndpoints } from '../../../../src/probe/endpoints/new-endpoints.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { apiContract, type OperationName } from '../api-contract.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { createRepository, type TestRepository } from '../repository.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const FILE = 'openapi/api.json';

function repository(): TestRepository {
  const made = createRepository();
  open.push({ close: () => made.remove() });
  return made;
}

function keysOf(found: NewOperations): readonly string[] {
  if (!found.known) throw new Error(found.why);
  return found.operations.map(({ key }) => key);
}

describe('what is new', () => {
  it('is in the contract of the expected commit and not in the previous one', async () => {
    const { git, commit } = repository();
    const previous = commit('feat: a', { [FILE]: apiContract('GET /items') });
    const expected = commit('feat: b', { [FILE]: apiContract('GET /items', 'GET /extra') });
    const found = await findNewOperations(git, { commit: expected, previous, openapi: FILE });
    expect(keysOf(found)).toEqual(['GET /extra']);
    expect(found).toMatchObject({ first: false, suspicious: [] });
  });

  it.each<[string, string, string[]]>([
    ['a line', 'feat: x\n\nEndpoints: GET /b, POST /c', ['GET /b', 'POST /c']],
    ['a path without a method', 'feat: x\n\nEndpoints: /b /c', ['GET /b', 'GET /c']],
    ['several lines', 'feat: x\n\nEndpoints: GET /b\nEndpoints: DELETE /c/:id', ['GET /b', 'DELETE /c/{id}']],
    ['lines that go on', 'feat: x\n\nEndpoints:\n  - GET /b\n  - PUT /c\n\nMore text /d', ['GET /b', 'PUT /c']],
    [
      'what git loses: a paragraph behind it',
      'feat: x\n\nEndpoints: GET /b\n\nCo-authored-by: A <a@example.org>',
      ['GET /b'],
    ],
    ['what git loses: a footer with a space', 'feat: x\n\nEndpoints: GET /b\nBREAKING CHANGE: all', ['GET /b']],
    ['no line', 'feat: x\n\nThe endpoints: are fine. See GET /nothing', []],
  ])('is named in a commit message by %s', async (_, message, keys) => {
    const { git, commit } = repository();
    const previous = commit('feat: a', { [FILE]: apiContract('GET /items') });
    const expected = commit(message, {});
    expect(keysOf(await findNewOperations(git, { commit: expected, previous, openapi: FILE }))).toEqual(keys);
  });

  it('is everything where no earlier deployment is known', async () => {
    const { git, commit } = repository();
    const expected = commit('feat: a', { [FILE]: apiContract('GET /items', 'GET /me') });
    const found = await findNewOperations(git, { commit: expected, previous: undefined, openapi: FILE });
    expect(found).toMatchObject({ known: true, first: true });
    expect(keysOf(found)).toEqual(['GET /items', 'GET /me']);
  });

  it('is suspicious where routes change and nothing is named', async () => {
    const { git, commit } = repository();
    const previous = commit('feat: a', { [FILE]: apiContract('GET /items') });
    const expected = commit('feat: b', { 'src/routes/rerank.ts': 'x', 'README.md': 'y' });
    const found = await findNewOperations(git, { commit: expected, previous, openapi: FILE });
    expect(found).toMatchObject({ operations: [], suspicious: ['src/routes/rerank.ts'] });
  });

  it.each<
    [string, (made: TestRepository) => { commit: string; previous: string | undefined; openapi: string | undefined }]
  >([
    ['the commit is unknown', () => ({ commit: 'f'.repeat(40), previous: undefined, openapi: FILE })],
    ['the commit has no contract', ({ commit }) => ({ commit: commit('a', {}), previous: undefined, openapi: FILE })],
    [
      'the contract is none',
      ({ commit }) => ({ commit: commit('a', { [FILE]: '<html></html>' }), previous: undefined, openapi: FILE }),
    ],
    [
      'the release before is unknown',
      ({ commit }) => ({
        commit: commit('a', { [FILE]: apiContract('GET /items') }),
        previous: 'e'.repeat(40),
        openapi: FILE,
      }),
    ],
  ])('cannot be known when %s, and says so', async (_, range) => {
    const made = repository();
    const found = await findNewOperations(made.git, range(made));
    expect(found.known).toBe(false);
    const { system } = testRun('http://127.0.0.1:1', 'http://127.0.0.1:1');
    const [check] = listNewEndpoints(system.system, found);
    const observed = await check?.observe(system.context);
    expect(observed?.judgement).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });
});

describe('where no API contract of the repository is declared', () => {
  const undeclared = (commit: string, previous?: string) => ({ commit, previous, openapi: undefined });

  it('nothing new is promised, so nothing is demanded, and why is said', async () => {
    const { git, commit } = repository();
    const previous = commit('feat: a', {});
    const found = await findNewOperations(git, undeclared(commit('feat: b', { 'src/routes/x.ts': 'x' }), previous));
    expect(found).toMatchObject({ known: false, promised: false, why: expect.stringContaining('code.openapi') });
    const { system } = testRun('http://127.0.0.1:1', 'http://127.0.0.1:1');
    expect(listNewEndpoints(system.system, found)).toEqual([]);
  });

  it('a commit that git does not know demands nothing either', async () => {
    const { git } = repository();
    expect(await findNewOperations(git, undeclared('f'.repeat(40)))).toMatchObject({ known: false, promised: false });
  });

  it('what the commits name is demanded all the same', async () => {
    const { git, commit } = repository();
    const previous = commit('feat: a', {});
    const expected = commit('feat: b\n\nEndpoints: GET /extra', {});
    const found = await findNewOperations(git, undeclared(expected, previous));
    expect(keysOf(found)).toEqual(['GET /extra']);
    const { system } = testRun('http://127.0.0.1:1', 'http://127.0.0.1:1');
    expect(listNewEndpoints(system.system, found).map(({ planned }) => planned.id)).toEqual([
      'endpoints.new',
      'endpoints.new.api.GET /extra',
      'endpoints.new.app.GET /extra',
    ]);
  });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function problem(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ code, instance: request.url, request_id: `${Math.random()}` }));
}

const unknownRoute: Handler = (request, response) => problem(request, response, 404, 'route-not-found');

function testRun(app: string, api: string, yaml = '') {
  const system = testSystem({ app, api, yaml });
  open.push(system);
  return { system };
}

/** Rows of the new operations, as `<status> <message>`, after the summary. */
async function observe(name: OperationName, api: Handler, app: Handler = api, yaml = ''): Promise<Row[]> {
  const { git, commit } = repository();
  const previous = commit('a', { [FILE]: apiContract(name === 'GET /items' ? 'GET /me' : 'GET /items') });
  const expected = commit('b', { [FILE]: apiContract(name === 'GET /items' ? 'GET /me' : 'GET /items', name) });
  const found = await findNewOperations(git, { commit: expected, previous, openapi: FILE });
  const [direct, door] = [await serve(api), await serve(app)];
  open.push(direct, door);
  const { system } = testRun(door.url, direct.url, yaml);
  const rows: Row[] = [];
  for (const check of listNewEndpoints(system.system, found)) {
    rows.push(rowSchema.parse(toRow(check.planned, await check.observe(system.context), new Date().toISOString())));
  }
  return rows.slice(1);
}

const extra =
  (answer: Handler): Handler =>
  (request, response) =>
    request.url?.split('?')[0] === '/extra' ? answer(request, response) : unknownRoute(request, response);

describe('a new operation', () => {
  it('passes where it answers directly and at the front door', async () => {
    const rows = await observe(
      'GET /extra',
      extra((_, r) => sendJson(r, 200, {})),
    );
    expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'endpoints.new.api.GET /extra passed',
      'endpoints.new.app.GET /extra passed',
    ]);
  });

  it.each<[string, Handler, RegExp]>([
    ['the answer of an unknown route', unknownRoute, /answers 404 as to any unknown path: the route does not exist/],
    ['200 for everything', (_, r) => sendJson(r, 200, { fallback: true }), /answers 200 as to any unknown path/],
    [
      'a page for everything',
      (_, r) => r.end('<!doctype html>app'),
      /answers 200 with a web page as to any unknown path/,
    ],
    ['a page', extra((_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>')), /the SPA fallback/],
    ['405', extra((_, r) => r.writeHead(405).end()), /405: the method is not allowed/],
    ['501', extra((_, r) => r.writeHead(501).end()), /501: it is not implemented/],
    ['500', extra((_, r) => r.writeHead(500).end()), /500: the service failed/],
    ['an undeclared status', extra((_, r) => sendJson(r, 202, {})), /does not declare the status 202/],
  ])('fails on %s', async (_, handler, message) => {
    const rows = await observe('GET /extra', handler);
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(rows[0]?.message).toMatch(message);
  });

  it('says that the proxy does not pass it on, when only the service has it', async () => {
    const [direct, door] = await observe(
      'GET /extra',
      extra((_, r) => sendJson(r, 200, {})),
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>app'),
    );
    expect([direct?.status, door?.status]).toEqual(['passed', 'failed']);
    expect(door?.message).toMatch(/so the proxy app does not pass it on: look at the proxy rules\.$/);
  });

  it('is not expected at the front door when it is internal', async () => {
    const rows = await observe('GET /internal', (request, response) =>
      request.url === '/internal' ? sendJson(response, 200, {}) : unknownRoute(request, response),
    );
    expect(rows.map(({ id }) => id)).toEqual(['endpoints.new.api.GET /internal']);
  });
});

describe('a new operation that writes', () => {
  it('is called without a body and passes where it refuses that as declared', async () => {
    const rows = await observe('POST /items', (request, response) =>
      request.url === '/items' ? problem(request, response, 415, 'type') : unknownRoute(request, response),
    );
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed']);
  });

  it('is found to be missing', async () => {
    expect((await observe('POST /items', unknownRoute)).map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('has to refuse who has not logged in', async () => {
    const answer =
      (status: number): Handler =>
      (request, response) =>
        request.url === '/things' ? problem(request, response, status, 'login') : unknownRoute(request, response);
    expect((await observe('POST /things', answer(401)))[0]?.status).toBe('passed');
    expect((await observe('POST /things', answer(201)))[0]).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/to a caller who has not logged in/),
    });
  });

  it('cannot be told from an unknown route where everything asks for a login, unless a promise calls it', async () => {
    const wall: Handler = (request, response) => problem(request, response, 401, 'login');
    expect((await observe('POST /things', wall))[0]).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    const promise =
      'promises:\n  - { id: makes-things, layer: endpoints, title: Things are made, severity: P1, at: app, steps: [{ request: { method: POST, path: /things } }] }';
    expect((await observe('POST /things', wall, wall, promise))[0]).toMatchObject({
      status: 'passed',
      evidence: { coveredBy: 'makes-things' },
    });
  });

  it('is never called when it is public and needs no body', async () => {
    const called: string[] = [];
    const rows = await observe('POST /recount', (request, response) => {
      called.push(`${request.method} ${request.url}`);
      response.writeHead(204).end();
    });
    expect(rows.map(({ status }) => status)).toEqual(['warned', 'warned']);
    expect(called).toEqual([]);
  });
});
