/** `gate10 slo` as its user runs it: against a real Prometheus with a month of history, records, and nothing at all. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { sealRun } from '../../src/record/seal.ts';
import type { SloReport } from '../../src/record/slo/slo-schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { SMALL_CONTRACT } from '../unit/contract/contract-folder.ts';
import { sli } from '../unit/record/slo/sample-slo.ts';
import { healthyRecord } from '../unit/verdict/sample-record.ts';
import { isPrometheusInstalled, type RunningPrometheus, startPrometheus } from './support/prometheus.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-slo-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

let folders = 0;

/** In a folder of its own with these contracts. */
async function gate10(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  folders += 1;
  const folder = path.join(dir, String(folders));
  mkdirSync(path.join(folder, 'contracts'), { recursive: true });
  for (const [name, text] of Object.entries({ 'contracts/system.yaml': SMALL_CONTRACT, ...files }))
    writeFileSync(path.join(folder, name), text);
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/gate10.js'), 'slo', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], GATE10_TARGET: 'live', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said, folder };
}

interface Sample {
  readonly target?: number;
  readonly window?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly good?: string;
  readonly total?: string;
  readonly tokenSecret?: string;
  readonly slices?: object;
}

/** An objective about the requests of a job. */
function objectivesOf(job: string, sample: Sample = {}): string {
  const { target = 0.999, window = '30d', annotations, tokenSecret, slices } = sample;
  const good = sample.good ?? `sum(increase(requests_total{job="${job}",code!~"5.."}[{{.window}}]))`;
  const total = sample.total ?? `sum(increase(requests_total{job="${job}"}[{{.window}}]))`;
  const from = tokenSecret === undefined ? { type: 'prometheus' } : { metricSourceRef: 'metrics' };
  const slo = {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: job, ...(annotations && { annotations }) },
    spec: {
      service: 'shop',
      indicator: {
        metadata: { name: 'requests' },
        spec: {
          ratioMetric: {
            counter: true,
            good: { metricSource: { ...from, spec: { query: good } } },
            total: { metricSource: { ...from, spec: { query: total } } },
          },
        },
      },
      timeWindow: [{ duration: window, isRolling: true }],
      budgetingMethod: slices === undefined ? 'Occurrences' : 'Timeslices',
      objectives: [{ target, ...slices }],
    },
  };
  const source = { apiVersion: 'openslo/v1', kind: 'DataSource', metadata: { name: 'metrics' } };
  const spec = { type: 'prometheus', connectionDetails: { tokenSecret } };
  const all = tokenSecret === undefined ? [slo] : [slo, { ...source, spec }];
  return all.map((one) => `---\n${JSON.stringify(one)}\n`).join('');
}

function reportOf({ folder }: Ran): SloReport {
  return JSON.parse(readFileSync(path.join(folder, '.gate10/slo.json'), 'utf8'));
}

describe.runIf(isPrometheusInstalled)('gate10 slo and a real Prometheus', () => {
  let prometheus: RunningPrometheus;
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
  afterAll(() => prometheus.stop());

  const ask = (text: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
    gate10({ 'contracts/objectives.yaml': text }, args, { GATE10_PROMETHEUS_URL: prometheus.url, ...env });
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
    const counted = () => askDirectly(live.url, 'sum(increase(requests_total{job="live"}[10m]))');
    const look = () => ask(objectivesOf('live'), [], { GATE10_PROMETHEUS_URL: live.url });
    try {
      await expect.poll(counted, { timeout: 60_000 }).toBe(0);
      counters.good = 50_000;
      await expect.poll(counted, { timeout: 60_000 }).toBeGreaterThanOrEqual(50_000);
      const before = await look();
      counters.bad = 5000;
      await expect.poll(counted, { timeout: 60_000 }).toBeGreaterThanOrEqual(55_000);
      const after = await look();
      expect([before.code, after.code], before.stdout + after.stdout).toEqual([0, 1]);
    } finally {
      await live.stop();
      metrics.closeAllConnections();
      metrics.close();
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
    const system = `${SMALL_CONTRACT}    prometheus: { url: "${prometheus.url}" }\n`;
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

describe('gate10 slo', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[], number, RegExp, Record<string, string>?]>([
    ['without objectives', {}, [], 2, /contracts\/objectives\.yaml: there are no objectives/],
    [
      'in an environment that is not there',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--environment', 'live2'],
      2,
      /"live2" is not declared.*live/,
    ],
    [
      'with a wrong objective',
      { 'contracts/objectives.yaml': objectivesOf('a', { target: 0 }) },
      [],
      2,
      /a target of 0 promises nothing/,
    ],
    [
      'without a Prometheus',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      [],
      3,
      /No Prometheus is named for live/,
    ],
    [
      'where no objective is about the environment',
      { 'contracts/objectives.yaml': objectivesOf('a', { annotations: { 'gate10.environments': 'staging' } }) },
      [],
      3,
      /a is about staging only[\s\S]*No objective is about live/,
    ],
    [
      'with an address that is none',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      [],
      2,
      /GATE10_PROMETHEUS_URL is not the address/,
      { GATE10_PROMETHEUS_URL: 'prometheus:9090' },
    ],
    [
      'with a token that is not set',
      { 'contracts/objectives.yaml': objectivesOf('a', { tokenSecret: 'TOKEN' }) },
      [],
      2,
      /the secret TOKEN is not set/,
      { GATE10_PROMETHEUS_URL: 'http://127.0.0.1:1' },
    ],
    [
      'with a token that would be read on the way',
      { 'contracts/objectives.yaml': objectivesOf('a', { tokenSecret: 'TOKEN' }) },
      [],
      2,
      /would be sent unencrypted/,
      { GATE10_PROMETHEUS_URL: 'http://prometheus.example', TOKEN: 'c29tZS10b2tlbg' },
    ],
    [
      'for a kind of change that there is not',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--change', 'tiny'],
      2,
      /tiny.*Allowed choices/,
    ],
    [
      'for a period that is none',
      { 'contracts/objectives.yaml': objectivesOf('a') },
      ['--since', 'soon'],
      2,
      /--since/,
    ],
  ])('%s', async (_, files, args, code, said, env) => {
    const ran = await gate10(files, args, env);
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.stringMatching(said)]);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('gate10 slo over sealed runs', () => {
  const source = (type: string, spec: object) => ({ metricSource: { type, spec } });
  const slo = (name: string, part: object, total: object, target: number) => ({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name },
    spec: {
      service: 'shop',
      indicator: { metadata: { name: 'sli' }, spec: { ratioMetric: { counter: true, ...part, total } } },
      budgetingMethod: 'Occurrences',
      objectives: [{ target }],
    },
  });
  const samples = (runs: string) => source('gate10-run', { sli: 'availability', runs });
  const looks = (which: string) => source('gate10-history', { looks: which });
  const text = JSON.stringify([
    slo('newest', { good: samples('newest') }, samples('newest'), 0.995),
    slo('month', { good: samples('window') }, samples('window'), 0.999),
    slo('looks', { bad: looks('failed') }, looks('judged'), 0.5),
  ]);

  /** Six runs in the last days, each of 600 samples; `misses` in the newest. */
  async function stateWith(misses: number): Promise<string> {
    folders += 1;
    const stateDir = path.join(dir, `state-${folders}`);
    mkdirSync(stateDir);
    const ledger = await openLedger({ stateDir, now: () => new Date() });
    try {
      for (const day of [6, 5, 4, 3, 2, 1]) {
        const at = new Date(Date.now() - day * 86_400_000).toISOString();
        const slis = [{ ...sli(), misses: day === 1 ? misses : 0 }];
        const place = { system: 'shop', environment: 'live', startedAt: at, settledAt: at, endedAt: at };
        const record = healthyRecord({ runId: `run-${day}`, slis, ...place });
        await sealRun({ stateDir, ledger, record, verdict: judge(record), now: () => new Date() });
      }
    } finally {
      await ledger.close();
    }
    return stateDir;
  }

  const run = (stateDir: string) =>
    gate10({ 'contracts/objectives.yaml': text }, ['--json'], { GATE10_STATE_DIR: stateDir });
  const statesOf = ({ stdout }: Ran) =>
    (JSON.parse(stdout) as SloReport).objectives.map(({ id, status, n, misses }) => [id, status, n, misses]);

  it('claims of many runs what one cannot show', async () => {
    const ran = await run(await stateWith(0));
    expect(statesOf(ran)).toEqual([
      ['newest', 'passed', 600, 0],
      ['month', 'passed', 3600, 0],
      ['looks', 'passed', 6, 0],
    ]);
    expect([
      ran.code,
      (JSON.parse(ran.stdout) as SloReport).inputs.filter(({ file }) => file.startsWith('runs/')).length,
    ]).toEqual([0, 6]);
  });

  it('fails where the samples refute it', async () => {
    const ran = await run(await stateWith(30));
    expect([ran.code, statesOf(ran)]).toEqual([
      1,
      [
        ['newest', 'failed', 600, 30],
        ['month', 'failed', 3600, 30],
        ['looks', 'passed', 6, 0],
      ],
    ]);
  });

  it('does not believe a record that was changed after it was sealed', async () => {
    const stateDir = await stateWith(30);
    const file = path.join(stateDir, 'runs/run-1/record.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"misses": 30', '"misses": 0'));
    const ran = await run(stateDir);
    expect([ran.code, statesOf(ran).map(([, status]) => status)]).toEqual([
      3,
      ['inconclusive', 'inconclusive', 'passed'],
    ]);
    expect(ran.stdout).toContain('is not the one that was sealed');
  });

  it('does not believe a history that was changed', async () => {
    const stateDir = await stateWith(0);
    const database = new DatabaseSync(path.join(stateDir, 'ledger.sqlite'));
    const tables = database.prepare("select name from sqlite_master where type = 'trigger'").all() as {
      name: string;
    }[];
    for (const { name } of tables) database.exec(`drop trigger ${name}`);
    expect(
      database.prepare('update events set event = replace(event, \'"passed"\', \'"warned"\') where seq = 3').run()
        .changes,
    ).toBe(1);
    database.close();
    const ran = await run(stateDir);
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringContaining('The history was tampered with')]);
  });
});

describe('gate10 slo rules', () => {
  it('writes rules and tests, and sees when they are old', async () => {
    const files = { 'contracts/objectives.yaml': objectivesOf('a') };
    const written = await gate10(files, ['rules']);
    expect([written.code, written.stdout]).toEqual([
      0,
      expect.stringMatching(/Rules of 1 objectives: contracts\/monitoring\/slo-rules\.yaml/),
    ]);
    const copy = (name: string) => readFileSync(path.join(written.folder, 'contracts/monitoring', name), 'utf8');
    expect(copy('slo-rules.test.yaml')).toContain('rule_files:\n  - slo-rules.yaml');
    const missing = await gate10(files, ['rules', '--check']);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/slo-rules\.yaml is not what the objectives say/),
    ]);
  });

  it('refuses objectives that no Prometheus counts', async () => {
    const source = (looks: string) => ({ metricSource: { type: 'gate10-history', spec: { looks } } });
    const slo = JSON.parse(objectivesOf('a').slice(4));
    slo.spec.indicator.spec.ratioMetric = { counter: true, good: source('proven'), total: source('judged') };
    const ran = await gate10({ 'contracts/objectives.yaml': JSON.stringify(slo) }, ['rules']);
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/a: no rules[\s\S]*no objective has alert rules/),
    ]);
  });

  it('of the embedded system are as they are committed', async () => {
    const contracts = path.join(dir, 'embedded');
    cpSync(path.join(ROOT, 'contracts'), contracts, { recursive: true });
    const ran = await gate10({}, ['rules', '--check'], { GATE10_CONTRACTS: contracts });
    expect([ran.code, ran.stdout]).toEqual([0, 'The alert rules are what the objectives say.\n']);
  });
});
