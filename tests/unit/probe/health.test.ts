import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listHealth } from '../../../src/probe/health.ts';
import { toRow } from '../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../src/probe/schema.ts';
import { closesAfterEach } from './closes-after-each.ts';
import { sendJson, serve } from './serve.ts';
import { testSystem } from './system.ts';

const open = closesAfterEach();

async function observe(status: number, body: unknown): Promise<Row[]> {
  const sick = await serve((_, response) => sendJson(response, status, body));
  const well = await serve((_, response) => sendJson(response, 200, { ok: true }));
  const health =
    'health: { service: api, path: /health, expect: { status: 200, contentType: application/json, json: { /ok: true } } }';
  const made = testSystem({
    app: well.url,
    api: `${well.url}", replicas: ["${well.url}", "${sick.url}"], http: "${well.url}`,
    yaml: health,
  });
  open.push(sick, well, made);
  const rows: Row[] = [];
  for (const check of listHealth(made.system)) {
    rows.push(rowSchema.parse(toRow(check.planned, await check.observe(made.context), new Date().toISOString())));
  }
  return rows;
}

it('asks the service and each replica, and passes where all are healthy', async () => {
  const rows = await observe(200, { ok: true });
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'runtime.health.api passed',
    'runtime.health.api.replica-1 passed',
    'runtime.health.api.replica-2 passed',
  ]);
});

it.each<[string, number, unknown, RegExp]>([
  [
    '503 with its causes',
    503,
    { ok: false, checks: { database: { ok: false }, ai: 'down' } },
    /\/checks\/database\/ok is false, \/checks\/ai is "down"/,
  ],
  ['200 that says not ok', 200, { ok: false, checks: {} }, /has \/ok false, expected true\. It reports: \/ok is false/],
  ['200 that says nothing', 200, {}, /has \/ok absent/],
])('finds the one replica that is sick: %s', async (_, status, body, message) => {
  const rows = await observe(status, body);
  expect(rows.map((row) => row.status)).toEqual(['passed', 'passed', 'failed']);
  expect(rows[2]?.message).toMatch(message);
});

async function observeOne(handler: RequestListener, more = '', env: Record<string, string> = {}) {
  const server = await serve(handler);
  const environment = Object.keys(env).length === 0 ? '' : `    secrets: [${Object.keys(env).join(', ')}]`;
  const health = `health: { service: api, path: /health, ${more} expect: { json: { /ok: true } } }`;
  const made = testSystem({ app: server.url, api: server.url, yaml: health, environment, env });
  open.push(server, made);
  const [check] = listHealth(made.system);
  if (check === undefined) throw new Error('no check');
  return { judgement: (await check.observe(made.context)).judgement, seen: server.seen };
}

it('sends the token that the report needs', async () => {
  const { judgement, seen } = await observeOne(
    (request, response) =>
      sendJson(response, request.headers['authorization'] === 'Bearer t0ken-of-health' ? 200 : 401, { ok: true }),
    'headers: { Authorization: "Bearer {{secret.HEALTH_TOKEN}}" },',
    { HEALTH_TOKEN: 't0ken-of-health' },
  );
  expect([judgement.status, seen.length]).toEqual(['passed', 1]);
});

it('without the token it needs has failed', async () => {
  const { judgement } = await observeOne((_, response) => sendJson(response, 401, {}));
  expect(judgement).toMatchObject({ status: 'failed', message: expect.stringContaining('401: it asks for a login') });
});

describe('a report out of a cache', () => {
  /** A cache that keeps what was asked under the same address, as long as `keeps` says. */
  const cached = (options: { readonly keeps: boolean; readonly now: number; readonly refuses?: boolean }) => {
    const answer: RequestListener = (request, response) => {
      const isPast = request.url?.includes('gate10=') === true;
      if (isPast && options.refuses) return sendJson(response, 400, { error: 'unknown parameter' });
      if (isPast && !options.keeps) return sendJson(response, options.now, { ok: options.now === 200 });
      response.setHeader('age', '31');
      sendJson(response, 200, { ok: true });
    };
    return answer;
  };

  it.each<[string, Parameters<typeof cached>[0], string]>([
    ['is asked for past it, and healthy there', { keeps: false, now: 200 }, 'passed'],
    ['is asked for past it, and sick there', { keeps: false, now: 503 }, 'failed'],
    ['that cannot be passed is no proof', { keeps: true, now: 503 }, 'warned'],
    [
      'of a service that takes no such question is no proof, and no fault',
      { keeps: true, now: 200, refuses: true },
      'warned',
    ],
  ])('%s', async (_, options, status) => {
    const { judgement, seen } = await observeOne(cached(options));
    expect([judgement.status, seen.length]).toEqual([status, 2]);
    if (status === 'warned')
      expect(judgement).toMatchObject({ message: expect.stringContaining('from a cache (age: 31)') });
  });
});

it.each([
  [429, 'inconclusive'],
  [423, 'inconclusive'],
])('%i says nothing about the health', async (status, expected) => {
  const { judgement } = await observeOne((_, response) => sendJson(response, status, {}));
  expect(judgement.status).toBe(expected);
});
