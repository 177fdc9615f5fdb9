import type http from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listMonitoring, type MonitoringInput } from '../../../../src/probe/monitoring/monitoring.ts';
import type { Judgement } from '../../../../src/probe/row.ts';
import { createRepository, type TestRepository } from '../repository.ts';
import { type Served, sendJson, serve } from '../serve.ts';
import { type TestSystem, testSystem } from '../system.ts';

const open: (Served | TestSystem)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
let repository: TestRepository;
beforeAll(() => {
  repository = createRepository();
});
afterAll(() => repository.remove());

interface Declared {
  readonly url: string;
  readonly yaml: string;
  readonly environment?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: Partial<MonitoringInput>;
}

async function ask({
  url,
  yaml,
  environment = '',
  files = {},
  input = {},
}: Declared): Promise<Record<string, Judgement>> {
  const stand = testSystem({
    app: url,
    api: url,
    yaml: `monitoring:\n${yaml}\n`,
    environment: `    settle: { staleShare: 0.9, poll: 10ms }\n${environment}`,
    files,
  });
  open.push(stand);
  const checks = listMonitoring(stand.system, { git: repository.git, fresh: undefined, ...input });
  const judged = checks.map(
    async ({ planned, observe }) => [planned.id, (await observe(stand.context)).judgement] as const,
  );
  return Object.fromEntries(await Promise.all(judged));
}

async function serving(listener: http.RequestListener): Promise<Served> {
  const served = await serve(listener);
  open.push(served);
  return served;
}

describe('a metric', () => {
  const METRIC = `  metrics:
    - { id: hits, service: api, path: /metrics, moves: 'hits_total{route="/a"}', traffic: { path: /a }, within: 300ms }`;

  /** Counts what it answers, as it is told to. */
  const counting = (count: (hits: number, reads: number) => string): http.RequestListener => {
    let [hits, reads] = [0, 0];
    return (request, response) => {
      if (request.url === '/a') hits += 1;
      else reads += 1;
      response.end(request.url === '/a' ? 'a' : count(hits, reads));
    };
  };

  it.each([
    ['limits this run', 429],
    ['is broken itself', 500],
  ])('that cannot be seen, because what it counts %s', async (_, status) => {
    const { url } = await serving((request, response) => {
      if (request.url === '/a') response.statusCode = status;
      response.end('hits_total{route="/a"} 3\n');
    });
    expect((await ask({ url, yaml: METRIC }))['runtime.metrics.hits']?.status).toBe('inconclusive');
  });

  it.each([
    ['moves', counting((hits) => `hits_total{route="/a"} ${hits}\n`), 'passed'],
    [
      'begins with its first event',
      counting((hits) => (hits === 0 ? 'up 1\n' : `hits_total{route="/a"} ${hits}\n`)),
      'passed',
    ],
    ['moves a little later', counting((hits, reads) => `hits_total{route="/a"} ${reads > 4 ? hits : 0}\n`), 'passed'],
    ['stands still', counting(() => 'hits_total{route="/a"} 3\n'), 'failed'],
    ['counts another route', counting((hits) => `hits_total{route="/b"} ${hits}\n`), 'failed'],
    ['counts only that it is read', counting((_, reads) => `reads_total ${reads}\n`), 'failed'],
    ['is of an empty text', counting(() => ''), 'failed'],
    ['is of no text of Prometheus', counting(() => '<!doctype html>'), 'failed'],
    ['is not a number', counting(() => 'hits_total{route="/a"} NaN\n'), 'failed'],
    ['falls', counting((hits) => `hits_total{route="/a"} ${9 - hits}\n`), 'inconclusive'],
  ])('that %s', async (_, listener, status) => {
    const { url } = await serving(listener);
    expect((await ask({ url, yaml: METRIC }))['runtime.metrics.hits']?.status).toBe(status);
  });

  it.each([
    [404, 'failed'],
    [401, 'failed'],
    [500, 'failed'],
    [429, 'inconclusive'],
  ])('behind %i is %s', async (code, status) => {
    const { url } = await serving((_, response) => response.writeHead(code).end('hits_total 1\n'));
    expect((await ask({ url, yaml: METRIC }))['runtime.metrics.hits']?.status).toBe(status);
  });

  it('is watched at each replica: one that does not count is found', async () => {
    const good = await serving(counting((hits) => `hits_total{route="/a"} ${hits}\n`));
    const bad = await serving(counting(() => 'hits_total{route="/a"} 1\n'));
    const stand = testSystem({ app: good.url, api: good.url, yaml: `monitoring:\n${METRIC}\n` });
    open.push(stand);
    const { environment } = stand.system;
    const services = { ...environment.services, api: { url: good.url, replicas: [good.url, bad.url] } };
    const system = { ...stand.system, environment: { ...environment, services } };
    const checks = listMonitoring(system, { git: repository.git, fresh: undefined });
    const judged = await Promise.all(
      checks.map(async ({ planned, observe }) => [
        planned.id,
        (await observe({ ...stand.context, system })).judgement.status,
      ]),
    );
    expect(judged).toEqual([
      ['runtime.metrics.hits.replica-1', 'passed'],
      ['runtime.metrics.hits.replica-2', 'failed'],
    ]);
  });
});

const RULES = `groups:
  - name: shop
    rules:
      - { record: job:hits:rate5m, expr: 'sum(rate(hits_total[5m]))' }
      - { alert: ShopFails, expr: up == 0, for: 5m }
      - { alert: CartsFail, expr: 'rate(hits_total{route="/carts"}[5m]) > 0', annotations: { summary: Carts fail } }
`;
const ALERTS = (more = ''): string =>
  `  alerts: [{ id: rules, file: rules.yaml, names: [ShopFails, CartsFail]${more} }]`;

describe('the rules in a file', () => {
  it.each([
    ['are there', RULES, 'passed'],
    ['lack one', RULES.replace('CartsFail', 'CartsFailed'), 'failed'],
    ['have one without an expression', RULES.replace('expr: up == 0, ', ''), 'failed'],
    ['are neither alert nor record', RULES.replace('alert: ShopFails, ', ''), 'failed'],
    ['are no YAML', 'groups: [', 'failed'],
    ['are something else', 'rules: []', 'failed'],
  ])('%s', async (_, rules, status) => {
    const judged = await ask({ url: 'http://127.0.0.1:9', yaml: ALERTS(), files: { 'rules.yaml': rules } });
    expect(judged['runtime.alerts.rules']?.status).toBe(status);
  });

  it('are missing', async () => {
    expect((await ask({ url: 'http://127.0.0.1:9', yaml: ALERTS() }))['runtime.alerts.rules']?.status).toBe('failed');
  });

  it('are read as they are in the deployed commit', async () => {
    const before = repository.commit('feat: shop', { 'ops/rules.yaml': RULES.replace('CartsFail', 'Other') });
    const commit = repository.commit('feat: carts', { 'ops/rules.yaml': RULES });
    const yaml = '  alerts: [{ id: rules, file: ops/rules.yaml, from: repository, names: [CartsFail] }]';
    const statusAt = async (input: Partial<MonitoringInput>): Promise<string | undefined> =>
      (await ask({ url: 'http://127.0.0.1:9', yaml, input }))['runtime.alerts.rules']?.status;
    expect(await statusAt({ commit })).toBe('passed');
    expect(await statusAt({ commit: before })).toBe('failed');
    expect(await statusAt({})).toBe('inconclusive');
  });

  it.each<[string[], string]>([
    [['GET /carts'], 'passed'],
    [['GET /carts', 'GET /orders'], 'warned'],
    [[], 'passed'],
  ])('name the new operations %j: %s', async (keys, status) => {
    const operations = keys.map((key) => ({ key, operation: undefined }));
    const fresh = { known: true as const, operations, first: false, removed: [], suspicious: [], document: undefined };
    const judged = await ask({
      url: 'http://127.0.0.1:9',
      yaml: ALERTS(', newOperations: true'),
      files: { 'rules.yaml': RULES },
      input: { fresh },
    });
    expect(judged['runtime.alerts.rules.new-operations']?.status).toBe(status);
  });
});

describe('the rules in Prometheus', () => {
  const rule = (name: string, more: object = {}): object => ({
    name,
    health: 'ok',
    state: 'inactive',
    type: 'alerting',
    ...more,
  });

  it.each([
    ['are loaded', [rule('ShopFails'), rule('CartsFail'), rule('Other', { state: 'firing' })], 'passed'],
    ['are not all loaded', [rule('ShopFails')], 'failed'],
    [
      'cannot be evaluated',
      [rule('ShopFails'), rule('CartsFail', { health: 'err', lastError: 'no such function' })],
      'failed',
    ],
    ['were not evaluated yet', [rule('ShopFails'), rule('CartsFail', { health: 'unknown' })], 'warned'],
    ['fire', [rule('ShopFails', { state: 'firing' }), rule('CartsFail')], 'warned'],
  ])('%s', async (_, rules, status) => {
    const { url, seen } = await serving((__, response) =>
      sendJson(response, 200, { status: 'success', data: { groups: [{ rules }] } }),
    );
    const environment = `    prometheus: { url: "${url}/prometheus" }`;
    const judged = await ask({ url, yaml: ALERTS(), environment, files: { 'rules.yaml': RULES } });
    expect(judged['runtime.alerts.rules.loaded']?.status).toBe(status);
    expect(seen.map((request) => request.url)).toEqual(['/prometheus/api/v1/rules?type=alert']);
  });

  it.each([
    [401, {}],
    [200, { status: 'error' }],
    [404, {}],
  ])('cannot be asked: %i %j', async (code, value) => {
    const { url } = await serving((_, response) => sendJson(response, code, value));
    const judged = await ask({
      url,
      yaml: ALERTS(),
      environment: `    prometheus: { url: "${url}" }`,
      files: { 'rules.yaml': RULES },
    });
    expect(judged['runtime.alerts.rules.loaded']).toMatchObject({ status: 'inconclusive', reason: 'blind' });
  });
});
