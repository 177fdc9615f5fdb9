/** The embedded system's alerts, told by Prometheus itself. Needs `prometheus` and `promtool` (Debian: prometheus). */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMonitoring } from '../../src/probe/monitoring/monitoring.ts';
import { gitIn } from '../unit/probe/repository.ts';
import { testSystem } from '../unit/probe/system.ts';

const RULES = path.resolve(import.meta.dirname, '../../contracts/monitoring/alerts.yaml');
const NAMES = [
  'MosaicRequestsFail',
  'MosaicLoginsAreRefused',
  'MosaicProviderFails',
  'MosaicRerankerFails',
  'MosaicAnalyticsFail',
];
/** Programs of the machine, not of a package. */
const PROGRAMS = { server: 'prometheus', tool: 'promtool' };
const installed = spawnSync(PROGRAMS.tool, ['--version']).status === 0;

describe.runIf(installed)('the alerts of the embedded system', () => {
  let dir = '';
  let prometheus: ChildProcess;
  let url = '';
  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-prometheus-'));
    cpSync(RULES, path.join(dir, 'alerts.yaml'));
    const config = 'global: { evaluation_interval: 100ms }\nrule_files: [alerts.yaml]\n';
    writeFileSync(path.join(dir, 'prometheus.yml'), config);
    const args = [
      `--config.file=${dir}/prometheus.yml`,
      `--storage.tsdb.path=${dir}/data`,
      '--web.listen-address=127.0.0.1:0',
    ];
    prometheus = spawn(PROGRAMS.server, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    url = await new Promise((resolve, reject) => {
      let said = '';
      prometheus.once('exit', (code) => reject(new Error(`Prometheus ended with ${code}: ${said}`)));
      prometheus.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const port = /Listening on" address=127\.0\.0\.1:(\d+)/.exec(said)?.[1];
        if (port !== undefined && said.includes('Server is ready')) resolve(`http://127.0.0.1:${port}`);
      });
    });
  });
  afterAll(async () => {
    const gone = once(prometheus, 'exit');
    prometheus.kill('SIGTERM');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  });

  it('are rules that promtool accepts', () => {
    expect(execFileSync(PROGRAMS.tool, ['check', 'rules', RULES], { encoding: 'utf8' })).toContain(
      'SUCCESS: 5 rules found',
    );
  });

  const statusOf = async (names: readonly string[]): Promise<string | undefined> => {
    const stand = testSystem({
      app: url,
      api: url,
      yaml: `monitoring:\n  alerts: [{ id: rules, file: alerts.yaml, names: [${names.join(', ')}] }]\n`,
      environment: `    prometheus: { url: "${url}" }`,
    });
    try {
      const check = listMonitoring(stand.system, { git: gitIn(stand.dir), fresh: undefined }).find(({ planned }) =>
        planned.id.endsWith('.loaded'),
      );
      return (await check?.observe(stand.context))?.judgement.status;
    } finally {
      stand.close();
    }
  };

  it('are loaded and evaluated', async () => {
    await expect.poll(() => statusOf(NAMES), { timeout: 20_000 }).toBe('passed');
  });

  it('fail where one is not loaded', async () => {
    expect(await statusOf([...NAMES, 'MosaicPaymentsFail'])).toBe('failed');
  });

  it('its own metrics move when it is asked', async () => {
    const stand = testSystem({
      app: url,
      api: url,
      yaml: `monitoring:\n  metrics:\n    - { id: own, service: api, path: /metrics, moves: 'prometheus_http_requests_total{handler="/-/healthy"}', traffic: { path: /-/healthy } }\n`,
    });
    const [check] = listMonitoring(stand.system, { git: gitIn(stand.dir), fresh: undefined });
    expect((await check?.observe(stand.context))?.judgement.status).toBe('passed');
    stand.close();
  });
});
