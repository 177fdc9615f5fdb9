/** `gate10 gate` and what a Prometheus answers, or something in its place. The real one is asked in tests/cli/gate-metrics.test.ts. */
import type http from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { type GateDecision, gateDecisionSchema } from '../../../src/release/gate/schema.ts';
import { type Served, serve } from '../probe/serve.ts';
import { type ReleaseStand, releaseStand, STAND_POLICY } from './release-stand.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

/** Everything is in order but what the metrics say. */
async function ready(...metrics: readonly object[]): Promise<ReleaseStand> {
  const stand = await releaseStand();
  stand.write('contracts/policy.yaml', JSON.stringify({ ...STAND_POLICY, gate: { metrics } }));
  for (const args of [
    ['scorecard'],
    ['manifest', '--release', 'v1.4.0'],
    ['approve', '--role', 'engineering', '--key', 'keys/bob.pem'],
  ])
    expect(await stand.gate10(...args)).toMatchObject({ code: 0, stderr: '' });
  return stand;
}

async function decision(stand: ReleaseStand, env: Readonly<Record<string, string>>): Promise<GateDecision> {
  const { code, stdout, stderr } = await stand.gate10With(env, 'gate', '--json');
  expect(stderr).toBe('');
  const said = gateDecisionSchema.parse(JSON.parse(stdout));
  expect(code).toBe(said.exitCode);
  expect(stdout).not.toContain(TOKEN);
  return said;
}

const metricsOf = ({ reasons }: GateDecision) => reasons.filter(({ rule }) => rule === 'metrics');

async function prometheus(handler: http.RequestListener): Promise<Served> {
  const served = await serve(handler);
  open.push(served);
  return served;
}

const vector = (value: string, at = Date.now() / 1000) => ({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: {}, value: [at, value] }] },
});

it('opens within the bounds, closes beyond them, and never for want of an answer', async () => {
  const stand = await ready(
    { name: 'error-rate', query: 'sum(rate(errors[5m]))', max: 0.005 },
    { name: 'drift', query: 'deriv(queue[5m])', min: -10, max: 0, tokenSecret: 'METRICS_TOKEN' },
  );
  let errors: unknown = vector('0.004');
  const { url, seen } = await prometheus((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const isErrors = new URLSearchParams(body).get('query')?.includes('errors');
      response.end(typeof errors === 'string' ? errors : JSON.stringify(isErrors ? errors : vector('-2.5')));
    });
  });
  const env = { GATE10_PROMETHEUS_URL: url, METRICS_TOKEN: TOKEN };
  const good = await decision(stand, env);
  expect([good.verdict, metricsOf(good)]).toMatchObject([
    'passed',
    [
      { code: 'metric', message: expect.stringContaining('error-rate is 0.004 (at most 0.005)') },
      { code: 'metric', message: expect.stringContaining('drift is -2.5 (at least -10, at most 0)') },
    ],
  ]);
  expect(seen.map(({ headers }) => headers.authorization).sort()).toEqual([`Bearer ${TOKEN}`, undefined]);

  errors = vector('0.006');
  expect(await decision(stand, env)).toMatchObject({ verdict: 'failed', exitCode: 1 });
  errors = `<!doctype html><p>${TOKEN}</p>`;
  const page = await decision(stand, env);
  expect([page.exitCode, metricsOf(page).map(({ code }) => code)]).toEqual([3, ['metric-unusable', 'metric-unusable']]);
  errors = vector('0', Date.now() / 1000 - 700);
  expect(metricsOf(await decision(stand, env))).toMatchObject([{ code: 'metric-stale' }, { code: 'metric' }]);

  // what was decided stays, whatever is answered now
  errors = vector('1');
  expect(JSON.parse((await stand.gate10('gate', 'replay', good.id, '--json')).stdout)).toEqual(good);

  const unset = await stand.gate10With({ GATE10_PROMETHEUS_URL: url }, 'gate');
  expect(unset).toMatchObject({ code: 2, stderr: expect.stringContaining('METRICS_TOKEN is not set') });
  const nowhere = await decision(stand, { METRICS_TOKEN: TOKEN });
  expect([nowhere.exitCode, metricsOf(nowhere).map(({ code }) => code)]).toEqual([
    3,
    ['metric-missing', 'metric-missing'],
  ]);
  expect(metricsOf(nowhere)[0]?.message).toContain('No Prometheus is named for embedded');
});

it('asks all at once, and the Prometheus of another environment only where the contract names it', async () => {
  let waiting = 0;
  const answers: (() => void)[] = [];
  const { url } = await prometheus((request, response) => {
    request.resume();
    answers.push(() => response.end(JSON.stringify(vector('1'))));
    waiting += 1;
    // none is answered before all have asked
    if (waiting === 3) for (const answer of answers) answer();
  });
  const one = (name: string) => ({ name, query: name, min: 1 });
  const stand = await ready(one('a'), one('b'), one('c'), { ...one('d'), environment: 'elsewhere' });
  const said = metricsOf(await decision(stand, { GATE10_PROMETHEUS_URL: url }));
  expect(said.map(({ code }) => code)).toEqual(['metric', 'metric', 'metric', 'metric-missing']);
  expect(said[3]?.message).toContain('No Prometheus is named for elsewhere');
});
