import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { AUTH_RATE_LIMIT_PER_MINUTE: '5' } });
});
afterAll(() => system.stop());

describe('every error is a problem with its own code', () => {
  test.each([
    ['an unknown route', 'GET', '/nowhere', 404, 'route-not-found', {}],
    [
      'an unknown method of a known path',
      'DELETE',
      '/jobs',
      404,
      'route-not-found',
      { outsideContract: true as const },
    ],
    ['an unknown job', 'GET', '/jobs/999', 404, 'job-not-found', {}],
    ['a page that is no number', 'GET', '/jobs?page=two', 400, 'invalid-request', {}],
    ['a page size over the limit', 'GET', '/jobs?per_page=51', 400, 'invalid-request', {}],
    ['a character that no text of the database can have', 'GET', '/jobs?query=%00', 400, 'invalid-request', {}],
    [
      'the same in a name',
      'POST',
      '/auth/register',
      400,
      'invalid-request',
      { json: { email: 'a@example.org', password: 'correct horse battery', name: 'A\0' } },
    ],
    ['a job that is no number', 'GET', '/jobs/one', 400, 'invalid-request', {}],
    ['a broken escape in the path', 'GET', '/jobs/%E0%A4%A', 400, 'invalid-request', {}],
    [
      'broken JSON',
      'POST',
      '/auth/login',
      400,
      'invalid-request',
      { headers: { 'content-type': 'application/json' }, text: '{"email":' },
    ],
    ['a missing field', 'POST', '/auth/login', 400, 'invalid-request', { json: { email: 'ada@example.org' } }],
    [
      'a field too many',
      'POST',
      '/auth/login',
      400,
      'invalid-request',
      { json: { email: 'a@example.org', password: 'x', admin: true } },
    ],
    [
      'a number where text belongs',
      'POST',
      '/auth/login',
      400,
      'invalid-request',
      { json: { email: 'a@example.org', password: 12 } },
    ],
    [
      'a short password',
      'POST',
      '/auth/register',
      400,
      'invalid-request',
      { json: { email: 'a@example.org', password: 'short', name: 'A' } },
    ],
    [
      'a body over the limit',
      'POST',
      '/auth/login',
      413,
      'payload-too-large',
      { json: { email: 'a@example.org', password: 'x'.repeat(200_000) } },
    ],
    [
      'XML',
      'POST',
      '/auth/login',
      415,
      'unsupported-media-type',
      { headers: { 'content-type': 'application/xml' }, text: '<login/>' },
    ],
    [
      'plain text',
      'POST',
      '/auth/login',
      415,
      'unsupported-media-type',
      { headers: { 'content-type': 'text/plain' }, text: 'hello' },
    ],
  ] as const)('%s', async (_name, method, path, status, code, options) => {
    const answer = await system.call(method, path, options);
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat \/|node_modules|\.ts:\d/);
  });

  test('it says what is wrong with which request, and repeats no path that is none', async () => {
    const missing = await system.call('GET', '/jobs/999?x=1');
    expect([missing.body.detail, missing.body.instance]).toEqual(['There is no job 999.', '/jobs/999']);
    const forbidden = await system.call('GET', '/files');
    expect(forbidden.body).toMatchObject({ detail: expect.stringMatching(/^Log in/), instance: '/files' });
    expect((await system.call('GET', '/jobs/%E0%A4%A')).body).not.toHaveProperty('instance');
  });

  test('an invalid field is named by its pointer', async () => {
    const { body } = await system.call('GET', '/jobs?page=two');
    expect(body.errors).toEqual([{ path: '/page', message: 'must be integer' }]);
  });
});

describe('the rate limit of login', () => {
  test('refuses the sixth attempt on one account and not those on another', async () => {
    const attempt = (email: string) => system.call('POST', '/auth/login', { json: { email, password: 'wrong guess' } });
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await attempt('guessed@example.org'));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(answers[0]?.headers['ratelimit-remaining']).toBe('4');
    expect(answers[5]?.body.code).toBe('rate-limited');
    expect(Number(answers[5]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await attempt('other@example.org')).status).toBe(401);
  });
});

describe('headers', () => {
  test('protect the browser and do not name the software', async () => {
    const { headers } = await system.call('GET', '/jobs');
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8,}/);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['server']).toBeUndefined();
  });

  test('allow the listed origin with credentials, also in a preflight', async () => {
    const origin = 'https://app.mosaic.test:8443';
    const plain = await system.call('GET', '/jobs', { headers: { origin } });
    expect(plain.headers['access-control-allow-origin']).toBe(origin);
    expect(plain.headers['access-control-allow-credentials']).toBe('true');
    const headers = { origin, 'access-control-request-method': 'POST' };
    const preflight = await system.call('OPTIONS', '/chat', { headers, outsideContract: true });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
  });

  test('allow no other origin anything', async () => {
    const origin = 'https://evil.example';
    const headers = { origin, 'access-control-request-method': 'POST' };
    const answers = [
      await system.call('GET', '/jobs', { headers: { origin } }),
      await system.call('OPTIONS', '/chat', { headers, outsideContract: true }),
    ];
    for (const answer of answers) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});
