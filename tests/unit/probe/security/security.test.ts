import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/probe/http/exchange.ts';
import { toRow } from '../../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../../src/probe/schema.ts';
import { watchCookies } from '../../../../src/probe/security/cookie-watch.ts';
import { listSecurity } from '../../../../src/probe/security/security.ts';
import { loadSecurityAuthority } from '../../../../src/probe/security/security-authority.ts';
import { judgeCookies } from '../../../../src/probe/security/security-cookies.ts';
import { headerFlaw } from '../../../../src/probe/security/security-policy.ts';
import { closesAfterEach } from '../closes-after-each.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

const open = closesAfterEach();

const AUTHORITY = loadSecurityAuthority();
const HEALTHY = {
  'content-type': 'text/html',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

function answerOf(
  headers: Readonly<Record<string, string | readonly string[]>>,
  body = '',
  url = 'https://shop.net/',
): Answer {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const));
  return {
    ok: true,
    url,
    method: 'GET',
    status: 200,
    headers: Object.fromEntries(lines),
    rawHeaders: lines.flat(),
    contentType: String(headers['content-type'] ?? ''),
    body: Buffer.from(body),
    text: () => body,
    json: () => JSON.parse(body),
    timing: { dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 1, totalMs: 1 },
    remoteAddress: '127.0.0.1',
    reused: false,
    closeDelimited: false,
    attempts: [],
  };
}

const flawsOf = (answer: Answer): string[] =>
  AUTHORITY.headers.flatMap((rule) => headerFlaw(rule, answer, AUTHORITY) ?? []);

describe('the headers of a page', () => {
  it.each<[string, string, string | undefined, RegExp]>([
    ['no HSTS', 'strict-transport-security', undefined, /does not send strict-transport-security/],
    ['HSTS for an hour', 'strict-transport-security', 'max-age=3600', /max-age=3600 is less than 15768000/],
    ['HSTS that is switched off', 'strict-transport-security', 'max-age=0', /max-age=0/],
    ['HSTS without an age', 'strict-transport-security', 'includeSubDomains', /has no max-age/],
    ['no nosniff', 'x-content-type-options', undefined, /does not send x-content-type-options/],
    ['another word', 'x-content-type-options', 'sniff', /"sniff" is not nosniff/],
    ['no policy', 'content-security-policy', undefined, /does not send content-security-policy/],
    ['a policy for frames only', 'content-security-policy', "frame-ancestors 'none'", /says nothing of scripts/],
    ['scripts from everywhere', 'content-security-policy', "script-src *; frame-ancestors 'none'", /come from \*/],
    [
      'inline scripts',
      'content-security-policy',
      "default-src 'self' 'unsafe-inline'; frame-ancestors 'self'",
      /'unsafe-inline'/,
    ],
    ['scripts of any host', 'content-security-policy', "script-src 'self' https:; frame-ancestors 'self'", /https:/],
    ['no word on frames', 'content-security-policy', "default-src 'self'", /does not send x-frame-options/],
    ['no referrer policy', 'referrer-policy', undefined, /does not send referrer-policy/],
    ['an unsafe referrer policy', 'referrer-policy', 'no-referrer, unsafe-url', /"unsafe-url"/],
  ])('have a flaw: %s', (_, name, value, message) => {
    const { [name]: __, ...others }: Record<string, string> = HEALTHY;
    expect(flawsOf(answerOf(value === undefined ? others : { ...others, [name]: value })).join('; ')).toMatch(message);
  });

  it.each<[string, Record<string, string | readonly string[]>, string?]>([
    ['all of them', {}],
    ['the old frame header', { 'content-security-policy': "default-src 'self'", 'x-frame-options': 'SAMEORIGIN' }],
    [
      'nonces, which switch inline off',
      {
        'content-security-policy':
          "script-src 'nonce-abc' 'unsafe-inline' https: 'strict-dynamic'; frame-ancestors 'self'",
      },
    ],
    [
      'two policies, of which one restricts',
      { 'content-security-policy': ['default-src *; frame-ancestors *', "script-src 'self'"] },
    ],
    [
      'a policy in the page',
      { 'content-security-policy': "frame-ancestors 'none'" },
      `<meta http-equiv="Content-Security-Policy" content="default-src 'self'">`,
    ],
    ['half a year, quoted', { 'strict-transport-security': 'max-age="15768000"' }],
    ['a list of referrer policies', { 'referrer-policy': 'unsafe-url, strict-origin-when-cross-origin' }],
  ])('have no flaw: %s', (_, headers, body) => {
    expect(flawsOf(answerOf({ ...HEALTHY, ...headers }, body))).toEqual([]);
  });

  it('are asked of pages only, and HSTS over https only', () => {
    const json = { 'content-type': 'application/json' };
    expect(flawsOf(answerOf({ ...json, 'x-content-type-options': 'nosniff' }, '{}', 'http://shop.net/'))).toEqual([]);
    expect(flawsOf(answerOf(json))).toHaveLength(2);
  });

  it('every rule has a source', () => {
    expect(AUTHORITY.headers.map(({ source }) => AUTHORITY.sources[source])).not.toContain(undefined);
  });
});

type Answering = (response: ServerResponse, url: string) => unknown;

async function observe(app: Answering, yaml = ''): Promise<Row[]> {
  const server = await serve((request, response) => void app(response, request.url ?? ''));
  const made = testSystem({ app: server.url, api: server.url, yaml });
  open.push(server, made);
  const watch = watchCookies(made.context.client);
  const context = { ...made.context, client: watch.client, cookies: watch.seen };
  const rows: Row[] = [];
  for (const { planned, observe: look } of listSecurity(made.system)) {
    rows.push(rowSchema.parse(toRow(planned, await look(context), new Date().toISOString())));
  }
  return rows;
}

const healthy: Answering = (response, url) =>
  response.writeHead(url.includes('/no/such') ? 404 : 200, HEALTHY).end('<p>');
const statusOf = (rows: readonly Row[]): string[] => rows.map(({ id, status }) => `${id} ${status}`);

describe('without any promise', () => {
  it('headers and errors of each service are looked at', async () => {
    expect(statusOf(await observe(healthy))).toEqual([
      'security.headers.app passed',
      'security.errors.app passed',
      'security.errors.api passed',
    ]);
  });

  it.each([
    ['warned', ''],
    ['failed', 'security: { headers: required }'],
  ])('a missing header is %s', async (status, yaml) => {
    const [row] = await observe(
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      yaml,
    );
    expect(row).toMatchObject({ status, message: expect.stringMatching(/does not send content-security-policy/) });
  });

  it.each<[string, Answering, string]>([
    ['a stack trace', (r) => r.writeHead(404, HEALTHY).end('Error\n    at run (/srv/app/db.js:10:5)'), 'failed'],
    ['a debug page', (r) => r.writeHead(404, HEALTHY).end('<title>x // Werkzeug Debugger</title>'), 'failed'],
    ['a 500', (r, url) => (url.includes('/no/such') ? r.writeHead(500).end() : healthy(r, url)), 'warned'],
    ['a page of an application', (r) => r.writeHead(200, HEALTHY).end('<p>Werkzeug Debugger, explained'), 'passed'],
    ['a 429', (r, url) => (url.includes('/no/such') ? r.writeHead(429).end() : healthy(r, url)), 'inconclusive'],
  ])('an unknown path with %s', async (_, app, status) => {
    expect((await observe(app)).find(({ id }) => id === 'security.errors.app')?.status).toBe(status);
  });

  it.each<[string, Answering]>([
    ['a 503', (r) => r.writeHead(503).end()],
    ['a 429', (r) => r.writeHead(429).end()],
    ['no answer', (r) => r.socket?.resetAndDestroy()],
  ])('headers cannot be judged by %s', async (_, app) => {
    expect((await observe(app))[0]?.status).toBe('inconclusive');
  });

  it('what tells of the inside is shown and not judged', async () => {
    const [row] = await observe((r) =>
      r.writeHead(200, { ...HEALTHY, server: 'nginx/1.25', 'x-powered-by': 'Express' }).end(),
    );
    expect(row).toMatchObject({ status: 'passed', evidence: { tells: ['x-powered-by', 'server'] } });
  });
});

describe('cookies', () => {
  const judge = (line: string, url = 'https://shop.net/login', yaml = '') => {
    const made = testSystem({ app: 'https://shop.net', api: 'https://shop.net', yaml });
    open.push(made);
    return judgeCookies([{ url, line }], made);
  };

  it.each<[string, string, RegExp]>([
    ['no Secure', 'session=a; HttpOnly; SameSite=Lax', /session of shop\.net has no Secure/],
    ['no HttpOnly', 'connect.sid=a; Secure; SameSite=Lax', /no HttpOnly/],
    ['no SameSite', 'auth_token=a; Secure; HttpOnly', /no SameSite/],
  ])('of a session with %s are warned, failed where protection is required', (_, line, message) => {
    expect(judge(line)).toMatchObject({ status: 'warned', message: expect.stringMatching(message) });
    expect(judge(line, undefined, 'security: { cookies: required }').status).toBe('failed');
  });

  it.each<[string, string, string?]>([
    ['SameSite=None without Secure', 'x=a; SameSite=None'],
    ['a foreign domain', 'x=a; Secure; Domain=other.net'],
    ['a longer domain', 'x=a; Secure; Domain=login.shop.net'],
    ['Secure over http', 'x=a; Secure', 'http://shop.net/'],
    ['__Host- with a domain', '__Host-x=a; Secure; Path=/; Domain=shop.net'],
    ['__Secure- without Secure', '__Secure-x=a'],
  ])('that browsers do not keep are failed: %s', (_, line, url) => {
    expect(judge(line, url)).toMatchObject({ status: 'failed', message: expect.stringMatching(/do not keep/) });
  });

  it.each<[string, string, string?]>([
    ['a protected session', 'sid=a; Secure; HttpOnly; SameSite=Strict; Path=/'],
    ['a parent domain', 'sid=a; Secure; HttpOnly; SameSite=Lax; Domain=.shop.net', 'https://login.shop.net/'],
    ['one against forged requests', 'XSRF-TOKEN=a; SameSite=None; Secure'],
    ['a preference', 'language=en'],
    ['one that is taken away', 'session=; Max-Age=0'],
    ['a similar name', 'residence=a'],
    ['http on this machine', 'session=a; Secure; HttpOnly; SameSite=Lax', 'http://localhost:3000/'],
  ])('that are as they should be pass: %s', (_, line, url) => {
    expect(judge(line, url).status).toBe('passed');
  });

  it('of every answer of the run are seen, once something logs in', async () => {
    const yaml = `promises:
  - { id: login, layer: authentication, title: A user logs in, at: app, steps: [{ request: { path: / } }] }`;
    const rows = await observe(
      (r) => r.writeHead(200, { ...HEALTHY, 'set-cookie': ['a=1', 'sid=2; Secure'] }).end(),
      yaml,
    );
    expect(rows.find(({ id }) => id === 'authentication.cookies')).toMatchObject({
      status: 'warned',
      actual: expect.stringMatching(/^sid of/),
    });
    expect(JSON.stringify(rows)).not.toContain('sid=2');
  });
});

describe('a declared rate limit', () => {
  const limited = 'security: { rateLimits: [{ at: api, path: /jobs, limit: 100 }] }';
  const bursting = 'security: { rateLimits: [{ at: api, path: /jobs, burst: 20 }] }';
  const says =
    (headers: Record<string, string>): Answering =>
    (r, url) =>
      url === '/jobs' ? r.writeHead(200, headers).end() : healthy(r, url);
  let count = 0;
  const limits: Answering = (r, url) => {
    if (url !== '/jobs') healthy(r, url);
    else if (++count > 10) sendJson(r, 429, {});
    else sendJson(r, 200, {});
  };

  it.each<[string, Answering, string, string]>([
    ['passes by its header', says({ 'ratelimit-limit': '100' }), limited, 'passed'],
    ['passes by its policy', says({ 'ratelimit-policy': '"default";q=60;w=60' }), limited, 'passed'],
    ['passes by the older header', says({ 'x-ratelimit-limit': '60' }), limited, 'passed'],
    ['passes by a 429', (r, url) => (url === '/jobs' ? sendJson(r, 429, {}) : healthy(r, url)), limited, 'passed'],
    ['passes by a 429 in a burst', limits, bursting, 'passed'],
    ['is warned when it allows more', says({ 'ratelimit-limit': '1000' }), limited, 'warned'],
    ['is warned when nothing says so', healthy, limited, 'warned'],
    ['is warned when a burst meets none', healthy, bursting, 'warned'],
  ])('%s', async (_, app, yaml, status) => {
    const row = (await observe(app, yaml)).find(({ id }) => id === 'endpoints.rate-limit.api./jobs');
    expect(row?.status).toBe(status);
  });

  it('has to be of a declared service', () => {
    const yaml = 'security: { rateLimits: [{ at: apu, path: /jobs }] }';
    expect(() => testSystem({ app: 'http://a.test', api: 'http://b.test', yaml })).toThrow(/"apu" is not declared/);
  });
});
