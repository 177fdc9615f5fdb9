import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listEdges } from '../../../../src/probe/edge/edge.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

type Answer = (response: ServerResponse, count: number) => void;

async function observe(
  direct: Answer,
  door: Answer,
  path = '{ path: /health, volatile: [/time] }',
  more = '',
): Promise<Row> {
  let asked = 0;
  const api = await serve((_, response) => direct(response, ++asked));
  let entered = 0;
  const app = await serve((_, response) => door(response, ++entered));
  const made = testSystem({
    app: app.url,
    api: api.url,
    yaml: `edges:\n  - id: app-api\n    from: app\n    to: api\n    paths:\n      - ${path}\n${more}`,
  });
  open.push(api, app, made);
  const [check] = listEdges(made.system);
  if (check === undefined) throw new Error('no check');
  return rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString()));
}

const healthy: Answer = (response) => sendJson(response, 200, { ok: true, time: performance.now() });
const page: Answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');

describe('an edge', () => {
  it('passes when the front door hands on what the backend says, volatile fields aside', async () => {
    expect(await observe(healthy, healthy)).toMatchObject({ id: 'integration.app-api./health', status: 'passed' });
  });

  it.each<[string, Answer, Answer, RegExp]>([
    [
      'a missing proxy rule',
      healthy,
      (r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html>Not found'),
      /^The proxy app does not reach api, which directly answers 200 application\/json\. GET .* answers 404 with a web page/,
    ],
    [
      'a dead host behind the proxy',
      healthy,
      (r) => r.writeHead(502).end(),
      /^The proxy app .* 502: the proxy gets no/,
    ],
    ['a proxy that waits in vain', healthy, (r) => r.writeHead(504).end(), /^The proxy app .* 504: the proxy waits/],
    ['the SPA fallback', healthy, page, /^The proxy app .* the SPA fallback or a default page answered for the API/],
    ['a front door that is gone', healthy, (r) => void r.destroy(), /^The proxy app .* got no answer/],
    ['another value', healthy, (r) => sendJson(r, 200, { ok: false, time: 1 }), /has \/ok false, directly true/],
    ['a missing field', healthy, (r) => sendJson(r, 200, { time: 1 }), /has \/ok absent, directly true/],
    [
      'a body that is cut and still called JSON',
      healthy,
      (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":tr'),
      /^The proxy app .* but the body is not JSON/,
    ],
    [
      'a broken backend',
      (r) => sendJson(r, 500, {}),
      (r) => sendJson(r, 500, {}),
      /^The backend itself does not answer/,
    ],
    [
      'a broken backend behind a cache',
      (r) => sendJson(r, 503, {}),
      healthy,
      /^The backend itself .*\(through app it does answer\), so look at api, not at the proxy/,
    ],
  ])('fails on %s', async (_, direct, door, message) => {
    const row = await observe(direct, door);
    expect(row.status).toBe('failed');
    expect(row.message).toMatch(message);
  });

  it('cannot be judged when the front door limits the rate', async () => {
    expect(await observe(healthy, (r) => r.writeHead(429).end())).toMatchObject({
      status: 'inconclusive',
      reason: 'insufficient',
    });
  });

  it('asks the pair once more when only the bodies differ, and records it', async () => {
    const door: Answer = (response, count) => sendJson(response, 200, { ok: count > 1, time: count });
    const row = await observe(healthy, door);
    expect(row).toMatchObject({ status: 'passed', evidence: { pairs: 2, firstDifference: '/ok false' } });
  });

  it('compares the shape only, where values differ by design', async () => {
    const shape = '{ path: /health, compare: shape }';
    const list =
      (items: unknown[]): Answer =>
      (response) =>
        sendJson(response, 200, { items });
    expect((await observe(list([{ id: 1 }]), list([{ id: 2 }, { id: 3 }]), shape)).status).toBe('passed');
    expect((await observe(list([{ id: 1 }]), list([{ id: 'x' }]), shape)).status).toBe('failed');
  });
});

describe('how often it is asked again is declared', () => {
  it.each([2, 5])('ownLooks %i: the service by itself', async (ownLooks) => {
    let direct = 0;
    const counts: Answer = (response) => {
      direct += 1;
      sendJson(response, 200, { ok: true });
    };
    const row = await observe(counts, (r) => sendJson(r, 200, { ok: false }), HEALTH, `    ownLooks: ${ownLooks}\n`);
    expect([row.status, direct]).toEqual(['failed', 2 + ownLooks]);
  });

  it.each([1, 4])('keptLooks %i: both, where a time stands still', async (keptLooks) => {
    const still: Answer = (response) => sendJson(response, 200, { ok: true, time: 'still' });
    const row = await observe(moving, still, HEALTH, `    keptLooks: ${keptLooks}\n`);
    expect(row.message).toContain(`/time did not change between ${2 + keptLooks} requests`);
  });
});

const HEALTH = '{ path: /health, volatile: [/time] }';
/** Its time has parts of a second, so that two answers never have the same one. */
const moving: Answer = (response, count) =>
  sendJson(response, 200, { ok: true, time: new Date(Date.now() + count).toISOString() });
/** Two replicas in turn, each with its start. */
const inTurn: Answer = (response, count) =>
  sendJson(response, 200, { ok: true, time: `2026-01-0${1 + (count % 2)}T00:00:00Z` });
const justNow = Date.now();
/** The same, started a moment ago: a start is the time of the answer then. */
const startedInTurn: Answer = (response, count) =>
  sendJson(response, 200, { ok: true, time: new Date(justNow + 100 * (count % 2)).toISOString() });
const withHeaders =
  (headers: Record<string, string>, value: unknown = { ok: true }): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

describe('an edge that answers from a cache', () => {
  const frozen: Answer = (response) => sendJson(response, 200, { ok: true, time: 'frozen' });
  const plain = '{ path: /jobs }';

  it.each<[string, Answer, Answer, string, RegExp]>([
    ['without a header', moving, frozen, HEALTH, /is answered from a cache: \/time did not change/],
    ['with its age', withHeaders({}), withHeaders({ age: '12' }), plain, /it is 12 s old/],
    [
      'from the second question on',
      withHeaders({}),
      (response, count) => withHeaders(count === 1 ? {} : { age: '1' })(response, count),
      plain,
      /it is 1 s old/,
    ],
    ['as the CDN says', withHeaders({}), withHeaders({ 'cf-cache-status': 'HIT' }), plain, /cf-cache-status: HIT/],
    ['stale', withHeaders({}), withHeaders({ 'x-cache': 'STALE' }), plain, /x-cache: STALE/],
    [
      'though the service forbids it',
      withHeaders({ 'cache-control': 'private, no-store' }),
      withHeaders({ 'cache-control': 'public, max-age=600' }),
      plain,
      /forbids to keep the answer \(no-store, private\)/,
    ],
  ])('fails: %s', async (_, direct, door, path, message) => {
    const row = await observe(direct, door, path);
    expect(row).toMatchObject({ status: 'failed' });
    expect(row.message).toMatch(message);
  });

  it.each<[string, Answer, Answer, string]>([
    ['both sides move', moving, moving, HEALTH],
    ['the proxy keeps to one replica', inTurn, (r) => inTurn(r, 1), HEALTH],
    ['the proxy keeps to one replica that has just started', startedInTurn, (r) => startedInTurn(r, 1), HEALTH],
    ['neither side moves', frozen, frozen, HEALTH],
    [
      'the service lets it be kept',
      withHeaders({ 'cache-control': 'public, max-age=60' }),
      withHeaders({ 'cache-control': 'public, max-age=60', age: '12', 'x-cache': 'HIT' }),
      plain,
    ],
    ['the contract lets it be kept', withHeaders({}), withHeaders({ age: '12' }), '{ path: /jobs, mayBeKept: true }'],
    ['a miss is told', withHeaders({}), withHeaders({ age: '0', 'x-cache': 'MISS' }), plain],
    ['a cache of the service itself', withHeaders({ age: '5' }), withHeaders({ age: '5' }), plain],
  ])('passes: %s', async (_, direct, door, path) => {
    expect(await observe(direct, door, path)).toMatchObject({ status: 'passed' });
  });
});

describe('fields that nobody declared as volatile', () => {
  const stamped =
    (data: unknown): Answer =>
    (response) =>
      sendJson(response, 200, { data, request: { id: Math.random() } });

  it('are no difference where the service differs from itself in them', async () => {
    const row = await observe(stamped(1), stamped(1), '{ path: /jobs }');
    expect(row).toMatchObject({ status: 'passed', evidence: { differsByItself: ['/request/id'] } });
  });

  it('hide no other difference', async () => {
    const row = await observe(stamped(1), stamped(2), '{ path: /jobs }');
    expect(row.message).toMatch(/has \/data 2, directly 1/);
  });
});

describe('a declared request', () => {
  const POST = '{ path: /login, method: POST, json: { user: nobody }, bodyBytes: 40000, status: 401, keeps: [x-kept] }';
  /** Says what reached it; nobody is let in. */
  const login: Answer = (response) => {
    const { method, headers } = response.req;
    const seen = { method, length: headers['content-length'], type: headers['content-type'] };
    response.writeHead(401, { 'content-type': 'application/json', 'x-kept': 'yes' }).end(JSON.stringify(seen));
  };

  it('is sent to both sides with its method and a body of its size', async () => {
    const row = await observe(login, login, POST);
    expect(row).toMatchObject({ id: 'integration.app-api.POST /login', status: 'passed' });
  });

  it.each<[string, Answer, RegExp]>([
    ['a body limit', (r) => r.writeHead(413).end(), /The proxy app does not reach api.* answers 413/],
    ['a page for every method', page, /answers 200 with a web page, not 401/],
    [
      'a lost header',
      (r) => {
        r.setHeader('x-kept', 'no');
        const { method, headers } = r.req;
        const seen = { method, length: headers['content-length'], type: headers['content-type'] };
        r.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
      },
      /another header comes out.* has x-kept no, directly yes/,
    ],
  ])('fails on %s', async (_, door, message) => {
    const row = await observe(login, door, POST);
    expect(row.message).toMatch(message);
  });
});
