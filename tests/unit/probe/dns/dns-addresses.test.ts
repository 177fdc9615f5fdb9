import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { planAddresses, probeAddresses } from '../../../../src/probe/dns/dns-addresses.ts';
import { createClient } from '../../../../src/probe/http/request.ts';
import type { HostResolver } from '../../../../src/probe/http/resolver.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const servers: http.Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done).closeAllConnections());
});

/** Listens at a loopback address; port 0 = a free one. */
async function listen(address: string, port: number, commit: string): Promise<number> {
  const server = http.createServer((request, response) => {
    const known = request.headers.host?.startsWith('app.test') && request.url === '/__version';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ git_sha: commit }));
  });
  servers.push(server);
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, address, done));
  return (server.address() as AddressInfo).port;
}

const SHA = 'a'.repeat(40);

/** The row of app.test, which has the addresses; `builds` are served at 127.0.0.1, 127.0.0.2 … */
async function rowFor(builds: readonly string[], addresses: readonly string[]): Promise<Row | undefined> {
  let port = 0;
  for (const [index, commit] of builds.entries()) port = await listen(`127.0.0.${index + 1}`, port, commit);
  const services = { app: { url: `http://app.test:${port}` }, api: { url: 'http://127.0.0.1:1' } };
  const system = smallSystem({ services });
  const clock = testClock();
  const resolve = () => Promise.resolve(addresses);
  const deadlines = { connect: 500, headers: 1000, total: 2000 };
  const client = createClient({ resolve, clock, concurrency: 4, deadlines, nonce: 'nonce' });
  const rows = await probeAddresses({ system, client, clock, resolver: { resolve } as unknown as HostResolver });
  client.close();
  expect(rows.map(({ id }) => id)).toEqual(planAddresses(system).map(({ id }) => id));
  return rows[0];
}

describe('every address of a name', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['one', [SHA], ['127.0.0.1']],
    ['two with the same build', [SHA, SHA], ['127.0.0.1', '127.0.0.2']],
    // A documentation address (RFC 3849): no network leads there, least of all that of a machine without IPv6.
    ['one of IPv6 that this machine cannot reach', [SHA], ['127.0.0.1', '2001:db8::1']],
  ])('passes: %s', async (_, builds, addresses) => {
    expect(await rowFor(builds, addresses)).toMatchObject({ id: 'dns.app.test.addresses', status: 'passed' });
  });

  it.each<[string, readonly string[], readonly string[], RegExp]>([
    ['a dead one', [SHA], ['127.0.0.1', '127.0.0.9'], /^127\.0\.0\.9 of app\.test is dead/],
    ['an old build at one', [SHA, 'b'.repeat(40)], ['127.0.0.1', '127.0.0.2'], /lead to different services/],
    ['a dead one of IPv6', [SHA], ['127.0.0.1', '::1'], /^::1 of app\.test is dead/],
    ['none that answers', [SHA], ['127.0.0.8', '127.0.0.9'], /^No address of app\.test answers/],
  ])('fails: %s', async (_, builds, addresses, message) => {
    const row = await rowFor(builds, addresses);
    expect(row?.status).toBe('failed');
    expect(row?.message).toMatch(message);
  });
});
