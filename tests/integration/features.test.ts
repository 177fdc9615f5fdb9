import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RELEASE_A } from './support/release-dir.ts';
import { startSystem, type TestSystem } from './support/system.ts';

let before: TestSystem;
let after: TestSystem;
beforeAll(async () => {
  [before, after] = await Promise.all([startSystem({ release: RELEASE_A }), startSystem()]);
});
afterAll(() => Promise.all([before.stop(), after.stop()]));

const NEW_READS = ['/reranker/health', '/analytics/health', '/analytics/summary'];

describe('release A', () => {
  test.each(NEW_READS)('does not know %s', async (path) => {
    const answer = await before.call('GET', path, { outsideContract: true });
    expect([answer.status, answer.body.code]).toEqual([404, 'route-not-found']);
  });

  test('works without the tables of release B', async () => {
    const { token } = await before.logIn();
    expect((await before.call('POST', '/chat', { token, json: { message: 'Hello?' } })).status).toBe(200);
    const version = await before.call('GET', '/__version');
    expect(version.body).toMatchObject({ version: '1.3.0', schema_version: 3 });
    expect((await before.call('GET', '/health')).body.checks.schema).toMatchObject({ expected: 3, actual: 3 });
  });
});

describe('release B', () => {
  test('has healthy new features', async () => {
    for (const path of ['/reranker/health', '/analytics/health']) {
      const answer = await after.call('GET', path);
      expect([answer.status, answer.body.ok]).toEqual([200, true]);
    }
  });

  test('orders documents by meaning and keeps the best as feedback', async () => {
    const { token, id } = await after.logIn();
    const documents = [
      { id: 'garden', text: 'Water the garden' },
      { id: 'exact', text: 'typescript engineer' },
      { id: 'near', text: 'an engineer who writes typescript every day' },
    ];
    const { body } = await after.call('POST', '/reranker/rerank', {
      token,
      json: { query: 'typescript engineer', documents },
    });
    expect(body.items.map((item: { id: string }) => item.id)).toEqual(['exact', 'near', 'garden']);
    expect(body.items[0].score).toBeCloseTo(1, 10);
    const stored = await after.pool.query('select best_document from rerank_feedback where user_id = $1', [id]);
    expect(stored.rows).toEqual([{ best_document: 'exact' }]);
  });

  test('counts what the user did, and only that user', async () => {
    const { token } = await after.logIn();
    await after.logIn();
    await after.call('POST', '/chat', { token, json: { message: 'One?' } });
    await after.call('POST', '/chat', { token, json: { message: 'Two?' } });
    const { body } = await after.call('GET', '/analytics/summary', { token });
    expect(body).toEqual({
      window_days: 30,
      total: 3,
      kinds: [
        { kind: 'chat', count: 2 },
        { kind: 'login', count: 1 },
      ],
    });
  });

  test('reports a feature whose dependency fails', async () => {
    after.provider.setFault({ status: 500 });
    try {
      const reranker = await after.call('GET', '/reranker/health');
      expect([reranker.status, reranker.body.error]).toEqual([503, 'provider-failed']);
      expect((await after.call('GET', '/analytics/health')).status).toBe(200);
    } finally {
      after.provider.setFault(undefined);
    }
  });
});
