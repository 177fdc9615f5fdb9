/** What a receiver of OTLP may answer, on loopback; the clock alone is not the machine's, so that nobody waits. */
import type http from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../../src/probe/clock.ts';
import { createClient } from '../../../../src/probe/http/request.ts';
import { type Delivery, deliverTrace } from '../../../../src/release/trace/deliver-trace.ts';
import { type Served, sendJson, serve } from '../../probe/serve.ts';

const SECRET = 'a-key-that-nobody-may-see';
const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

interface Said {
  readonly delivery: Delivery;
  readonly pauses: readonly number[];
  readonly seen: readonly http.IncomingMessage[];
  readonly bodies: readonly string[];
}

/** Each request gets the next answer, the last one ever after. */
async function deliverTo(answers: readonly http.RequestListener[], timeoutMs = 10_000): Promise<Said> {
  const bodies: string[] = [];
  const served = await serve((request, response) => {
    const answer = answers[Math.min(served.seen.length, answers.length) - 1];
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      answer?.(request, response);
    });
  });
  open.push(served);
  return { ...(await deliver(`${served.url}/v1/traces`, timeoutMs)), seen: served.seen, bodies };
}

async function deliver(url: string, timeoutMs: number): Promise<Pick<Said, 'delivery' | 'pauses'>> {
  const pauses: number[] = [];
  const machine = systemClock();
  let slept = 0;
  const clock: Clock = {
    ...machine,
    monotonicMs: () => machine.monotonicMs() + slept,
    sleep: async (ms) => {
      pauses.push(Math.round(ms));
      slept += ms;
    },
  };
  const deadlines = { connect: timeoutMs, headers: timeoutMs, total: timeoutMs };
  const resolve = async () => ['127.0.0.1'];
  const client = createClient({ resolve, clock: machine, concurrency: 1, deadlines, maxBytes: 100_000, nonce: 'n' });
  try {
    const options = { url, headers: { authorization: SECRET }, timeoutMs };
    const delivery = await deliverTrace('{"resourceSpans":[]}', options, { client, clock, random: () => 0.5 });
    expect(JSON.stringify(delivery)).not.toContain(SECRET);
    return { delivery, pauses };
  } finally {
    client.close();
  }
}

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): http.RequestListener =>
  (_request, response) => {
    for (const [name, text] of Object.entries(headers)) response.setHeader(name, text);
    sendJson(response, status, value);
  };
const text =
  (status: number, said: string): http.RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(said);
const taken = json(200, {});

test('what is taken is sent once, as JSON, with the headers that were named', async () => {
  const { delivery, seen, bodies } = await deliverTo([taken]);
  expect(delivery).toEqual({ ok: true, attempts: 1 });
  const [request] = seen;
  expect({ method: request?.method, url: request?.url }).toEqual({ method: 'POST', url: '/v1/traces' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', authorization: SECRET });
  expect(bodies).toEqual(['{"resourceSpans":[]}']);
});

test.each<[string, http.RequestListener]>([
  ['an empty message', json(200, {})],
  ['an empty body', text(200, '')],
  ['no content', text(204, '')],
  [
    'a partial success that rejects nothing',
    json(200, { partialSuccess: { rejectedSpans: '0', errorMessage: 'old' } }),
  ],
  ['a partial success that is not there', json(200, { partialSuccess: null })],
])('%s is a yes', async (_, answer) => {
  expect((await deliverTo([answer])).delivery).toEqual({ ok: true, attempts: 1 });
});

test.each<[string, http.RequestListener, string]>([
  [
    'a rejected span',
    json(200, { partialSuccess: { rejectedSpans: '1', errorMessage: SECRET } }),
    'it rejected the span',
  ],
  ['a rejected span as a number', json(200, { partialSuccess: { rejectedSpans: 1 } }), 'it rejected the span'],
  ['what is no number', json(200, { partialSuccess: { rejectedSpans: 'all' } }), 'it rejected the span'],
  ['a login page', text(200, `<form>${SECRET}</form>`), 'it answers 200, but not as a receiver of OTLP does'],
  ['half an answer', text(200, '{"partialSuccess":'), 'it answers 200, but not as a receiver of OTLP does'],
  ['a list', json(200, []), 'it answers 200, but not as a receiver of OTLP does'],
  ['a refusal', json(401, { message: SECRET }), 'it answers 401'],
  ['bad data', json(400, { message: SECRET }), 'it answers 400'],
  ['too much', json(413, {}), 'it answers 413'],
  ['a failure', text(500, SECRET), 'it answers 500'],
  ['a failure that nobody knows', text(501, ''), 'it answers 501'],
  [
    'a redirect',
    (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'it answers 307: it redirects, which is not followed',
  ],
])('%s is a no, and not asked again', async (_, answer, why) => {
  const { delivery, seen } = await deliverTo([answer, taken]);
  expect([delivery, seen.length]).toEqual([{ ok: false, attempts: 1, why }, 1]);
});

test.each([429, 502, 503, 504])('%i may pass, and is asked again', async (status) => {
  const { delivery, pauses } = await deliverTo([text(status, SECRET), text(status, SECRET), taken]);
  expect([delivery, pauses]).toEqual([{ ok: true, attempts: 3 }, [500, 1000]]);
});

test('a connection that breaks is asked again', async () => {
  const { delivery } = await deliverTo([(request) => request.socket.destroy(), taken]);
  expect(delivery).toEqual({ ok: true, attempts: 2 });
});

test('it waits as long as it is told to', async () => {
  const { delivery, pauses } = await deliverTo([json(429, {}, { 'retry-after': '3' }), taken]);
  expect([delivery, pauses]).toEqual([{ ok: true, attempts: 2 }, [3000]]);
});

test('it does not wait beyond its deadline', async () => {
  const { delivery, seen } = await deliverTo([json(503, {}, { 'retry-after': '3600' }), taken]);
  expect([delivery, seen.length]).toEqual([
    { ok: false, attempts: 1, why: 'it answers 503, and 10000 ms are over before it may be tried again' },
    1,
  ]);
});

test('it gives up after five attempts', async () => {
  const { delivery, pauses, seen } = await deliverTo([json(503, {})], 60_000);
  expect([delivery, pauses, seen.length]).toEqual([
    { ok: false, attempts: 5, why: 'it answers 503' },
    [500, 1000, 2000, 2500],
    5,
  ]);
});

test('silence ends with the deadline', async () => {
  const { delivery } = await deliverTo([() => undefined], 200);
  expect(delivery).toMatchObject({ ok: false, why: expect.stringMatching(/^it gives no answer in time/) });
});

test('where nobody listens, it says so', async () => {
  const served = await serve(taken);
  await served.close();
  const { delivery } = await deliver(`${served.url}/v1/traces`, 400);
  expect(delivery).toMatchObject({ ok: false, why: expect.stringMatching(/^it cannot be reached/) });
});
