import { afterEach, expect, it } from 'vitest';
import { listHealth } from '../../../src/probe/health.ts';
import { toRow } from '../../../src/probe/row.ts';
import { type Row, rowSchema } from '../../../src/probe/schema.ts';
import { sendJson, serve } from './serve.ts';
import { testSystem } from './system.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

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
