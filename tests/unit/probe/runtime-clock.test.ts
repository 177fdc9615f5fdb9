import { expect, it } from 'vitest';
import { listClocks } from '../../../src/probe/runtime-clock.ts';
import { closesAfterEach } from './closes-after-each.ts';
import { serve } from './serve.ts';
import { testSystem } from './system.ts';

const open = closesAfterEach();

/** A server whose clock is so many seconds ahead; null = it does not say what time it is. */
async function server(aheadSeconds: number | null, headers: Record<string, string> = {}): Promise<string> {
  const served = await serve((_, response) => {
    response.sendDate = false;
    const date = aheadSeconds === null ? {} : { date: new Date(Date.now() + aheadSeconds * 1000).toUTCString() };
    response.writeHead(200, { ...date, ...headers }).end('{}');
  });
  open.push(served);
  return served.url;
}

async function observe(app: string, api: string, replicas: readonly string[] = []) {
  const made = testSystem({ app, api, replicas, environment: '    tls: { maxClockSkew: 1m }' });
  open.push(made);
  const [check] = listClocks(made.system);
  if (check === undefined) throw new Error('no check');
  return (await check.observe(made.context)).judgement;
}

it.each([
  ['right', 0],
  ['two seconds off', 2],
  ['not told', null],
])('a clock that is %s passes', async (_, ahead) => {
  expect(await observe(await server(0), await server(ahead))).toMatchObject({ status: 'passed' });
});

it('an answer out of a cache was made earlier', async () => {
  expect(await observe(await server(0), await server(-3600, { age: '3600' }))).toMatchObject({ status: 'passed' });
});

it.each([
  ['five minutes ahead', 300],
  ['five minutes behind', -300],
  ['a day ahead', 86_400],
])('a clock that is %s is failed where another host agrees with this machine', async (_, ahead) => {
  const found = await observe(await server(0), await server(ahead));
  expect(found).toMatchObject({ status: 'failed', message: expect.stringMatching(/is (300|299|301|86\d{3}) s/) });
});

it('the clock of one replica is enough', async () => {
  const right = await server(0);
  expect(await observe(right, right, [right, await server(86_400)])).toMatchObject({ status: 'failed' });
});

it('where every host says the same other time, this machine may be the one that is off', async () => {
  const later = await server(86_400);
  expect(await observe(later, later)).toMatchObject({ status: 'inconclusive', reason: 'blind' });
});
