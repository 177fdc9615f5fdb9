import { afterEach, describe, expect, it } from 'vitest';
import { deriveDelivery } from '../../../src/record/dora/derive-delivery.ts';
import { doraStandardSchema, loadDoraStandard, rate } from '../../../src/record/dora-standard.ts';
import { mean, percentile } from '../../../src/record/minutes.ts';
import { calendarMonth } from '../../../src/record/period.ts';
import type { DoraMetrics } from '../../../src/record/schema.ts';
import { toDoraMetrics } from '../../../src/record/to-dora-metrics.ts';
import { toHistoryLines } from '../../../src/record/to-history-lines.ts';
import { history, type ShortRun } from './sample-history.ts';

function metricsOf(runs: readonly ShortRun[], now = '2026-01-31T12:00:00.000Z', standard = 'dora-2024'): DoraMetrics {
  const rows = history(runs);
  const scope = { system: 'mosaic', environment: 'production' };
  const period = calendarMonth(new Date(now));
  return toDoraMetrics(
    deriveDelivery(rows).deployments,
    deriveDelivery(rows).incidents,
    period,
    loadDoraStandard(standard),
    scope,
  );
}

/** `count` deployments, one a day from the 1st at 10:00, the first `failed` of them broken and mended half an hour later. */
function month(count: number, failed = 0): ShortRun[] {
  return Array.from({ length: count }, (_, index): ShortRun[] => {
    const day = index + 1;
    const run: ShortRun = {
      commit: `c${String(day).padStart(6, '0')}`,
      verdict: 'passed',
      committed: `${day} 09:30`,
      deployed: `${day} 10:00`,
      end: `${day} 10:05`,
    };
    return index < failed
      ? [
          { ...run, verdict: 'failed' },
          { ...run, end: `${day} 10:35` },
        ]
      : [run];
  }).flat();
}

describe('dora_metrics.json', () => {
  it("has the seeds' fields, worked out by hand for a month of 20 deployments", () => {
    const metrics = metricsOf(month(20, 2));
    expect(metrics).toMatchObject({
      schema_version: '1.0',
      period_start: '2026-01-01',
      period_end: '2026-01-31',
      standard: { id: 'dora-2024', year: 2024 },
      deployment_frequency: {
        total_deployments: 20,
        deployments_per_day: 0.65,
        deployments_per_week: 4.52,
        rating: 'High (once a day to once a week)',
      },
      lead_time_for_changes: { avg_minutes: 30, p50_minutes: 30, p95_minutes: 30, rating: 'Elite (<1 day, median)' },
      change_failure_rate: {
        total_deployments: 20,
        failed_deployments: 2,
        percentage: 10,
        rating: 'does not meet Elite CFR (≤5 %)',
      },
      time_to_restore_service: { incidents: 2, open_incidents: 0, avg_minutes: 30, p95_minutes: 30, rating: null },
    });
    expect(metrics.deployment_frequency.deployments[0]).toEqual({
      date: '2026-01-01',
      commit: 'c000001',
      success: false,
    });
    expect(metrics.lead_time_for_changes.recent_deployments[0]).toEqual({
      commit: 'c000001',
      commit_time: '2026-01-01T09:30:00.000Z',
      deployed_time: '2026-01-01T10:00:00.000Z',
      lead_time_minutes: 30,
    });
    expect(metrics.change_failure_rate.failures[0]).toEqual({
      date: '2026-01-01',
      commit: 'c000001',
      claimed: null,
      reality: 'integration: /reranker/health answers 404',
      detected_by: 'Gate 10 production smoke tests',
      root_cause: null,
      resolution: 'The same build c000001 was proven by run r2.',
      time_to_detect_minutes: 5,
      because: ['gate: integration: /reranker/health answers 404'],
    });
  });

  it('rates nothing where there is nothing', () => {
    const metrics = metricsOf([]);
    expect(metrics.deployment_frequency).toMatchObject({ total_deployments: 0, deployments_per_day: 0, rating: null });
    expect(metrics.lead_time_for_changes).toMatchObject({ avg_minutes: null, p50_minutes: null, rating: null });
    expect(metrics.change_failure_rate).toMatchObject({ percentage: null, rating: null });
    expect(metrics.time_to_restore_service).toMatchObject({ incidents: 0, avg_minutes: null, rating: null });
    expect(metrics.time_to_restore_service.note).toBe('not rated: 0 closed incidents, at least 3 are needed');
  });

  it('rates nothing either under the lenient standard', () => {
    const metrics = metricsOf([], undefined, 'seed-legacy');
    expect(metrics.change_failure_rate.rating).toBeNull();
    expect(metrics.time_to_restore_service.rating).toBeNull();
  });

  it.each([
    [9, null],
    [10, 'meets Elite CFR (≤5 %)'],
  ])('rates a change failure rate from ten judged deployments on: %i', (count, rating) => {
    expect(metricsOf(month(count)).change_failure_rate.rating).toBe(rating);
  });

  it('names the standard that rates, and rates by it', () => {
    const metrics = metricsOf(month(20, 2), undefined, 'seed-legacy');
    expect(metrics.standard.id).toBe('seed-legacy');
    expect(metrics.change_failure_rate.rating).toBe('Elite (0–15 %)');
    expect(metrics.deployment_frequency.rating).toBe('Medium (target: >1/day)');
    expect(metrics.time_to_restore_service.rating).toBe('Elite (<1 hour)');
  });

  it('says how many deployments it left out', () => {
    const metrics = metricsOf([
      { commit: 'a', verdict: 'inconclusive', deployed: '9 10:00', end: '9 10:05' },
      { commit: 'b', verdict: 'passed', committed: '9 12:00', deployed: '9 11:00', end: '9 11:05' },
    ]);
    expect(metrics.change_failure_rate.note).toContain('1 deployments could not be judged and are left out');
    expect(metrics.lead_time_for_changes.note).toContain('1 left out: the commit is later than its deployment');
  });

  it('leaves a deployment out that was looked for and never seen', () => {
    const run: ShortRun = { commit: 'a', verdict: 'inconclusive', settled: null, end: '9 10:05' };
    expect(metricsOf([run]).deployment_frequency.total_deployments).toBe(0);
  });

  it('tells open incidents from closed ones', () => {
    const metrics = metricsOf([{ commit: 'a', verdict: 'failed', deployed: '9 10:00', end: '9 10:05' }]);
    expect(metrics.time_to_restore_service).toMatchObject({ incidents: 1, open_incidents: 1, avg_minutes: null });
    expect(metrics.time_to_restore_service.note).toContain('1 still open');
  });

  it.each([
    ['2026-01-31T23:59:59.999Z', '2026-01-31T23:00:00.000Z', 1],
    ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', 0],
    ['2026-02-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', 1],
    ['2026-02-01T00:00:00.000Z', '2026-01-31T23:59:59.999Z', 0],
  ])('at %s counts a deployment of %s in its own month only', (now, deployed, expected) => {
    const run: ShortRun = { commit: 'a', verdict: 'passed', deployed, end: '2026-02-01T01:00:00.000Z' };
    expect(metricsOf([run], now).deployment_frequency.total_deployments).toBe(expected);
  });

  describe('on a day on which the local clock is turned', () => {
    const zone = process.env['TZ'];
    afterEach(() => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    });

    it('counts minutes and days in UTC', () => {
      process.env['TZ'] = 'Europe/Berlin';
      expect(new Date('2026-03-29T01:30:00.000Z').getTimezoneOffset()).toBe(-120);
      const run: ShortRun = {
        commit: 'a',
        verdict: 'passed',
        committed: '2026-03-29T00:30:00.000Z',
        deployed: '2026-03-29T01:30:00.000Z',
        end: '2026-03-29T01:35:00.000Z',
      };
      const metrics = metricsOf([run], '2026-03-31T23:30:00.000Z');
      expect(metrics).toMatchObject({ period_start: '2026-03-01', period_end: '2026-03-31' });
      expect(metrics.lead_time_for_changes.avg_minutes).toBe(60);
      expect(metrics.deployment_frequency.deployments_per_day).toBe(0.03);
    });
  });
});

describe('deployment_history.jsonl', () => {
  it("has the seeds' fields and ours, one line a deployment", () => {
    const runs: ShortRun[] = [
      { commit: 'a', verdict: 'passed', committed: '8 09:00', deployed: '8 10:00', end: '8 10:05' },
      { commit: 'b', verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
      { commit: 'c', verdict: 'inconclusive', deployed: '9 11:00', end: '9 11:05' },
    ];
    const lines = toHistoryLines(deriveDelivery(history(runs)).deployments).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { commit: 'a', success: true, failure_reason: null, lead_time_minutes: 60, verdict: 'passed', run_ids: ['r1'] },
      {
        commit: 'b',
        success: false,
        failure_reason: 'integration: /reranker/health answers 404',
        previous_commit: 'a',
      },
      { commit: 'c', success: null, failure_reason: null, verdict: 'inconclusive', previous_commit: 'b' },
    ]);
  });
});

describe('a percentile', () => {
  it.each<[number[], number, number | null]>([
    [[], 95, null],
    [[7], 50, 7],
    [[1, 2], 50, 1],
    [[3, 1, 2], 50, 2],
    [[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 95, 100],
    [Array.from({ length: 100 }, (_, index) => index + 1), 95, 95],
    [[10, 9, 100], 50, 10],
  ])('of %j at %i is %j, the nearest rank', (values, percent, expected) => {
    expect(percentile(values, percent)).toBe(expected);
  });

  it('has no mean beside it where there is no value', () => {
    expect(mean([])).toBeNull();
  });
});

describe('a standard', () => {
  const dora = loadDoraStandard();
  const enough = { have: 99, need: 1, of: 'things' };

  it.each([
    ['deployment_frequency', 1.01, 'Elite (on demand, several a day)'],
    ['deployment_frequency', 1, 'High (once a day to once a week)'],
    ['deployment_frequency', 1 / 7, 'High (once a day to once a week)'],
    ['deployment_frequency', 0.1, 'Medium (once a week to once a month)'],
    ['deployment_frequency', 0.01, 'Low (less than once a month)'],
    ['lead_time_for_changes', 1439.99, 'Elite (<1 day, median)'],
    ['lead_time_for_changes', 1440, 'High (1 day to 1 week, median)'],
    ['change_failure_rate', 5, 'meets Elite CFR (≤5 %)'],
    ['change_failure_rate', 5.01, 'does not meet Elite CFR (≤5 %)'],
    ['time_to_restore_service', 59.9, 'Elite (<1 hour, median)'],
    ['time_to_restore_service', 60, 'High or Medium (<1 day, median)'],
    ['time_to_restore_service', 2000, 'between Medium (<1 day) and Low (1 week to 1 month)'],
  ] as const)('rates %s %d as %s', (metric, value, rating) => {
    expect(rate(value, enough, dora[metric].bands)).toEqual({ rating });
  });

  it('is refused when a value could fall through its bands, or data could be missing and rated', () => {
    const holes = structuredClone(dora);
    holes.change_failure_rate.bands = [
      { at_most: 5, rating: 'good' },
      { at_most: 9, rating: 'bad' },
    ];
    expect(doraStandardSchema.safeParse(holes).success).toBe(false);
    expect(doraStandardSchema.safeParse({ ...dora, minimum: { ...dora.minimum, incidents: 0 } }).success).toBe(false);
  });

  it('that does not exist is our own fault', () => {
    expect(() => loadDoraStandard('dora-1999')).toThrow(/Failed to load authority\/dora-1999\.yaml/);
  });
});
