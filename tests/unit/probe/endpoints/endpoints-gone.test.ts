import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listGone } from '../../../../src/probe/endpoints/endpoints-gone.ts';
import { findNewOperations } from '../../../../src/probe/endpoints/find-new-operations.ts';
import { apiContract } from '../api-contract.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { createRepository } from '../repository.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const FILE = 'api.json';

async function removedIn(order: 'forward' | 'back', deprecated = false): Promise<readonly string[]> {
  const repository = createRepository();
  open.push({ close: () => repository.remove() });
  const more = apiContract('GET /items', 'GET /extra');
  const withExtra = deprecated ? more.replace('"/extra":{"get":{', '"/extra":{"get":{"deprecated":true,') : more;
  const [first, second] =
    order === 'forward' ? [withExtra, apiContract('GET /items')] : [apiContract('GET /items'), withExtra];
  const older = repository.commit('feat: a', { [FILE]: first });
  const newer = repository.commit('feat: b', { [FILE]: second });
  const [commit, previous] = order === 'forward' ? [newer, older] : [older, newer];
  const found = await findNewOperations(repository.git, { commit, previous, openapi: FILE });
  return found.known ? found.removed : [found.why];
}

describe('removed operations', () => {
  it('are those that only the release before had', async () => {
    expect(await removedIn('forward')).toEqual(['GET /extra']);
  });
  it('leave out the deprecated ones', async () => {
    expect(await removedIn('forward', true)).toEqual([]);
  });
  it('are none on a rollback, which is meant to take them back', async () => {
    expect(await removedIn('back')).toEqual([]);
  });
});

describe('a route that users call', () => {
  const notFound = (response: ServerResponse): void => sendJson(response, 404, { error: 'no such route' });

  it.each<[string, (response: ServerResponse) => unknown, string]>([
    ['it answers', (r) => sendJson(r, 200, {}), 'passed'],
    ['it wants a login', (r) => sendJson(r, 401, { error: 'log in' }), 'passed'],
    ['it answers as every unknown path', notFound, 'warned'],
    ['it is gone', (r) => sendJson(r, 410, {}), 'warned'],
    ['it fails', (r) => sendJson(r, 500, {}), 'failed'],
    ['it limits the rate', (r) => sendJson(r, 429, {}), 'inconclusive'],
  ])('where %s', async (_, answer, status) => {
    const server = await serve((request, response) =>
      request.url === '/legacy' ? void answer(response) : notFound(response),
    );
    const yaml = 'endpoints: { undocumented: [{ at: api, path: /legacy }] }';
    const made = testSystem({ app: server.url, api: server.url, yaml });
    open.push(server, made);
    const [check] = listGone(made.system, undefined);
    expect(check?.planned.id).toBe('endpoints.undocumented.api./legacy');
    expect((await check?.observe(made.context))?.judgement.status).toBe(status);
  });

  it('has to be at a declared service', () => {
    const yaml = 'endpoints: { undocumented: [{ at: apu, path: /legacy }] }';
    expect(() => testSystem({ app: 'http://a.test', api: 'http://b.test', yaml })).toThrow(/"apu" is not declared/);
  });
});
