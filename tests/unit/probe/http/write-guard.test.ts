/** Production is written to under the declared synthetic identity or not at all: what is refused never reaches the wire. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient, type SendInput } from '../../../../src/probe/http/request.ts';
import { guardWrites, RefusedWriteError, type WriteRules } from '../../../../src/probe/http/write-guard.ts';
import { testClock } from '../test-clock.ts';

let server: Server;
let url: string;
let arrived: string[] = [];
const plain = createClient({
  resolve: async () => ['127.0.0.1'],
  clock: testClock(),
  concurrency: 4,
  deadlines: { connect: 1000, headers: 1000, total: 2000 },
  nonce: 'n',
});
beforeAll(async () => {
  server = createServer((request, response) => {
    arrived.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end('ok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  arrived = [];
});
afterAll(async () => {
  plain.close();
  await new Promise((resolve) => server.close(resolve));
});

const PRODUCTION: WriteRules = { environment: 'production', writes: 'synthetic', synthetic: undefined, tag: {} };
const DECLARED: WriteRules = {
  ...PRODUCTION,
  synthetic: { headers: { 'x-synthetic': 'gate10' }, mark: '@synthetic.invalid' },
  tag: { 'x-synthetic': 'gate10' },
};
const send = (rules: WriteRules, input: Partial<SendInput> & { readonly path?: string }) => {
  const { path = '/users', ...rest } = input;
  return guardWrites(plain, rules).send({ url: `${url}${path}`, ...rest });
};
const TAGGED = { 'X-Synthetic': 'gate10' };
const MARKED = '{"email":"a@synthetic.invalid"}';

describe('production without a declared safe identity', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'PURGE'])(
    'is not written to: %s is never sent',
    async (method) => {
      await expect(send(PRODUCTION, { method, headers: TAGGED, body: MARKED })).rejects.toThrow(RefusedWriteError);
      expect(arrived).toEqual([]);
    },
  );

  it.each(['GET', 'HEAD', 'OPTIONS'])('is read: %s', async (method) => {
    expect((await send(PRODUCTION, { method })).ok).toBe(true);
    expect(arrived).toEqual([`${method} /users`]);
  });

  it('says what to declare', async () => {
    await expect(send(PRODUCTION, { method: 'DELETE' })).rejects.toThrow(
      'DELETE /users was not sent to "production": no safe identity is declared. Declare "synthetic" with a tag',
    );
  });
});

describe('production with a declared identity', () => {
  it.each([
    ['a body with the mark', { method: 'POST', headers: TAGGED, body: MARKED }],
    ['a body of bytes with the mark', { method: 'POST', headers: TAGGED, body: Buffer.from(MARKED) }],
    ['a path with the mark', { method: 'PUT', headers: TAGGED, path: '/users/a%40synthetic.invalid', body: 'x' }],
    ['no body', { method: 'DELETE', headers: TAGGED }],
  ])('is written to by %s under its header', async (_name, input) => {
    const { path, ...rest } = { path: '/users', ...input };
    expect((await send(DECLARED, { ...rest, path: decodeURIComponent(path) })).ok).toBe(true);
    expect(arrived).toHaveLength(1);
  });

  it.each([
    ['without the header', { method: 'POST', body: MARKED }, 'lacks the header "x-synthetic"'],
    ['with another header', { method: 'POST', headers: { 'x-synthetic': 'me' }, body: MARKED }, 'lacks the header'],
    ['without the mark', { method: 'POST', headers: TAGGED, body: '{"email":"a@b.example"}' }, 'lacks the mark'],
  ])('is not written to %s', async (_name, input, message) => {
    await expect(send(DECLARED, input)).rejects.toThrow(message);
    expect(arrived).toEqual([]);
  });

  it('is not deleted from where a mark alone is declared and nothing carries it', async () => {
    const rules = { ...DECLARED, synthetic: { mark: '@synthetic.invalid' }, tag: {} };
    await expect(send(rules, { method: 'DELETE' })).rejects.toThrow('lacks the mark');
    expect(arrived).toEqual([]);
  });

  it('is not written to at all where its contract says so', async () => {
    await expect(send({ ...DECLARED, writes: 'none' }, { method: 'DELETE', headers: TAGGED })).rejects.toThrow(
      'its contract says "writes: none"',
    );
  });
});

it('a free environment takes what it is sent', async () => {
  expect((await send({ ...PRODUCTION, writes: 'free' }, { method: 'POST', body: 'x' })).ok).toBe(true);
  expect(arrived).toEqual(['POST /users']);
});
