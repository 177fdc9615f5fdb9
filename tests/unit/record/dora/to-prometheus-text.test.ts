/** DORA's metrics for Prometheus, read by Prometheus' own tool. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { deriveDelivery } from '../../../../src/record/dora/derive-delivery.ts';
import { toPrometheusText } from '../../../../src/record/dora/to-prometheus-text.ts';
import { loadDoraStandard } from '../../../../src/record/dora-standard.ts';
import { calendarMonth } from '../../../../src/record/period.ts';
import type { DoraMetrics } from '../../../../src/record/schema.ts';
import { toDoraMetrics } from '../../../../src/record/to-dora-metrics.ts';
import { history, type ShortRun } from '../sample-history.ts';

function metricsOf(runs: readonly ShortRun[]): DoraMetrics {
  const rows = history(runs);
  const scope = { system: 'mosaic', environment: 'production' };
  const period = calendarMonth(new Date('2026-01-31T12:00:00.000Z'));
  const { deployments, incidents } = deriveDelivery(rows);
  return toDoraMetrics(deployments, incidents, period, loadDoraStandard('dora-2024'), scope);
}

/** A deployment a day, half an hour after its commit; the first two broken, and mended half an hour later. */
const MONTH = Array.from({ length: 20 }, (_, index): ShortRun[] => {
  const day = index + 1;
  const run = { commit: `c${String(day).padStart(6, '0')}`, committed: `${day} 09:30`, deployed: `${day} 10:00` };
  const good: ShortRun = { ...run, verdict: 'passed', end: `${day} 10:35` };
  return index < 2 ? [{ ...run, verdict: 'failed', end: `${day} 10:05` }, good] : [good];
}).flat();

function promtool(text: string) {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

/** The samples by their name and labels. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

const SCOPE = 'system="mosaic",environment="production"';

describe('the text for Prometheus', () => {
  it('is taken by promtool without a word', () => {
    expect(promtool(toPrometheusText([metricsOf(MONTH)]))).toEqual({ status: 0, said: '' });
  });

  it('is told from what promtool refuses', () => {
    const text = toPrometheusText([metricsOf(MONTH)]);
    expect(promtool(`${text}gate10_dora_changes{system="a} 1\n`).status).not.toBe(0);
  });

  it('has the figures in base units', () => {
    const samples = samplesOf(toPrometheusText([metricsOf(MONTH)]));
    expect(samples.get(`gate10_dora_deployments{${SCOPE}}`)).toBe(20);
    expect(samples.get(`gate10_dora_deployments_failed{${SCOPE}}`)).toBe(2);
    expect(samples.get(`gate10_dora_change_fail_ratio{${SCOPE}}`)).toBe(0.1);
    expect(samples.get(`gate10_dora_lead_time_seconds{${SCOPE},statistic="p50"}`)).toBe(1800);
    expect(samples.get(`gate10_dora_recovery_time_seconds{${SCOPE},statistic="mean"}`)).toBe(1800);
    expect(samples.get(`gate10_dora_period_start_timestamp_seconds{${SCOPE}}`)).toBe(Date.UTC(2026, 0, 1) / 1000);
    expect(samples.get(`gate10_dora_period_end_timestamp_seconds{${SCOPE}}`)).toBe(Date.UTC(2026, 1, 1) / 1000);
    expect(samples.get(`gate10_dora_unknown{${SCOPE},metric="lead_time_seconds",of="p50"}`)).toBe(0);
    const rating = [...samples.keys()].find((name) => name.includes('rating_info') && name.includes('"lead_time"'));
    expect(rating).toContain('standard="dora-2024",rating="Elite');
  });

  it('has no sample of what is not known, and says that it is not known', () => {
    const text = toPrometheusText([metricsOf([])]);
    const samples = samplesOf(text);
    expect(promtool(text)).toEqual({ status: 0, said: '' });
    expect(samples.get(`gate10_dora_deployments{${SCOPE}}`)).toBe(0);
    for (const name of [
      'lead_time_seconds',
      'recovery_time_seconds',
      'change_fail_ratio',
      'rework_ratio',
      'rating_info',
    ]) {
      expect([...samples.keys()].filter((each) => each.startsWith(`gate10_dora_${name}{`))).toEqual([]);
    }
    expect(samples.get(`gate10_dora_unknown{${SCOPE},metric="lead_time_seconds",of="p95"}`)).toBe(1);
    expect(samples.get(`gate10_dora_unknown{${SCOPE},metric="change_fail_ratio"}`)).toBe(1);
    expect(text).not.toMatch(/NaN|Inf|undefined|null/);
  });

  it('keeps every name in its quotes', () => {
    const strange = { ...metricsOf(MONTH), system: 'a"} 1\nevil 2 \\', environment: 'Üñí' };
    const text = toPrometheusText([strange]);
    expect(promtool(text)).toEqual({ status: 0, said: '' });
    expect(text).toContain('system="a\\"} 1\\nevil 2 \\\\",environment="Üñí"');
    expect(text).not.toMatch(/^evil/m);
  });

  it('describes each metric once, however many systems there are', () => {
    const text = toPrometheusText([metricsOf(MONTH), { ...metricsOf([]), system: 'blog' }]);
    expect(promtool(text)).toEqual({ status: 0, said: '' });
    const described = text.split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(new Set(described).size).toBe(described.length);
    expect(samplesOf(text).get('gate10_dora_deployments{system="blog",environment="production"}')).toBe(0);
  });

  it('of nothing is nothing', () => {
    expect(toPrometheusText([])).toBe('');
  });
});
