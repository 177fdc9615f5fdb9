/** `gate10 slo` in a process of its own, and objectives for it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { SloReport } from '../../../src/record/slo/slo-schema.ts';
import { SMALL_CONTRACT } from '../../unit/contract/contract-folder.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

/** Removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-slo-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** In a folder of its own with these contracts. */
export async function gate10(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const folder = temporaryFolder();
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

export interface Sample {
  readonly target?: number;
  readonly window?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly good?: string;
  readonly total?: string;
  readonly tokenSecret?: string;
  readonly slices?: object;
}

/** An objective about the requests of a job. */
export function objectivesOf(job: string, sample: Sample = {}): string {
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

export function reportOf({ folder }: Ran): SloReport {
  return JSON.parse(readFileSync(path.join(folder, '.gate10/slo.json'), 'utf8'));
}
