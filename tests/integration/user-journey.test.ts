/** What a user does, through the API alone; and several of them at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { PASSWORD_COST: '1' } });
});
afterAll(() => system.stop());

const text = (content: string, name = 'cv.txt') => ({ name, type: 'text/plain', bytes: Buffer.from(content) });
const counted = async (token: string) => (await system.call('GET', '/analytics/summary', { token })).body;

test('a user registers, logs in, uploads, searches, asks the coach, and leaves nothing behind', async () => {
  const { call } = system;
  const account = { email: 'grace@example.org', password: 'correct horse battery' };
  expect((await call('POST', '/auth/register', { json: { ...account, name: 'Grace' } })).status).toBe(201);
  const { token } = (await call('POST', '/auth/login', { json: account })).body;
  const upload = await call('POST', '/files', { token, file: text('Ten years of COBOL.') });
  const found = await call('GET', '/jobs?query=engineer', { token });
  const job = await call('GET', `/jobs/${found.body.items[0].id}`, { token });
  const reply = await call('POST', '/chat', { token, json: { message: `Does "${job.body.title}" fit me?` } });
  expect(reply.body.reply).toContain(job.body.title);
  const documents = found.body.items.slice(0, 3).map((item: { id: number; description: string }) => ({
    id: String(item.id),
    text: item.description,
  }));
  const ranked = await call('POST', '/reranker/rerank', { token, json: { query: 'engineer', documents } });
  expect(ranked.body.items.map((item: { rank: number }) => item.rank)).toEqual([1, 2, 3]);
  expect((await counted(token)).total).toBe(4);
  const place = upload.headers['location'] ?? '';
  expect((await call('DELETE', place, { token })).status).toBe(204);
  expect((await call('DELETE', '/auth/me', { token })).status).toBe(204);
  for (const path of ['/auth/me', '/files', place]) expect((await call('GET', path, { token })).status).toBe(401);
  expect((await call('POST', '/auth/login', { json: account })).status).toBe(401);
});

describe('several sessions of one account', () => {
  test('are the same user, and end one by one', async () => {
    const { email, password, token: first } = await system.logIn();
    const { token: second } = (await system.call('POST', '/auth/login', { json: { email, password } })).body;
    const upload = await system.call('POST', '/files', { token: first, file: text('mine') });
    expect((await system.call('GET', `/files/${upload.body.id}`, { token: second })).body).toBe('mine');
    expect((await system.call('POST', '/auth/logout', { token: first })).status).toBe(204);
    expect((await system.call('GET', '/auth/me', { token: first })).status).toBe(401);
    expect((await system.call('GET', '/auth/me', { token: second })).status).toBe(200);
  });

  test('at the same time lose nothing of what each does', async () => {
    const { email, password } = await system.logIn();
    const logins = await Promise.all(
      Array.from({ length: 4 }, () => system.call('POST', '/auth/login', { json: { email, password } })),
    );
    const tokens = logins.map(({ body }) => body.token as string);
    expect(new Set(tokens).size).toBe(4);
    const uploads = await Promise.all(
      tokens.map((token, index) => system.call('POST', '/files', { token, file: text(`${index}`, `${index}.txt`) })),
    );
    expect(uploads.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { body } = await system.call('GET', '/files', { token: tokens[0] ?? '' });
    expect(body.items.map((item: { name: string }) => item.name).sort()).toEqual(['0.txt', '1.txt', '2.txt', '3.txt']);
  });
});

describe('several users at the same time', () => {
  test('who want the same address: one gets it', async () => {
    const json = { email: 'race@example.org', password: 'correct horse battery', name: 'Race' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => system.call('POST', '/auth/register', { json })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('see their own files and nothing of the others', async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => system.logIn()));
    await Promise.all(users.map(({ token, id }) => system.call('POST', '/files', { token, file: text(id, id) })));
    const lists = await Promise.all(users.map(({ token }) => system.call('GET', '/files', { token })));
    expect(lists.map(({ body }) => body.items.map((item: { name: string }) => item.name))).toEqual(
      users.map(({ id }) => [id]),
    );
  });

  test('who delete the same file twice at once are told so once', async () => {
    const { token } = await system.logIn();
    const upload = await system.call('POST', '/files', { token, file: text('x') });
    const place = `/files/${upload.body.id}`;
    const answers = await Promise.all([1, 2].map(() => system.call('DELETE', place, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
  });
});
