import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

const DAY_MS = 24 * 60 * 60 * 1000;

describe('an account', () => {
  test('lives from register to delete', async () => {
    const { call } = system;
    const credentials = { email: 'Ada@Example.org', password: 'correct horse battery' };
    const registered = await call('POST', '/auth/register', { json: { ...credentials, name: 'Ada' } });
    expect(registered.status).toBe(201);
    expect(registered.body.email).toBe('ada@example.org');
    const login = await call('POST', '/auth/login', { json: credentials });
    expect(login.status).toBe(200);
    const { token } = login.body;
    const me = await call('GET', '/auth/me', { token });
    expect(me.body).toEqual(registered.body);
    const file = { name: 'cv.txt', type: 'text/plain', bytes: Buffer.from('Ten years of TypeScript.') };
    const upload = await call('POST', '/files', { token, file });
    expect(upload.status).toBe(201);
    expect((await call('GET', upload.headers['location'] ?? '', { token })).body).toBe('Ten years of TypeScript.');
    expect((await call('DELETE', upload.headers['location'] ?? '', { token })).status).toBe(204);
    expect((await call('GET', upload.headers['location'] ?? '', { token })).status).toBe(404);
    expect((await call('POST', '/auth/logout', { token })).status).toBe(204);
    expect((await call('GET', '/auth/me', { token })).status).toBe(401);
  });

  test('is removed with its sessions, files and events', async () => {
    const { token, email, password, id } = await system.logIn();
    await system.call('POST', '/files', {
      token,
      file: { name: 'a.txt', type: 'text/plain', bytes: Buffer.from('a') },
    });
    expect((await system.call('DELETE', '/auth/me', { token })).status).toBe(204);
    expect((await system.call('GET', '/auth/me', { token })).status).toBe(401);
    expect((await system.call('POST', '/auth/login', { json: { email, password } })).status).toBe(401);
    const left = await system.pool.query(
      `select (select count(*) from files where user_id = $1) + (select count(*) from sessions where user_id = $1)
        + (select count(*) from analytics_events where user_id = $1) as rows`,
      [id],
    );
    expect(Number(left.rows[0].rows)).toBe(0);
  });

  test('is one per e-mail address, whatever its case', async () => {
    const { email, password } = await system.logIn();
    const again = await system.call('POST', '/auth/register', {
      json: { email: email.toUpperCase(), password, name: 'Eve' },
    });
    expect([again.status, again.body.code]).toEqual([409, 'email-taken']);
  });

  test('keeps the password and the token out of the database', async () => {
    const { token, password } = await system.logIn();
    const users = await system.pool.query('select * from users');
    const sessions = await system.pool.query('select * from sessions');
    const text = JSON.stringify([users.rows, sessions.rows]);
    expect(text).not.toContain(password);
    expect(text).not.toContain(token);
  });
});

describe('a session', () => {
  test('comes as a cookie that only the browser can read, and the cookie works', async () => {
    const { email, password } = await system.logIn();
    const login = await system.call('POST', '/auth/login', { json: { email, password } });
    const cookie = String(login.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-mosaic_session=/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    const me = await system.call('GET', '/auth/me', { cookie: cookie.split(';')[0] ?? '' });
    expect(me.status).toBe(200);
  });

  test('ends by itself after a day', async () => {
    const { token } = await system.logIn();
    system.advance(DAY_MS - 60_000);
    expect((await system.call('GET', '/auth/me', { token })).status).toBe(200);
    system.advance(120_000);
    expect((await system.call('GET', '/auth/me', { token })).status).toBe(401);
  });

  test('is not opened by a wrong password or an unknown address, which look the same', async () => {
    const { email } = await system.logIn();
    const wrong = await system.call('POST', '/auth/login', { json: { email, password: 'not the password' } });
    const unknown = await system.call('POST', '/auth/login', { json: { email: 'no@example.org', password: 'x' } });
    for (const answer of [wrong, unknown])
      expect([answer.status, answer.body.code]).toEqual([401, 'wrong-credentials']);
  });

  test.each([
    ['a forged token', { token: 'A'.repeat(43) }],
    ['a token of another shape', { token: 'short' }],
    ['a forged cookie', { cookie: `__Host-mosaic_session=${'A'.repeat(43)}` }],
    ['nothing', {}],
  ])('is refused for %s', async (_name, options) => {
    const answer = await system.call('GET', '/auth/me', options);
    expect([answer.status, answer.body.code]).toEqual([401, 'not-authenticated']);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test('with a forged bearer is refused even beside a good cookie', async () => {
    const { token } = await system.logIn();
    const cookie = `__Host-mosaic_session=${token}`;
    expect((await system.call('GET', '/auth/me', { cookie, token: 'A'.repeat(43) })).status).toBe(401);
  });

  test.each([
    ['GET', '/files'],
    ['POST', '/files'],
    ['GET', '/files/5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b'],
    ['DELETE', '/files/5e8d7c6b-4a3f-4e2d-9c1b-0a9f8e7d6c5b'],
    ['POST', '/auth/logout'],
    ['DELETE', '/auth/me'],
    ['POST', '/chat'],
    ['POST', '/reranker/rerank'],
    ['GET', '/analytics/summary'],
  ] as const)('is demanded by %s %s', async (method, path) => {
    expect((await system.call(method, path)).status).toBe(401);
  });
});
