import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type EdgeFault, edgeFault } from '../../reference-system/edge/edge-fault-schema.ts';
import { createEdgeFaults } from '../../reference-system/edge/edge-faults.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

type Broken = Omit<EdgeFault, 'at' | 'match'> & { match?: EdgeFault['match'] };

/** A server that says what reached it, behind faults. */
async function start(...faults: Broken[]) {
  let count = 0;
  const edge = createEdgeFaults(() => 0);
  edge.replace(faults.map((fault) => edgeFault.parse({ at: 'app', match: { path: '/*' }, ...fault })));
  const server = createServer(
    edge.wrap((request, response) => {
      count += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': 'https://a.test' });
      response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers, count }));
    }),
  );
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path = '/jobs?query=x', init: RequestInit = {}) => {
    const response = await fetch(url + path, { ...init, headers: { connection: 'close', ...init.headers } });
    const text = await response.text();
    const said = () =>
      JSON.parse(text) as { url: string; method: string; count: number; headers: Record<string, string> };
    return { status: response.status, headers: response.headers, text, said };
  };
  return { ask, heal: () => edge.replace([]) };
}

describe('an edge fault', () => {
  it('takes headers away from the request', async () => {
    const { ask, heal } = await start({ request: { dropHeaders: ['authorization'] } });
    const init = { headers: { authorization: 'Bearer x', 'x-kept': 'y' } };
    expect((await ask('/', init)).said().headers).not.toHaveProperty('authorization');
    expect((await ask('/', init)).said().headers).toHaveProperty('x-kept', 'y');
    heal();
    expect((await ask('/', init)).said().headers).toHaveProperty('authorization', 'Bearer x');
  });

  it.each([
    ['a lost query', { pattern: '\\?.*$', to: '' }, '/jobs'],
    ['a double slash', { pattern: '^/', to: '//' }, '//jobs?query=x'],
    ['a prefix that is kept', { pattern: '^/', to: '/api/' }, '/api/jobs?query=x'],
  ])('rewrites the URL: %s', async (_, rewriteUrl, url) => {
    const { ask } = await start({ request: { rewriteUrl } });
    expect((await ask()).said().url).toBe(url);
  });

  it('turns one method into another, and refuses long bodies', async () => {
    const { ask } = await start({ request: { method: 'GET', bodyLimitBytes: 10 } });
    expect((await ask('/', { method: 'POST', body: 'short' })).said().method).toBe('GET');
    expect((await ask('/', { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
  });

  it('keeps the first answer, with its age or without', async () => {
    const { ask } = await start(
      { match: { path: '/aged' }, cache: { age: true } },
      { match: { path: '/*' }, cache: {} },
    );
    expect([(await ask('/a')).said().count, (await ask('/a')).said().count]).toEqual([1, 1]);
    const kept = await start({ cache: { age: true } });
    expect((await kept.ask()).headers.get('age')).toBeNull();
    expect((await kept.ask()).headers.get('age')).toBe('1');
  });

  it('gives the answer before this one while it revalidates', async () => {
    const { ask } = await start({ cache: { revalidate: true } });
    const counts = [(await ask()).said().count, (await ask()).said().count, (await ask()).said().count];
    expect(counts).toEqual([1, 1, 2]);
  });

  it('changes headers of answers, of some statuses only', async () => {
    const twice = { 'access-control-allow-origin': ['$value', '$value'] };
    const dup = await start({ answer: { headers: twice } });
    expect((await dup.ask()).headers.get('access-control-allow-origin')).toBe('https://a.test, https://a.test');
    const reflect = await start({ answer: { headers: { 'access-control-allow-origin': '$origin' } } });
    const from = { headers: { origin: 'https://evil.example' } };
    expect((await reflect.ask('/', from)).headers.get('access-control-allow-origin')).toBe('https://evil.example');
    const errors = await start({ answer: { of: [401], headers: { 'access-control-allow-origin': null } } });
    expect((await errors.ask()).headers.get('access-control-allow-origin')).toBe('https://a.test');
  });

  it('rewrites what is in a body', async () => {
    const { ask } = await start({ answer: { replace: [{ pattern: '"method":"(\\w+)"', to: '"method":"was $1"' }] } });
    expect((await ask()).said().method).toBe('was GET');
  });

  it('happens so often and no more', async () => {
    const { ask } = await start({ times: 1, reset: true });
    await expect(ask()).rejects.toThrow();
    expect((await ask()).status).toBe(200);
  });
});
