import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRouteFaults, setPointer } from '../../reference-system/route-faults.ts';

const REAL = { ok: true, checks: { database: { ok: true } }, items: [1, 2] };
let routed = 0;
let randomValue = 0;
let elapsedMs = 0;
const faults = createRouteFaults({ random: () => randomValue, nowMs: () => elapsedMs });
let server: Server;
let url: string;

const real: RequestListener = (request, response) => {
  routed += 1;
  if (request.url === '/streamed') {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first ');
    response.end('second');
  } else if (request.url === '/nothing') {
    response.writeHead(204).end();
  } else {
    response.setHeader('x-real', 'yes');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(REAL));
  }
};

beforeAll(async () => {
  server = createServer(faults.wrap(real));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  faults.clear();
  randomValue = 0;
  elapsedMs = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const set = (action: object, more: object = {}): void =>
  faults.replace([{ match: { path: '/health' }, action, ...more }]);
const get = (path = '/health', init: RequestInit = {}): Promise<Response> => fetch(`${url}${path}`, init);

describe('a fault', () => {
  test('with a body answers instead of the system', async () => {
    set({ status: 503, body: '<h1>down</h1>', contentType: 'text/html', headers: { 'x-fault': 'yes' } });
    const before = routed;
    const answer = await get();
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('x-fault')]).toEqual([
      503,
      'text/html',
      'yes',
    ]);
    expect(await answer.text()).toBe('<h1>down</h1>');
    expect(routed).toBe(before);
  });

  test('with a status alone keeps the real body', async () => {
    set({ status: 500 });
    const answer = await get();
    expect([answer.status, answer.headers.get('x-real'), await answer.json()]).toEqual([500, 'yes', REAL]);
  });

  test('sets and removes headers', async () => {
    set({ headers: { 'x-real': null, 'x-new': '1' } });
    const answer = await get();
    expect([answer.status, answer.headers.get('x-real'), answer.headers.get('x-new')]).toEqual([200, null, '1']);
  });

  test('patches JSON of the real answer and its length', async () => {
    set({ patchJson: { '/ok': false, '/checks/database/ok': false, '/items/1': 'a longer value than before' } });
    const answer = await get();
    expect(await answer.json()).toEqual({
      ok: false,
      checks: { database: { ok: false } },
      items: [1, 'a longer value than before'],
    });
  });

  test('leaves an answer without a body as it is where there is nothing to patch', async () => {
    faults.replace([{ match: { path: '/nothing' }, action: { patchJson: { '/ok': false } } }]);
    const answer = await get('/nothing');
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  test('truncates the body under its full length', async () => {
    set({ truncate: true });
    const answer = await get();
    expect(answer.headers.get('content-length')).toBe(String(JSON.stringify(REAL).length));
    await expect(answer.text()).rejects.toThrow();
  });

  test('sends the head alone', async () => {
    set({ headersOnly: true });
    const answer = await get('/health', { signal: AbortSignal.timeout(150) });
    expect(answer.headers.get('x-real')).toBe('yes');
    await expect(answer.text()).rejects.toThrow('timeout');
  });

  test('sends the body byte by byte, and all of it in the end', async () => {
    set({ dripMs: 2 });
    const startMs = performance.now();
    expect(await (await get()).json()).toEqual(REAL);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(2 * JSON.stringify(REAL).length);
  });

  test('ends half of a body as if it were all of it', async () => {
    set({ closeDelimited: true });
    const answer = await get();
    const half = JSON.stringify(REAL).slice(0, Math.floor(JSON.stringify(REAL).length / 2));
    expect([answer.headers.get('content-length'), await answer.text()]).toEqual([null, half]);
  });

  test.each([
    ['byte-order-mark', (text: string) => `\uFEFF${text}`],
    ['trailing-comma', (text: string) => `${text.slice(0, -1)},}`],
    ['empty', () => ''],
  ] as const)('spoils the body: %s', async (spoil, expected) => {
    set({ spoil });
    const bytes = Buffer.from(await (await get()).arrayBuffer());
    expect(bytes.toString('utf8')).toBe(expected(JSON.stringify(REAL)));
  });

  test('puts NaN where a number was', async () => {
    set({ spoil: 'nan' });
    faults.replace([
      { match: { path: '/health' }, action: { patchJson: { '/total': 60 } } },
      { match: { path: '/health' }, action: { spoil: 'nan' } },
    ]);
    expect(await (await get()).text()).toContain('"total":NaN');
  });

  test('cuts a packed body', async () => {
    set({ spoil: 'cut-gzip' });
    const answer = await get();
    const text = await answer.text().catch(() => '');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(text.length).toBeLessThan(JSON.stringify(REAL).length);
  });

  test('takes members away', async () => {
    set({ removeJson: ['/ok', '/not/there'] });
    const { ok: _, ...rest } = REAL;
    expect(await (await get()).json()).toEqual(rest);
  });

  test('resets the connection', async () => {
    set({ reset: true });
    const failure = await get().catch((error: Error) => (error.cause as { code?: string }).code);
    expect(failure).toBe('ECONNRESET');
  });

  test('stays silent until the client gives up', async () => {
    set({ silent: true });
    await expect(get('/health', { signal: AbortSignal.timeout(150) })).rejects.toThrow('timeout');
  });

  test('delays the real answer', async () => {
    set({ delayMs: 120 });
    const startMs = performance.now();
    expect(await (await get()).json()).toEqual(REAL);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(115);
  });

  test('stalls until the end of its phase, and not outside it', async () => {
    set({ stall: { everyMs: 4000, forMs: 400 } });
    const timed = async (atMs: number): Promise<number> => {
      elapsedMs = atMs;
      const startMs = performance.now();
      await (await get()).text();
      return performance.now() - startMs;
    };
    expect(await timed(4250)).toBeGreaterThanOrEqual(145);
    expect(await timed(4500)).toBeLessThan(145);
  });

  test('of several actions on one request applies all', async () => {
    faults.replace([
      { match: { path: '/health' }, action: { status: 202 } },
      { match: { path: '/*' }, action: { patchJson: { '/ok': false } } },
    ]);
    const answer = await get();
    expect([answer.status, ((await answer.json()) as { ok: boolean }).ok]).toEqual([202, false]);
  });

  test('reaches answers that come in parts', async () => {
    faults.replace([{ match: { path: '/streamed' }, action: { status: 418 } }]);
    const answer = await get('/streamed');
    expect([answer.status, await answer.text()]).toEqual([418, 'first second']);
  });
});

describe('a match', () => {
  test.each([
    [{ path: '/health' }, '/health?nonce=1', true],
    [{ path: '/health' }, '/healthy', false],
    [{ path: '/assets/*' }, '/assets/a/b.js', true],
    [{ path: '/assets/*' }, '/assets', false],
    [{ path: '/a.b' }, '/axb', false],
    [{ method: 'POST', path: '/health' }, '/health', false],
    [{ method: 'get', path: '/health' }, '/health', true],
  ])('%j against GET %s is %s', async (match, path, hit) => {
    faults.replace([{ match, action: { status: 500 } }]);
    expect((await get(path)).status).toBe(hit ? 500 : 200);
  });

  test('with a rate hits that share of the requests', async () => {
    set({ status: 500 }, { rate: 0.25 });
    randomValue = 0.24;
    expect((await get()).status).toBe(500);
    randomValue = 0.25;
    expect((await get()).status).toBe(200);
  });

  test('since two requests to another path, hits from then on', async () => {
    set({ status: 500 }, { since: { path: '/other', requests: 2 } });
    const statuses: number[] = [];
    for (const path of ['/health', '/other', '/health', '/other', '/health', '/other'])
      statuses.push((await get(path)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 500, 200]);
  });

  test('after the first two, for three times, hits the third to the fifth', async () => {
    set({ status: 500 }, { after: 2, times: 3 });
    const statuses: number[] = [];
    for (let request = 0; request < 7; request++) statuses.push((await get()).status);
    expect(statuses).toEqual([200, 200, 500, 500, 500, 200, 200]);
  });
});

test('faults that are cleared or replaced no longer act', async () => {
  set({ status: 500 });
  faults.replace([{ match: { path: '/other' }, action: { status: 500 } }]);
  expect((await get()).status).toBe(200);
  faults.clear();
  expect(faults.list()).toEqual([]);
});

test.each([
  ['an unknown action', { match: { path: '/x' }, action: { explode: true } }],
  ['a misspelt field', { match: { path: '/x' }, action: { status: 500 }, ratio: 1 }],
  ['a rate over one', { match: { path: '/x' }, action: { status: 500 }, rate: 2 }],
])('%s is refused and the active faults stay', (_name, fault) => {
  set({ status: 500 });
  expect(() => faults.replace([fault])).toThrow();
  expect(faults.list()).toHaveLength(1);
});

test('a pointer makes missing objects and understands escapes', () => {
  expect(setPointer({}, '/a/b', 1)).toEqual({ a: { b: 1 } });
  expect(setPointer({}, '/a~1b/c~0d', 1)).toEqual({ 'a/b': { 'c~d': 1 } });
  expect(setPointer({ a: 1 }, '', [])).toEqual([]);
});
