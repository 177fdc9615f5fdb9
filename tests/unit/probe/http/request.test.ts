import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Exchange, headerValues } from '../../../../src/probe/http/exchange.ts';
import { type Client, type ClientOptions, createClient, type SendInput } from '../../../../src/probe/http/request.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { type Served, sendJson, serve, serveBytes } from '../serve.ts';
import { testClock } from '../test-clock.ts';
import { errorOf } from './error-of.ts';

const open = closesAfterEach();

function keep<T extends { close(): unknown }>(item: T): T {
  open.push(item);
  return item;
}

function client(options: Partial<ClientOptions> = {}): Client {
  return keep(
    createClient({
      resolve: async () => ['127.0.0.1'],
      clock: testClock(),
      concurrency: 8,
      deadlines: { connect: 500, headers: 300, total: 600 },
      nonce: 'run-1',
      ...options,
    }),
  );
}

function statusOf(exchange: Exchange): number {
  if (!exchange.ok) throw new Error(exchange.error.message);
  return exchange.status;
}

const bytes = (text: string) => (socket: Socket) => socket.end(text);
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('a bad answer is an error with a name', () => {
  it.each<[string, (socket: Socket, connection: number) => void, string]>([
    ['shorter than its content-length', bytes(`${HEAD}content-length: 50\r\n\r\n{"ok":true`), 'truncated/ECONNRESET'],
    [
      'chunked without its last chunk',
      bytes(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"ok"\r\n`),
      'truncated/ECONNRESET',
    ],
    ['never sent', () => undefined, 'timeout/headers'],
    [
      'sent drop by drop',
      (socket) => {
        socket.write(`${HEAD}content-length: 1000\r\n\r\n`);
        const drip = setInterval(() => socket.write(' '), 50);
        socket.on('close', () => clearInterval(drip));
      },
      'timeout/total',
    ],
    ['closed before a byte', (socket) => socket.destroy(), 'reset/ECONNRESET'],
    ['not HTTP', bytes('SSH-2.0-OpenSSH_9.2\r\n\r\n'), 'protocol/HPE_INVALID_CONSTANT'],
    ['all headers', bytes(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`), 'protocol/HPE_HEADER_OVERFLOW'],
    [
      'a cut gzip body',
      (socket) => {
        const body = gzipSync('{"ok":true}'.repeat(50)).subarray(0, 20);
        socket.write(`${HEAD}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.end(body);
      },
      'truncated/Z_BUF_ERROR',
    ],
    [
      'called gzip and is not',
      bytes(`${HEAD}content-encoding: gzip\r\ncontent-length: 11\r\n\r\n{"ok":true}`),
      'protocol/Z_DATA_ERROR',
    ],
  ])('%s', async (_, answer, expected) => {
    const server = keep(await serveBytes(answer));
    expect(errorOf(await client().send({ url: server.url }))).toBe(expected);
  });

  it('stops at the cap for a plain body and for a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const server = keep(
      await serve((request, response) => {
        if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
        else response.writeHead(200).end(Buffer.alloc(6_000_000));
      }),
    );
    const before = process.memoryUsage().rss;
    const sender = client();
    expect(errorOf(await sender.send({ url: `${server.url}/plain` }))).toBe('too-large/TOO_LARGE');
    expect(errorOf(await sender.send({ url: `${server.url}/bomb` }))).toBe('too-large/TOO_LARGE');
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it('names a request that cannot be sent', async () => {
    const answer = await client().send({ url: 'http://127.0.0.1:1/', headers: { authorization: 'a\nb' } });
    expect([errorOf(answer), answer.attempts.length]).toEqual(['protocol/ERR_INVALID_CHAR', 1]);
  });

  it('names a refused connection and a name that does not resolve', async () => {
    const gone = await serve(() => undefined);
    await gone.close();
    expect(errorOf(await client().send({ url: gone.url }))).toBe('connect/ECONNREFUSED');
    const failing = client({
      resolve: () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND app.test'), { code: 'ENOTFOUND' })),
    });
    expect(errorOf(await failing.send({ url: 'http://app.test:1/' }))).toBe('dns/ENOTFOUND');
    expect(errorOf(await client({ resolve: async () => [] }).send({ url: 'http://app.test:1/' }))).toBe('dns/ENODATA');
  });
});

describe('an answer', () => {
  it('comes with status, headers, media type, body and times', async () => {
    const server = keep(
      await serve((_, response) => {
        response.writeHead(
          201,
          [
            ['Content-Type', 'Application/JSON; charset=utf-8'],
            ['X-Twice', 'a'],
            ['x-twice', 'b'],
          ].flat(),
        );
        response.end('{"ok":true}');
      }),
    );
    const answer = await client().send({ url: `${server.url}/x?y=1` });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer).toMatchObject({ status: 201, contentType: 'application/json', remoteAddress: '127.0.0.1' });
    expect(answer.json()).toEqual({ ok: true });
    expect(headerValues(answer, 'X-Twice')).toEqual(['a', 'b']);
    expect(answer.timing.totalMs).toBeGreaterThanOrEqual(answer.timing.firstByteMs);
    expect(server.seen[0]?.url).toBe('/x?y=1');
  });

  it('is decoded from gzip', async () => {
    const server = keep(
      await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))),
    );
    const answer = await client().send({ url: server.url });
    expect(answer.ok && answer.json()).toEqual({ a: 1 });
  });

  it('is the redirect itself, never where it leads', async () => {
    const server = keep(await serve((_, response) => response.writeHead(302, { location: '/login' }).end()));
    expect(statusOf(await client().send({ url: server.url }))).toBe(302);
    expect(server.seen).toHaveLength(1);
  });

  it('says when only the end of the connection ended its body', async () => {
    const server = keep(await serveBytes(bytes('HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{"ok":tr')));
    const answer = await client().send({ url: server.url });
    expect(() => answer.ok && answer.json()).toThrow('it ended with the connection, so it may have been cut off');
  });
});

it('marks every request with the run, a trace and no-cache, and lets a step override headers', async () => {
  const server = keep(await serve((_, response) => sendJson(response, 200, {})));
  const sender = client();
  await sender.send({ url: server.url });
  await sender.send({ url: server.url, headers: { 'cache-control': 'only-if-cached' } });
  const [first, second] = server.seen.map((request) => request.headers);
  expect(first).toMatchObject({ 'x-gate10-run': 'run-1', 'cache-control': 'no-cache', pragma: 'no-cache' });
  expect(first?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(second?.['traceparent']?.toString().slice(0, 36)).toBe(first?.['traceparent']?.toString().slice(0, 36));
  expect(second?.['cache-control']).toBe('only-if-cached');
});

describe('the second try', () => {
  async function flaky(): Promise<Served> {
    return keep(
      await serveBytes((socket, connection) => {
        if (connection === 1) socket.destroy();
        else socket.end(`${HEAD}content-length: 2\r\n\r\n{}`);
      }),
    );
  }

  it('is made once after a transport error and is recorded', async () => {
    const answer = await client().send({ url: (await flaky()).url });
    expect(answer.attempts.map((attempt) => attempt.outcome)).toEqual([
      expect.stringMatching(/^reset: .* closed the connection without an answer/),
      '200',
    ]);
  });

  it.each<[string, Partial<SendInput>]>([
    ['a POST', { method: 'POST', body: '{}' }],
    ['a sample', { retry: false }],
  ])('is not made for %s', async (_, input) => {
    const answer = await client().send({ url: (await flaky()).url, ...input });
    expect([answer.ok, answer.attempts.length]).toEqual([false, 1]);
  });

  it('is not made for a 500', async () => {
    const server = keep(await serve((_, response) => sendJson(response, 500, {})));
    expect(statusOf(await client().send({ url: server.url }))).toBe(500);
    expect(server.seen).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept between requests, and new where "fresh" is asked for or the method is not idempotent', async () => {
    const server = keep(await serve((_, response) => sendJson(response, 200, {})));
    const sender = client();
    const reused: boolean[] = [];
    for (const input of [{}, {}, { fresh: true }, { method: 'POST' }, {}]) {
      const answer = await sender.send({ url: server.url, ...input });
      reused.push(answer.ok && answer.reused);
    }
    expect(reused).toEqual([false, true, false, false, true]);
  });

  it('are never more than the declared concurrency', async () => {
    let running = 0;
    let most = 0;
    const server = keep(
      await serve((_, response) => {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          sendJson(response, 200, {});
        }, 5);
      }),
    );
    const sender = client({ concurrency: 3, deadlines: { connect: 2000, headers: 2000, total: 4000 } });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => sender.send({ url: server.url, fresh: index % 2 === 0 })),
    );
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(most).toBe(3);
  });

  it('that waits for its turn is not sent once it is told to stop; the one under way comes to its end', async () => {
    const asked: string[] = [];
    const stop = new AbortController();
    const server = keep(
      await serve((request, response) => {
        asked.push(request.url ?? '');
        stop.abort(new Error('the time is over'));
        sendJson(response, 200, {});
      }),
    );
    const sender = client({ concurrency: 1 });
    const [first, second] = await Promise.allSettled(
      ['/first', '/second'].map((path) => sender.send({ url: `${server.url}${path}`, signal: stop.signal })),
    );
    expect(first).toMatchObject({ status: 'fulfilled', value: { ok: true } });
    expect(second).toMatchObject({ status: 'rejected', reason: new Error('the time is over') });
    expect(asked).toEqual(['/first']);
  });
});
