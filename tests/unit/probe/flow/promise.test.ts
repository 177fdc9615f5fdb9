import { afterEach, describe, expect, it } from 'vitest';
import { listPromises } from '../../../../src/probe/flow/promise.ts';
import { closeAll, FLOW, type Handler, keepOpen, list, ONE, observe, observeAll, store } from '../observe-promise.ts';
import { sendJson, serve } from '../serve.ts';
import { testSystem } from '../system.ts';

afterEach(closeAll);

describe('a promise of one request', () => {
  it('passes when the answer is what was promised, and says where it was declared', async () => {
    const [row] = await observe(ONE, (_, response) => sendJson(response, 200, { ok: true }));
    expect(row).toMatchObject({ id: 'endpoints.sample', status: 'passed', evidence: { steps: 1 } });
    expect(row.source).toMatch(/system\.yaml:\d+$/);
  });

  it.each<[string, Handler, string, RegExp]>([
    ['another status', (_, r) => sendJson(r, 500, {}), 'failed', /answers 500: the service failed, not 200/],
    [
      'a gateway error',
      (_, r) => r.writeHead(502).end(),
      'failed',
      /502: the proxy gets no valid answer from the service/,
    ],
    ['a demand to log in', (_, r) => sendJson(r, 401, {}), 'failed', /401: it asks for a login/],
    [
      'a redirect to the login page',
      (_, r) => r.writeHead(302, { location: '/login?next=/thing' }).end(),
      'failed',
      /redirects to \/login\?next=\/thing, a login page/,
    ],
    [
      'the SPA fallback',
      (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>app</title>'),
      'failed',
      /the SPA fallback or a default page answered/,
    ],
    [
      'a page that calls itself JSON',
      (_, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('<html></html>'),
      'failed',
      /the SPA fallback or a default page answered/,
    ],
    ['a false value', (_, r) => sendJson(r, 200, { ok: false }), 'failed', /has \/ok false, expected true/],
    ['a missing value', (_, r) => sendJson(r, 200, {}), 'failed', /has \/ok absent, expected true/],
    [
      'another content type',
      (_, r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('{"ok":true}'),
      'failed',
      /content type text\/plain, not application\/json/,
    ],
    [
      'text after the JSON',
      (_, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}FAILED'),
      'failed',
      /is not readable: the body is not JSON/,
    ],
    ['a limit of the rate', (_, r) => r.writeHead(429, { 'retry-after': '7' }).end(), 'inconclusive', /retry after 7/],
    ['no answer', (_, r) => void r.destroy(), 'failed', /got no answer: .* closed the connection.*, 2 tries/],
  ])('names %s', async (_, handler, status, message) => {
    const [row] = await observe(ONE, handler);
    expect(row.status).toBe(status);
    expect(row.message).toMatch(message);
    expect(row.message).toContain('GET http://127.0.0.1');
    if (status === 'inconclusive') expect(row.reason).toBe('insufficient');
  });

  it('records the try that a transport error made necessary', async () => {
    let count = 0;
    const [row] = await observe(ONE, (_, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else sendJson(response, 200, { ok: true });
    });
    expect([row.status, row.attempts?.length]).toEqual(['passed', 2]);
  });

  it('fails an answer that is right and late', async () => {
    const promise = '    steps:\n      - request: { path: /thing }\n        expect: { within: 20ms }\n';
    const [row] = await observe(promise, (_, response) => void setTimeout(() => sendJson(response, 200, {}), 60));
    expect(row.message).toMatch(/took \d+ ms, not within 20 ms/);
  });

  it('keeps control characters of the target out of the row', async () => {
    const promise = '    steps:\n      - request: { path: /thing }\n        expect: { text: fine }\n';
    const [row] = await observe(promise, (_, r) => r.end('\u001b[31mred\u0007\n::error::x'));
    expect(JSON.stringify(row)).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('a promise of several steps', () => {
  it('hands captured values on, percent-encoded in paths, and cleans up', async () => {
    const [row, server] = await observe(FLOW, store());
    expect(row.status).toBe('passed');
    expect(server.seen.map((request) => `${request.method} ${request.url}`)).toEqual([
      'POST /things',
      'GET /things/a%2Fb',
      'DELETE /things/a%2Fb',
    ]);
  });

  it('says which step failed, still cleans up, and shows no captured token', async () => {
    const [row, server] = await observe(FLOW, store({ loses: true }));
    expect(row.message).toMatch(/^Step 2 of 2 \(read\): GET .* has \/id "Bearer \[redacted:token\]", expected "a\/b"/);
    expect(JSON.stringify(row)).not.toContain('tok-0123456789abcdef');
    expect(server.seen.at(-1)?.method).toBe('DELETE');
  });

  it('that cannot remove what it wrote has a finding of its own', async () => {
    const { rows } = await observeAll(FLOW, store({ keeps: true }));
    expect(rows.map(({ id, status }) => [id, status])).toEqual([
      ['endpoints.sample', 'passed'],
      ['endpoints.sample.undone', 'failed'],
    ]);
    expect(rows[1]?.message).toMatch(/^What the check wrote could not be removed\. Cleanup 1: DELETE/);
  });

  it('that is kept and undone passes twice, and asks for everything once', async () => {
    const { rows, server } = await observeAll(FLOW, store());
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(rows[1]?.evidence).toEqual({ writes: 1, cleanup: 1, verify: 0 });
    expect(server.seen).toHaveLength(3);
  });

  it('does not know what became of a write that failed, where nothing shows it', async () => {
    const { rows } = await observeAll(FLOW, store({ refuses: true }));
    expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
      ['failed', undefined],
      ['inconclusive', 'insufficient'],
    ]);
    expect(rows[1]?.message).toMatch(/^Whether the check left something behind is not known/);
  });

  it('takes a removal whose answer was lost for what it is', async () => {
    let removals = 0;
    const { rows } = await observeAll(FLOW, (request, response) => {
      if (request.method !== 'DELETE') return store()(request, response);
      removals += 1;
      if (removals === 1) response.destroy();
      else sendJson(response, 404, {});
    });
    expect([removals, rows[1]?.status]).toEqual([2, 'passed']);
  });

  it('cleans up although something broke between its steps', async () => {
    const broken = FLOW.replace('  - name: read', '  - name: read\n        repeat: 2').replace(
      '/id: "{{id}}"',
      '/id: { matches: "^(a+)+$" }',
    );
    const { checks, made, server } = await list(broken, (request, response) => {
      if (request.method === 'GET') sendJson(response, 200, { id: `${'a'.repeat(40)}!` });
      else store()(request, response);
    });
    await expect(checks[0]?.observe(made.context)).rejects.toThrow(/was not done within/);
    expect((await checks[1]?.observe(made.context))?.judgement.status).toBe('passed');
    expect(server.seen.at(-1)?.method).toBe('DELETE');
  });

  it('says nothing of the cleanup where nothing was written', async () => {
    const [row, server] = await observe(FLOW, store({ refuses: true }));
    expect(row.message).toMatch(/^Step 1 of 2 \(make\): POST .* answers 500/);
    expect(row.message).not.toContain('removed');
    expect(server.seen).toHaveLength(1);
  });

  it('fails when a value to go on with is missing', async () => {
    const [row] = await observe(FLOW, (request, response) =>
      sendJson(response, 201, { name: 'thing run-1', m: request.method }),
    );
    expect(row.message).toMatch(/Step 1 of 2 \(make\): POST .* has no id to go on with: \/id is absent/);
  });

  it('never shows a declared secret', async () => {
    const promise =
      '    steps:\n      - request: { path: /thing, headers: { authorization: "Bearer {{secret.API_KEY}}" } }\n        expect: { json: { /key: none } }\n';
    const secret = 's3cret-value-0123456789';
    const [row] = await observe(promise, (_, r) => sendJson(r, 200, { key: `x${secret.repeat(30)}` }), {
      API_KEY: secret,
    });
    expect(row.status).toBe('failed');
    expect(JSON.stringify(row)).not.toContain('s3cret-value');
  });
});

describe('a step that is repeated', () => {
  const repeated =
    '    steps:\n      - request: { path: /thing }\n        repeat: 8\n        expect: { json: { /ok: true } }\n        capture: { id: /id }\n';

  it('is asked so often, each time on a connection of its own', async () => {
    const [row, server] = await observe(repeated, (_, response) => sendJson(response, 200, { ok: true, id: 'a' }));
    expect(row).toMatchObject({ status: 'passed', evidence: { steps: 1 } });
    expect(new Set(server.seen.map(({ socket }) => socket)).size).toBe(8);
  });

  it('fails by the one answer of several that is wrong, and says how many were', async () => {
    let count = 0;
    const [row] = await observe(repeated, (_, response) => {
      count += 1;
      sendJson(response, 200, { ok: count !== 5, id: 'a' });
    });
    expect(row.status).toBe('failed');
    expect(row.message).toMatch(/has \/ok false, expected true.* \(1 of 8 answers\)/);
  });

  it('is inconclusive where some answers are limited and none is wrong', async () => {
    let count = 0;
    const [row] = await observe(repeated, (_, response) => {
      count += 1;
      sendJson(response, count > 3 ? 429 : 200, { ok: true, id: 'a' });
    });
    expect(row).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
  });
});

it('looks an operation up without the path of the URL of its service', async () => {
  const asked: string[] = [];
  const server = await serve((_, response) => sendJson(response, 200, {}));
  keepOpen(server);
  const yaml =
    'promises:\n  - { id: sample, layer: endpoints, title: A promise, at: api, steps: [{ request: { path: "/thing/{{run.id}}?x=1" }, expect: { contract: true } }] }';
  const files = { 'api.json': '{}' };
  const made = testSystem({ app: server.url, api: `${server.url}/base/`, yaml, files, openapi: 'api.json' });
  keepOpen(made);
  const [check] = listPromises(made.system, (_, method, path) => {
    asked.push(`${method} ${path}`);
    return [];
  });
  expect((await check?.observe(made.context))?.judgement).toMatchObject({ status: 'passed' });
  expect(asked).toEqual(['GET /thing/run-1']);
  expect(server.seen[0]?.url).toBe('/base/thing/run-1?x=1');
});
