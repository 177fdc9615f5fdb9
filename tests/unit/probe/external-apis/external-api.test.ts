import type http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/errors.ts';
import { listExternalApis } from '../../../../src/probe/external-apis/external-api.ts';
import type { Judgement } from '../../../../src/probe/row.ts';
import { type Served, sendJson, serve, serveBytes } from '../serve.ts';
import { type TestSystem, testSystem } from '../system.ts';

const KEY = 'sk_live_5up3r-53cr3t';
const CALL = `    call:
      method: POST
      path: "/check?run={{run.id}}"
      headers: { Authorization: "Bearer {{key}}" }
      json: { ping: "{{run.nonce}}" }
      expect: { json: { /ok: true } }
      prefers: { /model: coach-1 }
      headroom: { remaining: { header: x-left }, limit: { header: x-all }, warnBelow: 0.1 }`;
const OK = { ok: true, model: 'coach-1' };

const open: (Served | TestSystem)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Declared {
  readonly api?: string;
  readonly target?: string;
  readonly key?: string;
}

function systemFor(url: string, { api = CALL, target = '', key = KEY }: Declared = {}): TestSystem {
  const system = testSystem({
    app: url,
    api: url,
    yaml: `externalApis:\n  - id: coach\n${api}\n`,
    environment: `    secrets: [COACH_KEY]\n    externalApis: { coach: { url: "${url}/v1/", key: COACH_KEY${target} } }`,
    env: { COACH_KEY: key },
  });
  open.push(system);
  return system;
}

async function ask({ system, context }: TestSystem): Promise<Record<string, Judgement>> {
  const checks = listExternalApis(system).map(async ({ planned, observe }) => {
    return [planned.id, (await observe(context)).judgement] as const;
  });
  return Object.fromEntries(await Promise.all(checks));
}

async function provider(listener: http.RequestListener): Promise<Served> {
  const served = await serve(listener);
  open.push(served);
  return served;
}

const answers = (status: number, value: unknown, headers: Record<string, string> = {}): http.RequestListener => {
  return (_, response) => {
    for (const [name, said] of Object.entries({ 'x-left': '90', 'x-all': '100', ...headers }))
      response.setHeader(name, said);
    sendJson(response, status, value);
  };
};

describe('the call of an external API', () => {
  it('is made once, with the key, and passes', async () => {
    const served = await provider(answers(200, OK));
    expect(await ask(systemFor(served.url))).toEqual({
      'external-apis.coach.call': { status: 'passed', evidence: { status: 200, calls: 1 } },
    });
    expect(served.seen.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['POST', '/v1/check?run=run-1', `Bearer ${KEY}`],
    ]);
  });

  it.each([
    [401, 'failed', 'coach refuses the key'],
    [403, 'failed', 'coach refuses the key'],
    [402, 'warned', 'the quota of coach is used up'],
    [429, 'warned', 'the quota of coach is used up (retry after 30)'],
    [404, 'failed', 'answers 404'],
    [302, 'failed', 'answers 302'],
    [500, 'failed', 'answers 500'],
    [503, 'failed', 'answers 503'],
  ])('%i is %s', async (status, verdict, said) => {
    const more = status === 429 ? { 'retry-after': '30' } : {};
    const served = await provider(answers(status, {}, more));
    const { 'external-apis.coach.call': call } = await ask(systemFor(served.url));
    expect(call).toMatchObject({ status: verdict, message: expect.stringContaining(said) });
    expect(served.seen).toHaveLength(1);
  });

  it.each([
    ['says no', { ok: false, model: 'coach-1' }, {}, 'failed', '/ok false, expected true'],
    ['is another model', { ok: true, model: 'coach-0' }, {}, 'warned', '/model "coach-0", expected "coach-1"'],
    ['has little left', OK, { 'x-left': '9' }, 'warned', '9 of 100 is left'],
    ['has nothing left', OK, { 'x-left': '0' }, 'warned', '0 of 100 is left'],
    ['does not say what is left', OK, { 'x-left': '' }, 'warned', 'does not say what is left'],
    ['says it in words', OK, { 'x-left': 'plenty' }, 'warned', 'it is not a number'],
  ])('one that %s is told', async (_, value, headers, status, said) => {
    const served = await provider(answers(200, value, headers));
    const { 'external-apis.coach.call': call } = await ask(systemFor(served.url));
    expect(call).toMatchObject({ status, message: expect.stringContaining(said) });
  });

  it('a web page instead of JSON is failed', async () => {
    const served = await provider((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect((await ask(systemFor(served.url)))['external-apis.coach.call']?.status).toBe('failed');
  });

  it.each([
    ['is silent', () => undefined],
    ['cuts the connection', (socket: { destroy(): void }) => socket.destroy()],
  ])('one that %s is failed, and not called again', async (_, answer) => {
    let calls = 0;
    const served = await serveBytes((socket) => {
      calls += 1;
      answer(socket);
    });
    open.push(served);
    const { 'external-apis.coach.call': call } = await ask(systemFor(served.url, { api: '    call: { path: /get }' }));
    expect([call?.status, calls]).toEqual(['failed', 1]);
  });

  it('never shows the key', async () => {
    const served = await provider((request, response) =>
      sendJson(response, 200, { ok: request.headers.authorization }),
    );
    const shown = JSON.stringify(await ask(systemFor(served.url, { target: ', forbidPrefixes: [sk_live_]' })));
    expect(shown).toContain('[redacted:COACH_KEY]');
    expect(shown).not.toContain('5up3r');
  });
});

describe('the key of an external API', () => {
  it.each([
    [', forbidPrefixes: [sk_live_]', 'failed'],
    [', forbidPrefixes: [sk_test_]', 'passed'],
    [', requirePrefixes: [rk_live_]', 'failed'],
    [', requirePrefixes: [rk_live_, sk_live_]', 'passed'],
  ])('%s is %s', async (target, status) => {
    const served = await provider(answers(200, OK));
    expect((await ask(systemFor(served.url, { target })))['external-apis.coach.key']?.status).toBe(status);
  });
});

describe('the word of the system itself', () => {
  const attested = '    attestedBy: { at: api, path: /health/coach, expect: { json: { /ok: true } } }';
  const withoutTarget = (url: string): TestSystem => {
    const system = testSystem({ app: url, api: url, yaml: `externalApis:\n  - id: coach\n${attested}\n` });
    open.push(system);
    return system;
  };

  it.each([
    [200, { ok: true }, 'passed'],
    [200, { ok: false }, 'failed'],
    [503, { ok: false }, 'failed'],
    [401, {}, 'failed'],
    [429, {}, 'inconclusive'],
  ])('%i %j is %s', async (status, value, verdict) => {
    const served = await provider(answers(status, value));
    const judged = await ask(withoutTarget(served.url));
    expect(Object.entries(judged).map(([id, one]) => [id, one.status])).toEqual([
      ['external-apis.coach.attested', verdict],
    ]);
  });
});

describe('a contract that cannot be asked is refused', () => {
  const ATTESTED = 'attestedBy: { at: api, path: /x }';
  const CALLED = 'call: { path: /x }';
  const coach = (more = ''): string => `{ coach: { url: "http://x.test"${more} } }`;

  it.each([
    ['neither called nor attested', 'title: The coach answers', '{}', 'needs "call" or "attestedBy"'],
    ['no address and no word', CALLED, '{}', 'cannot be asked in the environment "test"'],
    ['an unknown service', 'attestedBy: { at: shop, path: /x }', '{}', 'the service "shop" is not declared'],
    ['an undeclared API', ATTESTED, '{ mail: { url: "http://x.test" } }', '"mail" is not declared'],
    ['no call', ATTESTED, coach(), 'has no "call"'],
    ['no key', 'call: { path: "/{{key}}" }', coach(), 'there is no "key"'],
    ['a key that is no secret', CALLED, coach(', key: COACH_KEY'), 'not one of the secrets'],
  ])('%s', (_, api, targets, said) => {
    const load = (): TestSystem =>
      testSystem({
        app: 'http://a.test',
        api: 'http://a.test',
        yaml: `externalApis:\n  - id: coach\n    ${api}\n`,
        environment: `    externalApis: ${targets}`,
      });
    expect(load).toThrow(InputError);
    expect(load).toThrow(said);
  });
});
