import { describe, expect, it } from 'vitest';
import { createPace, createPatience } from '../../../../src/probe/flow/pace.ts';
import { type ClientOptions, createClient } from '../../../../src/probe/http/request.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testClock } from '../test-clock.ts';
import { virtualClock } from '../virtual-clock.ts';

const open = closesAfterEach();

describe('the pace', () => {
  it('lets requests go one after the other, as far apart as declared', async () => {
    const clock = virtualClock();
    const pace = createPace(clock, 4);
    const went: number[] = [];
    await Promise.all(Array.from({ length: 4 }, () => pace().then(() => went.push(clock.monotonicMs()))));
    expect(went).toEqual([0, 250, 500, 750]);
  });

  it('without a declaration holds nothing', async () => {
    const clock = virtualClock();
    const pace = createPace(clock, undefined);
    await Promise.all(Array.from({ length: 100 }, pace));
    expect(clock.monotonicMs()).toBe(0);
  });
});

describe('patience', () => {
  it.each<[string, string | undefined, number | undefined, boolean, number]>([
    ['seconds within bounds', '3', 5000, true, 3000],
    ['longer than this run waits', '60', 5000, false, 0],
    ['nothing that is said', undefined, 5000, false, 0],
    ['something else', 'soon', 5000, false, 0],
    ['no patience at all', '1', undefined, false, 0],
  ])('%s', async (_, retryAfter, totalMs, waits, waitedMs) => {
    const clock = virtualClock();
    expect(await createPatience(clock, totalMs)(retryAfter)).toBe(waits);
    expect(clock.monotonicMs()).toBe(waitedMs);
  });

  it('reads a date', async () => {
    const clock = virtualClock();
    const at = new Date(clock.now().getTime() + 2000).toUTCString();
    expect(await createPatience(clock, 5000)(at)).toBe(true);
    expect(clock.monotonicMs()).toBeGreaterThan(0);
  });

  it('is that of all requests together: it ends, however often the system asks for more', async () => {
    const clock = virtualClock();
    const patience = createPatience(clock, 5000);
    const waits = [];
    for (let index = 0; index < 4; index += 1) waits.push(await patience('2'));
    expect(waits).toEqual([true, true, false, false]);
    expect(clock.monotonicMs()).toBe(4000);
  });
});

describe('a client that is told to wait', () => {
  async function ask(limited: number, more: Partial<Parameters<ReturnType<typeof createClient>['send']>[0]> = {}) {
    let count = 0;
    const server = await serve((_, response) => {
      count += 1;
      response.setHeader('retry-after', '0');
      sendJson(response, count <= limited ? 429 : 200, {});
    });
    const deadlines = { connect: 1000, headers: 2000, total: 3000 };
    const options: ClientOptions = {
      resolve: async () => [],
      clock: testClock(),
      concurrency: 1,
      deadlines,
      nonce: 'n',
    };
    const client = createClient({ ...options, pace: { retryAfter: 1000 } });
    open.push(server, client);
    const exchange = await client.send({ url: server.url, ...more });
    return { status: exchange.ok ? exchange.status : 0, attempts: exchange.attempts.map(({ outcome }) => outcome) };
  }

  it('asks once more, and says so', async () => {
    expect(await ask(1)).toEqual({ status: 200, attempts: ['429', '200'] });
    expect(await ask(1, { method: 'POST' })).toEqual({ status: 200, attempts: ['429', '200'] });
  });

  it('does not ask a third time', async () => {
    expect(await ask(9)).toEqual({ status: 429, attempts: ['429', '429'] });
  });

  it.each([{ patient: false }, { retry: false }])('with %j takes the first answer', async (more) => {
    expect(await ask(1, more)).toEqual({ status: 429, attempts: ['429'] });
  });
});
