/** A real Prometheus on loopback with a history of its own (Debian: prometheus), for as long as a test file runs. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Programs of the machine, not of a package. */
const PROGRAMS = { server: 'prometheus', tool: 'promtool' };
export const isPrometheusInstalled = spawnSync(PROGRAMS.tool, ['--version']).status === 0;

export interface Series {
  readonly job: string;
  /** events a minute, `minutes` before now; undefined = there was no sample then */
  readonly at: (minutesAgo: number) => { readonly good: number; readonly bad: number } | undefined;
}

export interface RunningPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

const DAYS = 31;
/** Samples go on into the future, so that a slow test does not meet an end of the history. */
const AHEAD_MINUTES = 60;

interface Start {
  readonly history?: readonly Series[];
  /** how far it reaches back; 31 where it is left out */
  readonly days?: number;
  /** host:port of a /metrics that is scraped every second; not with a history, because what is older than its end is refused */
  readonly target?: string;
  /** text of a rule file, evaluated every second; then a history ends now, and is one of a day */
  readonly rules?: string;
}

export async function startPrometheus({ history, days = DAYS, target, rules }: Start): Promise<RunningPrometheus> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-prometheus-'));
  if (history !== undefined) {
    const [reach, ahead] = rules === undefined ? [days, AHEAD_MINUTES] : [1, 0];
    writeFileSync(path.join(dir, 'history.om'), toOpenMetrics(history, reach, ahead));
    const importing = ['tsdb', 'create-blocks-from', 'openmetrics', 'history.om', 'data'];
    execFileSync(PROGRAMS.tool, importing, { cwd: dir });
  }
  if (rules !== undefined) writeFileSync(path.join(dir, 'rules.yaml'), rules);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: rules === undefined ? [] : ['rules.yaml'],
    scrape_configs: [{ job_name: 'live', static_configs: [{ targets: target === undefined ? [] : [target] }] }],
  };
  writeFileSync(path.join(dir, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    `--config.file=${dir}/prometheus.yml`,
    `--storage.tsdb.path=${dir}/data`,
    '--storage.tsdb.retention.time=90d',
    '--web.listen-address=127.0.0.1:0',
  ];
  const server = spawn(PROGRAMS.server, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await readUrl(server);
  return {
    url,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function readUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.once('exit', (code) => reject(new Error(`Prometheus ended with ${code}: ${said}`)));
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /Listening on" address=127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined && said.includes('Server is ready')) resolve(`http://127.0.0.1:${port}`);
    });
  });
}

/** Counters of `requests_total`: a sample an hour, every five minutes for the last two days, every minute for the last hours. */
function toOpenMetrics(series: readonly Series[], days: number, aheadMinutes: number): string {
  const now = Math.floor(Date.now() / 60_000) * 60;
  const moments: number[] = [];
  for (let minutes = days * 1440; minutes >= -aheadMinutes; minutes -= stepOf(minutes)) moments.push(minutes);
  const lines = series.flatMap(({ job, at }) => {
    const total = { good: 0, bad: 0 };
    let before = moments[0] ?? 0;
    return moments.flatMap((minutes) => {
      const rate = at(Math.max(0, minutes));
      const passed = before - minutes;
      before = minutes;
      if (rate === undefined) return [];
      total.good += rate.good * passed;
      total.bad += rate.bad * passed;
      const seconds = now - minutes * 60;
      return [
        `requests_total{job="${job}",code="200"} ${total.good} ${seconds}`,
        `requests_total{job="${job}",code="500"} ${total.bad} ${seconds}`,
      ];
    });
  });
  return `# TYPE requests counter\n${lines.join('\n')}\n# EOF\n`;
}

function stepOf(minutesAgo: number): number {
  if (minutesAgo > 2880) return 60;
  return minutesAgo > 180 ? 5 : 1;
}
