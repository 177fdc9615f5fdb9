/** The answers that an operation seldom gives: too many requests, no database, a database that is not as the code expects. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallOptions } from './support/client.ts';
import { startSystem, type TestSystem } from './support/system.ts';

type Row = readonly [method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions];

const file = { name: 'cv.txt', type: 'text/plain', bytes: Buffer.from('Ten years of TypeScript.') };
const account = () => ({ email: `${randomUUID()}@example.org`, password: 'correct horse battery' });
const ID = '0b9f2c1e-6d5a-4c3b-8e7f-1a2b3c4d5e6f';
const documents = [{ id: 'a', text: 'Some text' }];

/** Open to everybody, and needing a session; DELETE of the account last, because it ends the session. */
const PUBLIC: readonly Row[] = [
  ['GET', '/jobs'],
  ['GET', '/jobs/1'],
  ['POST', '/auth/register', { json: { ...account(), name: 'Ada' } }],
  ['POST', '/auth/login', { json: account() }],
];
const PRIVATE: readonly Row[] = [
  ['GET', '/auth/me'],
  ['GET', '/files'],
  ['POST', '/files', { file }],
  ['GET', `/files/${ID}`],
  ['DELETE', `/files/${ID}`],
  ['POST', '/chat', { json: { message: 'Hello?' } }],
  ['POST', '/reranker/rerank', { json: { query: 'text', documents } }],
  ['GET', '/analytics/summary'],
  ['POST', '/auth/logout'],
  ['DELETE', '/auth/me'],
];
const REPORTS: readonly Row[] = [
  '/health',
  '/__version',
  '/__config',
  '/metrics',
  '/reranker/health',
  '/analytics/health',
].map((path) => ['GET', path] as const);
const label = (rows: readonly Row[]) => rows.map((row) => [`${row[0]} ${row[1]}`, row] as const);

async function ask(system: TestSystem, [method, path, options = {}]: Row, token?: string) {
  return system.call(method, path, { ...options, ...(token !== undefined && { token }) });
}

describe('above its limit the backend answers 429:', () => {
  let system: TestSystem;
  let token = '';
  beforeAll(async () => {
    system = await startSystem({ env: { RATE_LIMIT_PER_MINUTE: '1', AUTH_RATE_LIMIT_PER_MINUTE: '1' } });
    ({ token } = await system.logIn());
    // one each: accounts are counted by their address, the rest by where it comes from
    for (const row of PUBLIC) await ask(system, row);
  });
  afterAll(() => system.stop());

  test.each(label([...PUBLIC, ...PRIVATE, ...REPORTS]))('%s', async (_, row) => {
    const { status, body, headers } = await ask(system, row, PRIVATE.includes(row) ? token : undefined);
    expect([status, body.code, Number(headers['retry-after']) > 0]).toEqual([429, 'rate-limited', true]);
  });
});

describe('without its tables the backend answers 500, and does not say why:', () => {
  let system: TestSystem;
  let token = '';
  beforeAll(async () => {
    system = await startSystem();
    ({ token } = await system.logIn());
    for (const table of ['sessions', 'users', 'jobs', 'files', 'analytics_events']) {
      await system.pool.query(`alter table ${table} rename to ${table}_gone`);
    }
  });
  afterAll(() => system.stop());

  test.each(label([...PUBLIC, ...PRIVATE]))('%s', async (_, row) => {
    const { status, body } = await ask(system, row, PRIVATE.includes(row) ? token : undefined);
    expect([status, body.code]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(body)).not.toMatch(/_gone|relation|select|node_modules/i);
  });

  test('GET /analytics/health names it as a report', async () => {
    const { status, body } = await system.call('GET', '/analytics/health');
    expect([status, body.ok]).toEqual([503, false]);
  });
});

describe('without its database the backend answers 503:', () => {
  let system: TestSystem;
  let token = '';
  beforeAll(async () => {
    system = await startSystem();
    ({ token } = await system.logIn());
    await system.database.stop();
  });
  afterAll(() => system.stop());

  test.each(label([...PUBLIC, ...PRIVATE]))('%s', async (_, row) => {
    const { status, body } = await ask(system, row, PRIVATE.includes(row) ? token : undefined);
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
  });
});

describe('what is refused, and what fails behind the backend:', () => {
  let system: TestSystem;
  let token = '';
  beforeAll(async () => {
    system = await startSystem();
    ({ token } = await system.logIn());
  });
  afterAll(() => system.stop());

  const large = 'a'.repeat(200_000);
  const json = { 'content-type': 'application/json' };
  test.each<[string, Row, number]>([
    ['an empty message', ['POST', '/chat', { json: { message: '' } }], 400],
    ['a message of 200,000 characters', ['POST', '/chat', { json: { message: large } }], 413],
    [
      'an account with a name of 200,000 characters',
      ['POST', '/auth/register', { json: { ...account(), name: large } }],
      413,
    ],
    ['documents without a query', ['POST', '/reranker/rerank', { json: { documents } }], 400],
    ['a query of 200,000 characters', ['POST', '/reranker/rerank', { json: { query: large, documents } }], 413],
    [
      'documents as text',
      ['POST', '/reranker/rerank', { text: 'documents', headers: { 'content-type': 'text/plain' } }],
      415,
    ],
    ['a message as text', ['POST', '/chat', { text: 'Hello?', headers: { 'content-type': 'text/plain' } }], 415],
    ['an account as text', ['POST', '/auth/register', { text: 'Ada', headers: { 'content-type': 'text/plain' } }], 415],
    ['to read a file by another id', ['GET', '/files/first'], 400],
    ['to delete a file by another id', ['DELETE', '/files/first'], 400],
    ['half a document', ['POST', '/reranker/rerank', { text: '{', headers: json }], 400],
  ])('%s', async (_, row, status) => {
    expect((await ask(system, row, token)).status).toBe(status);
  });

  test('a provider that fails', async () => {
    system.provider.setFault({ status: 500 });
    const answer = await ask(system, ['POST', '/reranker/rerank', { json: { query: 'text', documents } }], token);
    system.provider.setFault(undefined);
    expect([answer.status, answer.body.code]).toEqual([502, 'provider-failed']);
  });
});
