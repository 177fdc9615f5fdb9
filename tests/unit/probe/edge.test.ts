import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listEdges } from '../../../src/probe/edge.ts';
import { toRow } from '../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../src/probe/schema.ts';
import { sendJson, serve } from './serve.ts';
import { testSystem } from './system.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

type Answer = (response: ServerResponse, count: number) => void;

async function observe(direct: Answer, door: Answer, path = '{ path: /health, volatile: [/time] }'): Promise<Row> {
  let asked = 0;
  const api = await serve((_, response) => direct(response, ++asked));
  let entered = 0;
  const app = await serve((_, response) => door(response, ++entered));
  const made = testSystem({
    app: app.url,
    api: api.url,
    yaml: `edges:\n  - id: app-api\n    from: app\n    to: api\n    paths:\n      - ${path}`,
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
