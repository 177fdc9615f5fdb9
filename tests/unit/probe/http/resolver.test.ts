import { afterEach, describe, expect, it } from 'vitest';
import { createResolver } from '../../../../src/probe/http/resolver.ts';
import { type NameAnswer, type NameServer, serveNames } from '../name-server.ts';
import { smallSystem } from '../small-system.ts';
import { testClock } from '../test-clock.ts';

const servers: NameServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function nameServer(names: Readonly<Record<string, NameAnswer>>): Promise<NameServer> {
  const server = await serveNames(names);
  servers.push(server);
  return server;
}

function resolverFor(...resolvers: string[]) {
  return createResolver(smallSystem({ dns: { resolvers }, deadlines: { connect: '300ms' } }), testClock());
}

describe('resolve', () => {
  it('asks the declared resolver, once in a run', async () => {
    const server = await nameServer({ 'app.test': ['127.0.0.5', '127.0.0.6'] });
    const resolver = resolverFor(server.address);
    expect(await resolver.resolve('app.test')).toEqual(['127.0.0.5', '127.0.0.6']);
    expect(await resolver.resolve('app.test')).toEqual(['127.0.0.5', '127.0.0.6']);
    expect(server.asked.filter((name) => name === 'app.test A')).toHaveLength(1);
  });

  it('asks again after a failure', async () => {
    const server = await nameServer({ 'app.test': 'NXDOMAIN' });
    const resolver = resolverFor(server.address);
    await expect(resolver.resolve('app.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    server.answers.set('app.test', ['127.0.0.7']);
    expect(await resolver.resolve('app.test')).toEqual(['127.0.0.7']);
  });

  it('takes the second resolver where the first one fails', async () => {
    const [broken, right] = [
      await nameServer({ 'app.test': 'SERVFAIL' }),
      await nameServer({ 'app.test': ['127.0.0.5'] }),
    ];
    expect(await resolverFor(broken.address, right.address).resolve('app.test')).toEqual(['127.0.0.5']);
  });

  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['[::1]', ['::1']],
    ['localhost', ['127.0.0.1', '::1']],
  ])('lets %s pass without asking', async (host, addresses) => {
    const server = await nameServer({});
    expect(await resolverFor(server.address).resolve(host)).toEqual(addresses);
    expect(server.asked).toEqual([]);
  });

  it.each<[NameAnswer, string]>([
    ['NXDOMAIN', 'ENOTFOUND'],
    ['SERVFAIL', 'ESERVFAIL'],
    [[], 'ENODATA'],
  ])('rejects with the code for %j', async (answer, code) => {
    const server = await nameServer({ 'app.test': answer });
    await expect(resolverFor(server.address).resolve('app.test')).rejects.toMatchObject({ code });
  });

  it('gives up on a silent resolver within the time limit', async () => {
    const server = await nameServer({ 'app.test': 'silent' });
    const [answer] = await resolverFor(server.address).perResolver('app.test');
    expect(['ETIMEOUT', 'ECANCELLED']).toContain(answer?.error);
    expect(answer?.durationMs).toBeLessThan(2000);
  });
});

describe('perResolver', () => {
  it('says what each resolver says, with the time it took', async () => {
    const [first, second] = [
      await nameServer({ 'app.test': ['127.0.0.5'] }),
      await nameServer({ 'app.test': { delayMs: 60 } }),
    ];
    const answers = await resolverFor(first.address, second.address).perResolver('app.test');
    expect(answers.map(({ resolver, addresses }) => ({ resolver, addresses }))).toEqual([
      { resolver: first.address, addresses: ['127.0.0.5'] },
      { resolver: second.address, addresses: ['127.0.0.1'] },
    ]);
    expect(answers[1]?.durationMs).toBeGreaterThanOrEqual(59);
  });
});
