/** `gate10 slo` against a real Prometheus with a month of history, and one that scrapes. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseObjectives } from '../../src/contract/objectives/read-objectives.ts';
import { toRuleFiles } from '../../src/record/slo/rule-files.ts';
import { readSloStandard } from '../../src/record/slo/slo-standard.ts';
import { SMALL_CONTRACT } from '../unit/contract/contract-folder.ts';
import { isPrometheusInstalled, type RunningPrometheus, startPrometheus } from './support/prometheus.ts';
import { gate10, objectivesOf, ROOT, reportOf, type Sample } from './support/run-slo.ts';

describe.runIf(isPrometheusInstalled)('gate10 slo and a real Prometheus', () => {
  let prometheus: RunningPrometheus | undefined;
  const healthy = { good: 100, bad: 0.01 };

  beforeAll(async () => {
    prometheus = await startPrometheus({
      history: [
        { job: 'healthy', at: () => healthy },
        { job: 'burning', at: (minutes) => (minutes < 120 ? { good: 80, bad: 20 } : healthy) },
        { job: 'spent', at: (minutes) => (minutes > 10_000 && minutes < 10_600 ? { good: 0, bad: 100 } : healthy) },
        { job: 'stale', at: (minutes) => (minutes > 120 ? healthy : undefined) },
        { job: 'young', at: (minutes) => (minutes < 2880 ? healthy : undefined) },
        { job: 'quiet', at: (minutes) => ({ good: 1 / 6, bad: minutes < 31 && minutes >= 30 ? 1 : 0 }) },
        { job: 'idle', at: () => ({ good: 0, bad: 0 }) },
      ],
    });
  });
  afterAll(() => prometheus?.stop());

  const ask = (text: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
    gate10({ 'contracts/objectives.yaml': text }, args, { GATE10_PROMETHEUS_URL: prometheus?.url ?? '', ...env });
  const enforce = { annotations: { 'gate10.error-budget-policy': 'enforce' } };

  it('counts a month of healthy traffic, its budget and every burn rate', async () => {
    const ran = await ask(objectivesOf('healthy'));
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/✓ healthy +99\.9 % +99\.99\d* % +counted +\d+ +(?:90|89\.9)[\d.]* % +0\.\d+ /);
    const [state] = reportOf(ran).objectives;
    expect(state).toMatchObject({ status: 'passed', basis: 'counted', unit: 'ratio' });
    // 30 days of 100.01 events a minute
    expect(state?.n).toBeGreaterThan(4_310_000);
    expect(state?.n).toBeLessThan(4_330_000);
    expect(state?.error_budget.minutes).toBeCloseTo(43.2, 6);
    expect(state?.error_budget.left).toBeCloseTo(0.9, 2);
    expect(state?.burn_rates.map(({ window }) => window)).toEqual(['5m', '30m', '1h', '2h', '6h', '1d', '3d']);
    expect(state?.alerts.map(({ burning }) => burning)).toEqual([false, false, false, false]);
  });

  it('sees a budget that burns, over the windows in which it does', async () => {
    const ran = await ask(objectivesOf('burning'));
    expect(ran.stdout).toContain('burns: page at 14.4 over 1h and 5m');
    const [state] = reportOf(ran).objectives;
    const burn = new Map(state?.burn_rates.map((one) => [one.window, one.burn ?? 0]));
    expect(burn.get('1h')).toBeCloseTo(200, -1);
    expect(burn.get('6h')).toBeGreaterThan(60);
    expect(burn.get('6h')).toBeLessThan(75);
    expect(state?.alerts.find(({ long }) => long === '1h')).toMatchObject({ burning: true });
  });

  it('fails where the budget of the window is overspent', async () => {
    const ran = await ask(objectivesOf('spent'));
    expect([ran.code, reportOf(ran)]).toMatchObject([1, { verdict: 'failed', changes: 'allowed' }]);
    expect(ran.stdout).toMatch(/It is not so that at least 99\.9 % of events are good over 30d/);
  });

  it('judges another period where one is asked for', async () => {
    const ran = await ask(objectivesOf('spent'), ['--since', '2d']);
    expect([ran.code, reportOf(ran).objectives[0]?.window]).toEqual([0, { duration: '2d', seconds: 172_800 }]);
  });

  it.each([
    ['other', 1, 'blocked'],
    ['P0', 1, 'exempt'],
    ['security', 1, 'exempt'],
  ])('holds the error-budget policy against %s changes', async (change, code, changes) => {
    const ran = await ask(objectivesOf('spent', enforce), ['--change', change]);
    expect([ran.code, reportOf(ran)]).toMatchObject([code, { changes, change }]);
  });

  it('blocks changes by the last four weeks, although the window of the objective is met', async () => {
    const text = objectivesOf('spent', { ...enforce, window: '2d' });
    const [blocked, urgent] = [await ask(text), await ask(text, ['--change', 'P0'])];
    expect([blocked.code, reportOf(blocked).objectives[0]]).toMatchObject([
      1,
      { status: 'passed', policy: { state: 'overspent' } },
    ]);
    expect(blocked.stdout).toMatch(/error-budget policy, spent: the budget of the last 28d is overspent/);
    expect([urgent.code, reportOf(urgent).changes]).toEqual([0, 'exempt']);
  });

  it('counts slices of time', async () => {
    const slices = { timeSliceTarget: 0.99, timeSliceWindow: '15m' };
    const ran = await ask(objectivesOf('burning', { slices, target: 0.99, window: '2d' }));
    const [state] = reportOf(ran).objectives;
    // two hours of failure in slices of fifteen minutes
    expect(state).toMatchObject({ status: 'failed', budgeting: 'Timeslices' });
    expect(state?.misses).toBeGreaterThanOrEqual(7);
    expect(state?.misses).toBeLessThanOrEqual(9);
    expect(state?.n).toBeGreaterThan(188);
    expect(state?.n).toBeLessThan(195);
  });

  it('says how much one failure weighs where traffic is low, and does not fail for it', async () => {
    const ran = await ask(objectivesOf('quiet'));
    const [state] = reportOf(ran).objectives;
    expect(ran.stdout).toMatch(/low traffic: of 1\d events in 1h one failure burns at \d+/);
    expect(state?.alerts[0]).toMatchObject({ burning: false, events_for_one_failure: 70 });
  });

  it('says where its series are younger than the window', async () => {
    const ran = await ask(objectivesOf('young'));
    expect(ran.stdout).toMatch(/has no samples from the beginning of the window/);
  });

  it.each<[string, Sample & { job: string }, string, RegExp]>([
    ['what is scraped no more', { job: 'stale' }, 'stale', /no sample of the last 10m/],
    ['what nobody uses', { job: 'idle' }, 'insufficient', /counts no event over 30d/],
    ['what is not there', { job: 'gone' }, 'stale', /no sample of the last 10m/],
    [
      'several series',
      { job: 'healthy', total: 'sum by (code) (increase(requests_total{job="healthy"}[{{.window}}]))' },
      'blind',
      /2 series where one is needed/,
    ],
    [
      'a query that is no PromQL',
      { job: 'healthy', total: 'sum(increase(requests_total[{{.window}}])' },
      'blind',
      /bad_data: .*parse error/,
    ],
    [
      'more good events than events',
      { job: 'healthy', good: '2 * sum(increase(requests_total{job="healthy"}[{{.window}}]))' },
      'blind',
      /contradict each other/,
    ],
    [
      'no number',
      { job: 'healthy', good: 'sum(increase(requests_total{job="healthy"}[{{.window}}])) * NaN' },
      'insufficient',
      /NaN, no number/,
    ],
    [
      'infinitely many',
      { job: 'healthy', good: 'sum(increase(requests_total{job="healthy"}[{{.window}}])) / 0' },
      'insufficient',
      /-Inf, no number/,
    ],
  ])('is inconclusive over %s', async (_, { job, ...sample }, reason, said) => {
    const ran = await ask(objectivesOf(job, sample));
    expect([ran.code, reportOf(ran)], ran.stdout + ran.stderr).toMatchObject([3, { verdict: 'inconclusive', reason }]);
    expect(ran.stdout).toMatch(said);
  });

  it('counts what a scraped /metrics says now', async () => {
    const counters = { good: 0, bad: 0 };
    const metrics = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      response.end(
        `# TYPE requests_total counter\nrequests_total{code="200"} ${counters.good}\nrequests_total{code="500"} ${counters.bad}\n`,
      );
    });
    await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
    const live = await startPrometheus({ target: `127.0.0.1:${(metrics.address() as AddressInfo).port}` });
    // increase() extrapolates: of the sum of both, the good ones alone soon make more than there are
    const counted = (code: string) => () =>
      askDirectly(live.url, `sum(increase(requests_total{job="live",code="${code}"}[10m]))`);
    const look = () => ask(objectivesOf('live'), [], { GATE10_PROMETHEUS_URL: live.url });
    try {
      await expect.poll(counted('200'), { timeout: 60_000 }).toBe(0);
      counters.good = 50_000;
      await expect.poll(counted('200'), { timeout: 60_000 }).toBeGreaterThanOrEqual(50_000);
      const before = await look();
      counters.bad = 5000;
      await expect.poll(counted('500'), { timeout: 60_000 }).toBeGreaterThanOrEqual(5000);
      const after = await look();
      expect([before.code, after.code], before.stdout + after.stdout).toEqual([0, 1]);
    } finally {
      await live.stop();
      metrics.closeAllConnections();
      metrics.close();
    }
  });

  it('loads the generated rules, and fires the alerts of what burns', async () => {
    const text = objectivesOf('healthy') + objectivesOf('burning') + objectivesOf('gone');
    const { objectives } = parseObjectives(text, 'objectives.yaml', { defaultWindow: '30d' });
    const { rules } = toRuleFiles(objectives, readSloStandard(), 'rules.yaml');
    const history = [
      { job: 'healthy', at: () => healthy },
      { job: 'burning', at: (minutes: number) => (minutes < 120 ? { good: 80, bad: 20 } : healthy) },
    ];
    const evaluating = await startPrometheus({ history, rules });
    const alerts = async () => {
      const answer = await fetch(`${evaluating.url}/api/v1/alerts`);
      const { data } = (await answer.json()) as {
        data: { alerts: { labels: { alertname: string }; state: string }[] };
      };
      return data.alerts.map(({ labels, state }) => `${labels.alertname} ${state}`).sort();
    };
    try {
      // a series that is gone has to be gone for an hour
      const expected = [
        'BurningBudgetBurnsFast firing',
        'BurningBudgetBurnsSlowly firing',
        'GoneIsNotMeasured pending',
      ];
      await expect.poll(alerts, { timeout: 90_000 }).toEqual(expected);
      const ratio = 'slo:sli_error:ratio_rate1h{slo="burning", service="shop"}';
      expect(await askDirectly(evaluating.url, ratio)).toBeCloseTo(0.2, 2);
    } finally {
      await evaluating.stop();
    }
  });

  /** null where there is no sample. */
  async function askDirectly(url: string, query: string): Promise<number | null> {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    const value = data.result[0]?.value[1];
    return value === undefined ? null : Number(value);
  }

  it('takes the address from the contract of the environment', async () => {
    const system = `${SMALL_CONTRACT}    prometheus: { url: "${prometheus?.url}" }\n`;
    const files = { 'contracts/system.yaml': system, 'contracts/objectives.yaml': objectivesOf('healthy') };
    expect((await gate10(files, [])).code).toBe(0);
  });

  it('writes a record that its published schema accepts', async () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(
      JSON.parse(readFileSync(path.join(ROOT, 'contracts/schemas/slo.schema.json'), 'utf8')),
    );
    const ran = await ask(objectivesOf('burning', enforce), ['--json']);
    const report = reportOf(ran);
    expect(JSON.parse(ran.stdout)).toEqual(report);
    expect([validate(report), validate.errors]).toEqual([true, null]);
    expect(report.inputs.map(({ file }) => file)).toEqual([
      'contracts/objectives.yaml',
      'authority/google-sre-30d.yaml',
    ]);
  });
});
