import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

type Job = { id: number; posted_at: string; title: string; skills: string[] };

describe('the search for jobs', () => {
  test('pages through all sixty jobs, newest first, each once', async () => {
    const pages = [];
    for (const page of [1, 2, 3]) pages.push(await system.call('GET', `/jobs?per_page=25&page=${page}`));
    expect(pages.map((answer) => answer.body.items.length)).toEqual([25, 25, 10]);
    const jobs: Job[] = pages.flatMap((answer) => answer.body.items);
    expect(new Set(jobs.map((job) => job.id)).size).toBe(60);
    const dates = jobs.map((job) => job.posted_at);
    expect(dates).toEqual([...dates].sort().reverse());
    expect(pages[0]?.body).toMatchObject({ total: 60, page: 1, per_page: 25 });
  });

  test('finds text in title, company, place and skills without regard to case', async () => {
    const { body } = await system.call('GET', '/jobs?query=PROMETHEUS&per_page=50');
    expect(body.total).toBe(12);
    expect(body.items.every((job: Job) => job.skills.includes('prometheus'))).toBe(true);
    expect((await system.call('GET', '/jobs?query=hamburg')).body.total).toBe(15);
  });

  test('takes the query as text, not as a pattern or as SQL', async () => {
    for (const query of ['%', '_', "' or 1=1 --", '\\']) {
      expect((await system.call('GET', `/jobs?query=${encodeURIComponent(query)}`)).body.total).toBe(0);
    }
  });

  test('keeps the total on a page behind the last', async () => {
    expect((await system.call('GET', '/jobs?page=99')).body).toMatchObject({ items: [], total: 60, page: 99 });
  });

  test('shows the same job as its own address does', async () => {
    const { body } = await system.call('GET', '/jobs?per_page=1');
    expect((await system.call('GET', `/jobs/${body.items[0].id}`)).body).toEqual(body.items[0]);
  });
});

describe('the coach', () => {
  test('answers through the provider with what it cost', async () => {
    const { token } = await system.logIn();
    const { status, body } = await system.call('POST', '/chat', { token, json: { message: 'How do I start?' } });
    expect([status, body.reply]).toEqual([200, 'You wrote 4 words: "How do I start?"']);
    expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
  });

  test.each([
    [401, 502, 'provider-refused'],
    [429, 429, 'provider-rate-limited'],
    [500, 502, 'provider-failed'],
  ])('turns %i of the provider into %i %s', async (fault, status, code) => {
    const { token } = await system.logIn();
    system.provider.setFault({ status: fault });
    try {
      const answer = await system.call('POST', '/chat', { token, json: { message: 'Hello?' } });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    } finally {
      system.provider.setFault(undefined);
    }
  });

  test('gives up on a silent provider after its deadline', async () => {
    const { token } = await system.logIn();
    system.provider.setFault({ delayMs: 30_000 });
    try {
      const answer = await system.call('POST', '/chat', { token, json: { message: 'Hello?' } });
      expect([answer.status, answer.body.code]).toEqual([504, 'provider-timeout']);
    } finally {
      system.provider.setFault(undefined);
    }
  });
});
