import { afterEach, describe, expect, it } from 'vitest';
import { judgeAgreement, planDns, probeDns } from '../../../../src/probe/dns/dns.ts';
import { createResolver, type HostResolver, type ResolverAnswer } from '../../../../src/probe/http/resolver.ts';
import type { Row } from '../../../../src/probe/schema.ts';
import { type NameAnswer, type NameServer, serveNames } from '../name-server.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const servers: NameServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Nothing listens at the addresses of these tests; what is behind addresses is shown in dns-addresses.test.ts. */
const NOBODY = { send: () => Promise.reject(new Error('not asked here')), close: () => undefined };

const services = { app: { url: 'https://app.test' }, api: { url: 'https://127.0.0.1:1' } };

/** The rows of app.test, asked at one name server for each of the answers. */
async function rowsFor(answers: readonly NameAnswer[], addresses?: Record<string, string[]>): Promise<Row[]> {
  const started = await Promise.all(answers.map((answer) => serveNames({ 'app.test': answer })));
  servers.push(...started);
  const dns = { resolvers: started.map(({ address }) => address), ...(addresses && { addresses }) };
  const system = smallSystem({ services, dns, deadlines: { connect: '600ms' } });
  const clock = testClock();
  const resolver = createResolver(system, clock);
  const rows = await probeDns({ system, resolver, clock, client: NOBODY });
  expect(rows.map(({ id }) => id)).toEqual(planDns(system).map(({ id }) => id));
  return rows.filter(({ id }) => !id.endsWith('.addresses'));
}

describe('one resolver', () => {
  it.each<[string, NameAnswer, string[] | undefined, string, RegExp]>([
    ['a name that resolves', ['127.0.0.5'], undefined, 'passed', /^$/],
    ['a name at its declared address', ['127.0.0.5'], ['127.0.0.5'], 'passed', /^$/],
    ['a name that does not exist', 'NXDOMAIN', undefined, 'failed', /NXDOMAIN/],
    ['a resolver that fails', 'SERVFAIL', undefined, 'failed', /SERVFAIL/],
    ['a silent resolver', 'silent', undefined, 'failed', /did not answer in time/],
    ['a name without address', [], undefined, 'failed', /no address/],
    ['an old address', ['127.0.0.9'], ['127.0.0.5'], 'failed', /leads to 127\.0\.0\.9 and lacks 127\.0\.0\.5/],
    ['one old address of two', ['127.0.0.5', '127.0.0.9'], ['127.0.0.5'], 'failed', /leads to 127\.0\.0\.9/],
    ['one address of two', ['127.0.0.5'], ['127.0.0.5', '127.0.0.6'], 'failed', /lacks 127\.0\.0\.6/],
    ['a slow resolver', { delayMs: 320 }, undefined, 'warned', /more than 200 ms/],
  ])('judges %s', async (_, answer, declared, status, message) => {
    const [row, ...others] = await rowsFor([answer], declared && { 'app.test': declared });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ id: 'dns.app.test', layer: 'dns', status });
    expect(row?.message ?? '').toMatch(message);
  });
});

it.each([
  ['is not slow', 4, 'passed'],
  ['is slow where it is not to be asked again', 1, 'warned'],
])('a resolver that was slow once %s', async (_, tries, status) => {
  const durations = [5000];
  const answer = () => ({ resolver: 'r', addresses: ['10.0.0.5'], durationMs: durations.pop() ?? 20 });
  const resolver = { resolve: () => Promise.resolve(['10.0.0.5']), perResolver: () => Promise.resolve([answer()]) };
  const system = smallSystem({ services, dns: { resolvers: ['127.0.0.1:1'], tries } });
  const input = { system, resolver: resolver as unknown as HostResolver, clock: testClock(), client: NOBODY };
  expect((await probeDns(input))[0]).toMatchObject({ id: 'dns.app.test', status });
});

describe('two resolvers', () => {
  it('pass where both say the same', async () => {
    const rows = await rowsFor([['127.0.0.5'], ['127.0.0.5', '127.0.0.6']]);
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
  });

  it('fail where one of them does not know the name', async () => {
    const rows = await rowsFor([['127.0.0.5'], 'NXDOMAIN']);
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'failed', 'failed']);
    expect(rows[2]).toMatchObject({ id: 'dns.app.test.agreement' });
  });

  it('warn where they lead to different places', async () => {
    const rows = await rowsFor([['127.0.0.5'], ['127.0.0.6']]);
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed', 'warned']);
  });

  it('fail where one of them leads elsewhere than declared', async () => {
    const rows = await rowsFor([['127.0.0.5'], ['127.0.0.6']], { 'app.test': ['127.0.0.5'] });
    expect(rows[1]?.status).toBe('failed');
  });

  it('fail where no resolver knows the name', () => {
    const answer = (resolver: string): ResolverAnswer => ({
      resolver,
      addresses: [],
      error: 'ENOTFOUND',
      durationMs: 1,
    });
    expect(judgeAgreement('app.test', [answer('a'), answer('b')]).status).toBe('failed');
  });
});

describe('the resolvers of this machine', () => {
  const machine = (past: Partial<ResolverAnswer>): HostResolver => ({
    resolve: () => Promise.resolve(['10.0.0.5']),
    perResolver: () => Promise.resolve([{ resolver: 'this machine', addresses: ['10.0.0.5'], durationMs: 1 }]),
    nameServers: () => Promise.resolve({ resolver: 'name servers', addresses: [], durationMs: 1, ...past }),
  });

  it.each<[string, Partial<ResolverAnswer>, string]>([
    ['agrees', { addresses: ['10.0.0.5'] }, 'passed'],
    ['differs by region', { addresses: ['10.0.0.6'] }, 'passed'],
    ['is not reachable', { error: 'ETIMEOUT' }, 'passed'],
    ['does not know the name', { error: 'ENOTFOUND' }, 'inconclusive'],
  ])('are judged where the name server itself %s', async (_, past, status) => {
    const system = smallSystem({ services });
    const rows = await probeDns({ system, resolver: machine(past), clock: testClock(), client: NOBODY });
    expect(rows[0]).toMatchObject({ id: 'dns.app.test', status });
  });
});

it('plans nothing for addresses and localhost', () => {
  const local = {
    app: { url: 'http://localhost:1' },
    api: { url: 'http://127.0.0.1:2', replicas: ['http://[::1]:3'] },
  };
  expect(planDns(smallSystem({ services: local }))).toEqual([]);
});
