import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../../src/probe/http/request.ts';
import { findBlip, type LostRequest } from '../../../../src/probe/journey/find-blip.ts';
import { judgeComplaints } from '../../../../src/probe/journey/judge-complaints.ts';
import { judgeWalk } from '../../../../src/probe/journey/judge-walk.ts';
import { testClock } from '../test-clock.ts';
import { HOST, resource, seen } from './seen.ts';

const asked: string[] = [];
let server: Server | undefined;
afterEach(async () => {
  asked.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** Every request is answered, or none is. */
async function serve(answers: boolean): Promise<string> {
  const made = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (answers) response.writeHead(404).end();
    else request.socket.destroy();
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function find(host: string, lost: Partial<LostRequest>, hosts = [host]): Promise<string | undefined> {
  const deadlines = { connect: 500, headers: 500, total: 1000 };
  const client = createClient({
    resolve: async () => ['127.0.0.1'],
    clock: testClock(),
    concurrency: 2,
    deadlines,
    nonce: 'n',
  });
  const url = `http://${host}/orders?id=1`;
  const request = {
    method: 'POST',
    url,
    shown: `http://${host}/orders?id=…`,
    failure: 'net::ERR_CONNECTION_RESET',
    ...lost,
  };
  return findBlip([request], hosts, { client }).finally(() => client.close());
}

describe('a request that got no answer', () => {
  it('was lost once where it is answered now, whatever the answer is; it is asked with GET', async () => {
    const host = await serve(true);
    expect(await find(host, {})).toBe(`POST http://${host}/orders?id=… got no answer (net::ERR_CONNECTION_RESET)`);
    expect(asked).toEqual(['GET /orders?id=1']);
  });

  it('is not answered now either where the system is broken', async () => {
    expect(await find(await serve(false), {})).toBeUndefined();
  });

  it.each([
    ['the page itself left', { failure: 'net::ERR_ABORTED' }, undefined],
    ['was somebody else’s', {}, ['another.example']],
  ])('is not asked again where it %s', async (_, lost, hosts) => {
    expect(await find(await serve(true), lost, hosts)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('a connection that broke once', () => {
  const blip = 'GET https://shop.example/ got no answer (net::ERR_CONNECTION_RESET)';
  const lost = { resources: [resource({ status: null, failure: 'net::ERR_CONNECTION_RESET' })] };
  const note = { level: 'error' as const, text: 'Failed to load resource: net::ERR_CONNECTION_RESET', url: '' };
  const judge = (more: Parameters<typeof seen>[0]) =>
    judgeComplaints(seen(more), { hosts: [HOST], consoleBaseline: [] }, true);

  it('is too little to judge a journey by that broke, unless it took too long', () => {
    const error = 'Error: expect(locator).toBeVisible() failed';
    expect(judgeWalk(seen({ error, blip }), [HOST])).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect(judgeWalk(seen({ error, blip, timedOut: true }), [HOST])).toMatchObject({ status: 'failed' });
    expect(judgeWalk(seen({ blip }), [HOST])).toMatchObject({ status: 'passed' });
  });

  it('is no complaint where the page went on, and is told', () => {
    expect(judge({ ...lost, console: [note], blip })).toMatchObject({ status: 'passed', evidence: { blip } });
    expect(judge({ ...lost, console: [note] })).toMatchObject({ status: 'failed' });
  });

  it('may be why a script broke, and never why the system answered 5xx', () => {
    expect(judge({ ...lost, exceptions: ['TypeError'], blip })).toMatchObject({ status: 'inconclusive' });
    expect(judge({ resources: [...lost.resources, resource({ status: 500 })], blip })).toMatchObject({
      status: 'failed',
    });
  });
});
