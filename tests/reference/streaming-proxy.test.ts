import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLoadBalancer, type LoadBalancer } from '../../reference-system/edge/load-balancer.ts';
import { endToEndHeaders, forward, forwardedHeaders } from '../../reference-system/edge/streaming-proxy.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** A port on which nobody listens: it was ours a moment ago. */
async function deadUrl(): Promise<string> {
  const url = await serve(() => undefined);
  cleanups.pop()?.();
  return url;
}

async function balance(...urls: string[]): Promise<{ url: string; balancer: LoadBalancer }> {
  const balancer = createLoadBalancer();
  balancer.setReplicas(urls);
  cleanups.push(balancer.stop);
  return { url: await serve(balancer.handle), balancer };
}

const say = (text: string) => (_req: IncomingMessage, res: ServerResponse) => void res.end(text);

describe('the load balancer', () => {
  it('takes turns, request by request', async () => {
    const { url } = await balance(await serve(say('one')), await serve(say('two')));
    const texts = [];
    for (let turn = 0; turn < 4; turn += 1) texts.push(await (await fetch(url)).text());
    expect(texts.slice(0, 2).sort()).toEqual(['one', 'two']);
    expect(texts.slice(2)).toEqual(texts.slice(0, 2));
  });
  it('asks the other replica when one refuses an idempotent request', async () => {
    const { url } = await balance(await serve(say('alive')), await deadUrl());
    for (let turn = 0; turn < 4; turn += 1) expect(await (await fetch(url)).text()).toBe('alive');
  });
  it('never sends a POST twice: the refusing replica is a 502 problem', async () => {
    const { url } = await balance(await serve(say('alive')), await deadUrl());
    const answers = [];
    for (let turn = 0; turn < 2; turn += 1) answers.push(await fetch(url, { method: 'POST', body: 'x' }));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 502]);
    const refused = answers.find((answer) => answer.status === 502);
    expect(refused?.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused?.json()).toMatchObject({ status: 502, code: 'bad-gateway' });
  });
  it('answers 502 when every replica refuses, 503 when it has none', async () => {
    const { url, balancer } = await balance(await deadUrl(), await deadUrl());
    expect((await fetch(url)).status).toBe(502);
    balancer.setReplicas([]);
    expect((await fetch(url)).status).toBe(503);
  });
  it('says who asked, over which protocol and for which host', async () => {
    const { url } = await balance(await serve((req, res) => void res.end(JSON.stringify(req.headers))));
    const seen = await (await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7', te: 'trailers' } })).json();
    expect(seen).toMatchObject({
      host: new URL(url).host,
      'x-forwarded-for': expect.stringMatching(/^203\.0\.113\.7, (::ffff:)?127\.0\.0\.1$/),
      'x-forwarded-host': new URL(url).host,
      'x-forwarded-proto': 'https',
    });
    expect(seen).not.toHaveProperty('te');
  });
});

describe('a streamed request', () => {
  const echo: RequestListener = (req, res) => void req.pipe(res);
  it('arrives whole with a length', async () => {
    const { url } = await balance(await serve(echo));
    const body = 'x'.repeat(300_000);
    expect(await (await fetch(url, { method: 'POST', body })).text()).toBe(body);
  });
  it('arrives whole in chunks', async () => {
    const { url } = await balance(await serve(echo));
    const outgoing = request(url, { method: 'POST' });
    outgoing.write('first ');
    outgoing.end('second');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(Buffer.concat(await response.toArray()).toString()).toBe('first second');
  });
  it('keeps every cookie of the answer', async () => {
    const { url } = await balance(
      await serve((_req, res) => void res.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end()),
    );
    expect((await fetch(url)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
  it('has an answer that is passed on as it comes, not when it is complete', async () => {
    const gate = Promise.withResolvers<void>();
    const { url } = await balance(
      await serve((_req, res) => {
        res.write('early ');
        void gate.promise.then(() => res.end('late'));
      }),
    );
    const reader = (await fetch(url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('early ');
    gate.resolve();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('late');
  });
  it('is cut for the client when the upstream cuts it', async () => {
    const { url } = await balance(
      await serve((_req, res) => {
        res.writeHead(200, { 'content-length': 100 });
        res.write('half', () => res.destroy());
      }),
    );
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  });
  it('ends at the upstream when the client goes away', async () => {
    const closed = Promise.withResolvers<string>();
    const { url } = await balance(await serve((req) => void req.on('close', () => closed.resolve('closed'))));
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    setTimeout(() => client.destroy(), 50);
    expect(await closed.promise).toBe('closed');
  });
  it('is a 504 problem when the upstream stays silent', async () => {
    const silent = new URL(await serve(() => undefined));
    const options = { host: silent.hostname, port: silent.port };
    const url = await serve((req, res) => {
      forward(req, res, { upstreams: [{ request, options }], path: '/', headers: ['host', 'x'], idleTimeoutMs: 60 });
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ code: 'gateway-timeout' });
  });
});

describe('headers', () => {
  it('of one connection stay on it, and so do those that it names', () => {
    const raw = [
      'Connection',
      'close, X-Private',
      'X-Private',
      '1',
      'Keep-Alive',
      'timeout=5',
      'ETag',
      '"a"',
      'TE',
      'gzip',
    ];
    expect(endToEndHeaders(raw)).toEqual(['ETag', '"a"']);
  });
  it('that are replaced are not sent twice, whatever their case', () => {
    const req = { rawHeaders: ['HOST', 'a', 'X-Forwarded-For', 'b', 'Expect', '100-continue'], headers: {} };
    expect(forwardedHeaders(req as unknown as IncomingMessage, { host: 'c', 'x-forwarded-for': 'd' })).toEqual([
      'host',
      'c',
      'x-forwarded-for',
      'd',
    ]);
  });
});
