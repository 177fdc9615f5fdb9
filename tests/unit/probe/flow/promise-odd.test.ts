/** Systems that are healthy and odd: they keep a run out, refuse its own credential, or have to be told what is synthetic. */
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, FLOW, type Handler, ONE, observe, observeAll, store } from '../observe-promise.ts';
import { sendJson } from '../serve.ts';

afterEach(closeAll);

describe('a step that is kept out', () => {
  const challenge = (name: string, value: string, status: number): Handler => {
    return (_, response) => response.writeHead(status, { [name]: value, 'content-type': 'text/html' }).end('<html>');
  };

  it.each<[string, Handler, RegExp]>([
    ['by a limit of the rate', (_, r) => sendJson(r, 429, {}), /answers 429: it limits the rate of this run/],
    ['by a lockout', (_, r) => sendJson(r, 423, {}), /answers 423: what was asked for is locked/],
    ['by the firewall of Cloudflare', challenge('cf-mitigated', 'challenge', 403), /asks whether a human is there/],
    [
      'by the firewall of AWS, which says 202',
      challenge('x-amzn-waf-action', 'challenge', 202),
      /answers 202: its firewall/,
    ],
    ['by the captcha of AWS', challenge('x-amzn-waf-action', 'captcha', 405), /answers 405: its firewall/],
  ])('%s: neither passed nor failed', async (_, handler, message) => {
    const [row] = await observe(ONE.replace('expect: {', 'expect: { status: [200, 202],'), handler);
    expect(row).toMatchObject({ status: 'inconclusive', reason: 'insufficient' });
    expect(row.message).toMatch(message);
  });

  it.each<[number, string]>([
    [403, 'failed'],
    [503, 'failed'],
  ])('by a plain %i has failed', async (status, expected) => {
    const [row] = await observe(ONE, (_, response) => sendJson(response, status, {}));
    expect(row.status).toBe(expected);
  });
});

describe('any status but these', () => {
  const closed = '    steps:\n      - request: { path: /setup }\n        expect: { status: { not: [200, 201] } }\n';

  it.each<[number, string, RegExp | undefined]>([
    [404, 'passed', undefined],
    [302, 'passed', undefined],
    [403, 'passed', undefined],
    [200, 'failed', /answers 200, not below 500 and other than 200, 201/],
    [500, 'failed', /answers 500/],
    [502, 'failed', /answers 502/],
    [429, 'inconclusive', /answers 429/],
    [423, 'inconclusive', /answers 423/],
  ])('%i is %s', async (status, expected, message) => {
    const [row] = await observe(closed, (_, response) => sendJson(response, status, {}));
    expect(row.status).toBe(expected);
    if (message !== undefined) expect(row.message).toMatch(message);
  });
});

describe('a precondition', () => {
  const LOGIN = `    steps:
      - precondition: true
        request: { method: POST, path: /login, json: { user: gate10, password: "{{secret.PASSWORD}}" } }
        expect: { status: 200, json: { /token: { type: string } } }
`;
  const env = { PASSWORD: 'correct-horse-battery' };

  it.each<[string, Handler, string, RegExp]>([
    [
      'an expired password',
      (_, r) => sendJson(r, 401, { code: 'password_expired' }),
      'inconclusive',
      /^The credential of this check was refused.* answers 401/,
    ],
    ['a user that was deleted', (_, r) => sendJson(r, 404, {}), 'inconclusive', /answers 404/],
    ['a service that fails', (_, r) => sendJson(r, 500, {}), 'failed', /answers 500/],
    ['no answer', (_, r) => void r.destroy(), 'failed', /got no answer/],
    ['another answer', (_, r) => sendJson(r, 200, {}), 'failed', /\/token absent/],
  ])('that meets %s', async (_, handler, status, message) => {
    const [row] = await observe(LOGIN, handler, env);
    expect(row.status).toBe(status);
    expect(row.message).toMatch(message);
  });

  it('is needed: without it the same refusal has failed', async () => {
    const [row] = await observe(LOGIN.replace('precondition: true\n        ', ''), (_, r) => sendJson(r, 401, {}), env);
    expect(row.status).toBe('failed');
  });
});

describe('what is written', () => {
  it('carries the declared tag in every request, the cleanup too', async () => {
    const tagged = `${FLOW}synthetic: { headers: { X-Synthetic: "run {{run.id}}" }, userAgent: shop-probe }\n`;
    const { server, rows } = await observeAll(tagged, store());
    expect(rows.map(({ status }) => status)).toEqual(['passed', 'passed']);
    const tags = server.seen.map(({ headers }) => [headers['x-synthetic'], headers['user-agent']]);
    expect(tags).toEqual(Array.from({ length: 3 }, () => ['run run-1', 'shop-probe']));
  });

  it('is marked without a declaration too', async () => {
    const { server } = await observeAll(FLOW, store());
    expect(server.seen.map(({ headers }) => headers['user-agent'])).toEqual(['gate10', 'gate10', 'gate10']);
    expect(server.seen.every(({ headers }) => headers['x-gate10-run'] === 'n0nce')).toBe(true);
  });

  it('keeps the pace that is declared', async () => {
    const startMs = performance.now();
    const { rows } = await observeAll(`    pace: 60ms\n${FLOW}`, store());
    expect(rows[0]?.status).toBe('passed');
    expect(performance.now() - startMs).toBeGreaterThan(170);
  });
});
