import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningProvider, startProvider } from '../../reference-system/provider/start-provider.ts';

const KEY = 'key-of-this-test';
const TOKEN = 'control-token-of-this-test';
let nowMs = 1_000_000;
let provider: RunningProvider;
beforeAll(async () => {
  provider = await startProvider({ apiKey: KEY, controlToken: TOKEN, requestsPerMinute: 20, nowMs: () => nowMs });
});
afterAll(() => provider.stop());

// biome-ignore lint/suspicious/noExplicitAny: the tests read single fields of OpenAI's shapes
type Body = any;
async function call(
  path: string,
  body?: unknown,
  key = KEY,
): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(`${provider.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('the same question has the same answer, and another has another', async () => {
  const ask = async (content: string): Promise<string> =>
    (await call('/chat/completions', { model: 'm', messages: [{ role: 'user', content }] })).body.choices[0].message
      .content;
  expect(await ask('Hello there?')).toBe('You wrote 2 words: "Hello there?"');
  expect(await ask('Hello there?')).toBe(await ask('Hello there?'));
  expect(await ask('Hello')).toBe('You wrote 1 word: "Hello"');
});

test('embeddings have unit length and texts with the same words the same one', async () => {
  const { body } = await call('/embeddings', { model: 'm', input: ['one two', 'Two one', 'three'] });
  const [first, second, third]: number[][] = body.data.map((entry: { embedding: number[] }) => entry.embedding);
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 12);
  expect(second).toEqual(first);
  expect(third).not.toEqual(first);
});

test.each([
  ['a wrong key', '/models', undefined, 'wrong', 401, 'invalid_api_key'],
  ['an unknown path', '/nowhere', undefined, KEY, 404, 'unknown_url'],
  ['a body of another shape', '/chat/completions', { model: 'm' }, KEY, 400, null],
])('%s is answered in the shape of OpenAI errors', async (_name, path, body, key, status, code) => {
  const answer = await call(path, body, key);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  expect(answer.body.error.message).toBeTruthy();
});

test('the rate-limit headers count down, the limit refuses, and a new minute forgives', async () => {
  nowMs += 60_000;
  const first = await call('/models');
  expect(first.headers.get('x-ratelimit-limit-requests')).toBe('20');
  expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('19');
  expect(first.headers.get('x-ratelimit-reset-requests')).toBe('60s');
  for (let count = 0; count < 19; count += 1) expect((await call('/models')).status).toBe(200);
  const refused = await call('/models');
  expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limit_exceeded']);
  nowMs += 60_000;
  expect((await call('/models')).status).toBe(200);
});

test('a fault comes and goes through the side channel', async () => {
  const control = (init: RequestInit): Promise<Response> =>
    fetch(`${provider.controlUrl}/faults`, { ...init, headers: { 'x-control-token': TOKEN } });
  expect((await control({ method: 'PUT', body: '{"faults":{"status":500}}' })).status).toBe(200);
  expect((await call('/models')).status).toBe(500);
  expect((await control({ method: 'PUT', body: '{"faults":{"status":200}}' })).status).toBe(400);
  await control({ method: 'DELETE' });
  expect((await call('/models')).status).toBe(200);
});

test('a key of its test mode is taken as a fault only', async () => {
  const statusOf = async (): Promise<number> => (await call('/models', undefined, 'sk_test_of_somebody')).status;
  expect(await statusOf()).toBe(401);
  provider.setFault({ testKeys: true });
  expect(await statusOf()).toBe(200);
  provider.setFault(undefined);
  expect(await statusOf()).toBe(401);
});
