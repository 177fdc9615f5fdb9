import { expect, it } from 'vitest';
import { listPromises } from '../../../../src/probe/flow/promise.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { type Served, sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const PROMISE = `promises:
  - id: stored
    layer: storage
    title: What is stored comes back
    at: api
    eachReplica: true
    writes: true
    steps:
      - request: { method: PUT, path: "/things/{{run.id}}-{{run.replica}}", json: { mark: "{{run.nonce}}" } }
        expect: { status: 201 }
      - request: { path: "/things/{{run.id}}-{{run.replica}}" }
        expect: { json: { /mark: n0nce } }
    cleanup:
      - request: { method: DELETE, path: "/things/{{run.id}}-{{run.replica}}" }
        expect: { status: 204 }
`;

/** Keeps things; a bad one loses what it was given. */
async function replica(things: Map<string, string>, bad = false): Promise<Served> {
  const server = await serve((request, response) => {
    const name = request.url ?? '';
    if (request.method === 'DELETE') {
      things.delete(name);
      response.writeHead(204).end();
    } else if (request.method === 'PUT') {
      if (!bad) things.set(name, 'n0nce');
      sendJson(response, 201, {});
    } else sendJson(response, things.has(name) ? 200 : 404, { mark: things.get(name) });
  });
  open.push(server);
  return server;
}

async function observe(api: Served, replicas: readonly Served[]) {
  const made = testSystem({ app: api.url, api: api.url, replicas: replicas.map(({ url }) => url), yaml: PROMISE });
  open.push(made);
  const checks = listPromises(made.system);
  const found = checks.map(async (check) => [check.planned.id, (await check.observe(made.context)).judgement.status]);
  return Object.fromEntries(await Promise.all(found));
}

it('a promise of each replica names the one that breaks it', async () => {
  const things = new Map<string, string>();
  const [good, bad] = [await replica(things), await replica(things, true)];
  expect(await observe(good, [good, bad])).toEqual({
    'storage.stored.replica-1': 'passed',
    'storage.stored.replica-1.undone': 'passed',
    'storage.stored.replica-2': 'failed',
    'storage.stored.replica-2.undone': 'passed',
  });
  expect([...things]).toEqual([]);
  expect(bad.seen.map(({ url }) => url)).toContain('/things/run-1-2');
});

it('asks the service itself where no replica is declared', async () => {
  const api = await replica(new Map());
  expect(await observe(api, [])).toEqual({ 'storage.stored': 'passed', 'storage.stored.undone': 'passed' });
  expect(api.seen.map(({ url }) => url)).toContain('/things/run-1-0');
});
