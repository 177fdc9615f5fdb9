import { describe, expect, test } from 'vitest';
import type { Indicator } from '../../../../src/contract/objectives/objective.ts';
import type { K6Summary } from '../../../../src/record/performance/k6-summary.ts';
import { readK6 } from '../../../../src/record/slo/read-k6.ts';
import { readLooks } from '../../../../src/record/slo/read-looks.ts';
import { readRuns } from '../../../../src/record/slo/read-runs.ts';
import { DAY, NOW, runSource, type ShortRun, sli } from './sample-slo.ts';

type Of<K extends Indicator['kind']> = Extract<Indicator, { readonly kind: K }>;
const NEWEST: Of<'run-ratio'> = { kind: 'run-ratio', sli: 'availability', runs: 'newest' };
const WINDOW: Of<'run-ratio'> = { ...NEWEST, runs: 'window' };
const limit = (limitMs: number, runs: 'newest' | 'window' = 'newest'): Of<'run-latency'> => ({
  kind: 'run-latency',
  limitMs,
  runs,
});
const WEEK = 7 * DAY;

describe('the samples of runs', () => {
  test('are those of the newest run', () => {
    const source = runSource({ hoursAgo: 30, slis: [sli({ misses: 9 })] }, { hoursAgo: 2, slis: [sli({ misses: 1 })] });
    expect(readRuns(NEWEST, 0.999, WEEK, source)).toMatchObject({ known: true, basis: 'sample', n: 600, most: 1 });
  });

  test('are added up over the window where that is asked for, and no further back', () => {
    const runs = [
      { hoursAgo: 200, slis: [sli({ misses: 50 })] },
      { hoursAgo: 30, slis: [sli({ misses: 2 })] },
      { hoursAgo: 2 },
    ];
    const found = readRuns(WINDOW, 0.999, WEEK, runSource(...runs));
    expect(found).toMatchObject({ known: true, n: 1200, fewest: 2, most: 2 });
  });

  test.each<[string, readonly ShortRun[], string, RegExp]>([
    ['there is no run', [], 'not-run', /No production run/],
    ['the last run is older than the window', [{ hoursAgo: 200 }], 'stale', /before the window of 7 days/],
    [
      'the newest run took no samples',
      [{ hoursAgo: 9 }, { hoursAgo: 1, slis: [] }],
      'not-run',
      /r2 .* has no samples of availability/,
    ],
    [
      'its record is gone',
      [{ hoursAgo: 1, problem: 'the record of run r1 is gone' }],
      'blind',
      /record of run r1 is gone/,
    ],
    [
      'it was blind',
      [{ hoursAgo: 9 }, { hoursAgo: 1, record: { controls: { good: 'failed', bad: 'failed' } } }],
      'blind',
      /controls misbehaved/,
    ],
    [
      'its controls never ran',
      [{ hoursAgo: 1, record: { controls: undefined } as never }],
      'not-run',
      /never ran its controls/,
    ],
    [
      'its machine was late',
      [{ hoursAgo: 1, slis: [sli({ status: 'inconclusive', reason: 'blind' })] }],
      'blind',
      /late itself/,
    ],
    [
      'all of them were partial',
      [{ hoursAgo: 1, slis: [], complete: false, verdict: 'inconclusive' }],
      'not-run',
      /a part of the system/,
    ],
  ])('are unknown where %s', (_, runs, reason, said) => {
    const found = readRuns(NEWEST, 0.999, WEEK, runSource(...runs));
    expect(found).toEqual({ known: false, reason, message: expect.stringMatching(said) });
  });

  test('an older run that looks better does not stand in for a newer one', () => {
    const source = runSource(
      { hoursAgo: 9 },
      { hoursAgo: 1, slis: [sli({ misses: 300 })], verdict: 'failed', complete: false },
    );
    expect(readRuns(NEWEST, 0.999, WEEK, source)).toMatchObject({ most: 300 });
  });

  test('a run that looked at a part only is passed over: it says nothing about samples', () => {
    const source = runSource({ hoursAgo: 9 }, { hoursAgo: 1, slis: [], complete: false, verdict: 'inconclusive' });
    expect(readRuns(NEWEST, 0.999, WEEK, source)).toMatchObject({ known: true, n: 600 });
  });

  test('over a window, runs without usable samples are left out, and said', () => {
    const source = runSource({ hoursAgo: 9 }, { hoursAgo: 1, record: { controls: { good: 'failed', bad: 'failed' } } });
    expect(readRuns(WINDOW, 0.999, WEEK, source)).toMatchObject({
      n: 600,
      notes: [/1 runs/, /1 runs without usable samples/].map((said) => expect.stringMatching(said)),
    });
  });

  test('over a window, a record that is gone makes all of it unknown', () => {
    const source = runSource({ hoursAgo: 9, problem: 'the record of run r1 is gone' }, { hoursAgo: 1 });
    expect(readRuns(WINDOW, 0.999, WEEK, source)).toMatchObject({ known: false, reason: 'blind' });
  });

  const p95 = (over = {}) =>
    sli({ name: 'latency-p95', unit: 'ms', objective: 500, value: 120, bound: 140, misses: 7, ...over });
  test.each<[string, number, object]>([
    ['the same limit counts exactly', 500, { fewest: 7, most: 7, value: 120, boundMs: 140 }],
    ['a higher limit is exceeded by no more', 2000, { fewest: 0, most: 7 }],
    ['a lower limit is exceeded by no fewer', 200, { fewest: 7, most: 600 }],
  ])('of a latency, %s', (_, limitMs, expected) => {
    expect(readRuns(limit(limitMs), 0.95, WEEK, runSource({ hoursAgo: 1, slis: [p95()] }))).toMatchObject({
      unit: 'ms',
      n: 600,
      ...expected,
    });
  });

  test('of several runs there is no quantile, only counts', () => {
    const source = runSource(
      { hoursAgo: 9, slis: [p95()] },
      { hoursAgo: 1, slis: [p95({ objective: 300, misses: 20 })] },
    );
    expect(readRuns(limit(500, 'window'), 0.95, WEEK, source)).toMatchObject({
      n: 1200,
      fewest: 7,
      most: 27,
      value: null,
      boundMs: null,
    });
  });

  test('P99 is another figure than P95', () => {
    const source = runSource({ hoursAgo: 1, slis: [p95(), p95({ name: 'latency-p99', value: 400 })] });
    expect(readRuns(limit(500), 0.99, WEEK, source)).toMatchObject({ value: 400 });
  });
});

describe('looks', () => {
  test('are counted by what they found, those without a judgement left out and said', () => {
    const { runs } = runSource(
      { hoursAgo: 400, verdict: 'failed' },
      { hoursAgo: 40 },
      { hoursAgo: 35, verdict: 'failed' },
      { hoursAgo: 30, verdict: 'failed' },
      { hoursAgo: 20, verdict: 'warned' },
      { hoursAgo: 10, verdict: 'inconclusive', complete: false },
    );
    expect(readLooks(runs, WEEK, NOW)).toMatchObject({
      n: 4,
      most: 2,
      notes: [
        expect.stringMatching(/no share of time or of requests/),
        expect.stringMatching(/1 looks that could not be judged/),
      ],
    });
  });

  test.each<[string, readonly ShortRun[], RegExp]>([
    ['none was taken', [], /no look was taken/],
    ['none was judged', [{ hoursAgo: 1, verdict: 'inconclusive', complete: false }], /none of 1 looks could be judged/],
  ])('are unknown where %s', (_, runs, said) => {
    expect(readLooks(runSource(...runs).runs, WEEK, NOW)).toEqual({
      known: false,
      reason: 'not-run',
      message: expect.stringMatching(said),
    });
  });
});

describe('a summary of k6', () => {
  const ratio: Of<'k6-ratio'> = { kind: 'k6-ratio', file: 'k6.json', bad: 'http_req_failed', total: 'http_reqs' };
  const latency: Of<'k6-latency'> = { kind: 'k6-latency', file: 'k6.json', metric: 'http_req_duration', limitMs: 200 };
  const summary = (figures: Readonly<Record<string, Readonly<Record<string, number>>>>): K6Summary => ({
    metrics: new Map(Object.entries(figures).map(([name, values]) => [name, { values, thresholds: [] }])),
    saysThresholds: true,
  });
  const reqs = { count: 6000 };

  test('counts failures', () => {
    expect(
      readK6(ratio, 0.995, 0.95, summary({ http_reqs: reqs, http_req_failed: { passes: 6, rate: 0.001 } })),
    ).toMatchObject({ n: 6000, fewest: 6, most: 6 });
    expect(readK6(ratio, 0.995, 0.95, summary({ http_reqs: reqs, http_req_failed: { rate: 0.001 } }))).toMatchObject({
      n: 6000,
      most: 6,
    });
  });

  test.each<[string, Parameters<typeof summary>[0], number, number | null, number | null]>([
    // of 1001 sorted samples, p(x) is number 10 x + 1: 963 bounds P95 from above, 939 from below
    ['the first quantiles that bound', { 'p(93.8)': 90, 'p(95)': 95, 'p(96.2)': 99 } as never, 1001, 99, 90],
    ['quantiles one sample too near', { 'p(93.9)': 90, 'p(95)': 95, 'p(96.1)': 99 } as never, 1001, null, null],
    // rank 5729 of 6000 bounds P95 from above, rank 5672 from below
    [
      'P99 bounds from above, P90 from below',
      { 'p(90)': 100, 'p(95)': 130, 'p(99)': 180, max: 900 } as never,
      6000,
      180,
      100,
    ],
    ['without P99 the maximum does', { 'p(90)': 100, 'p(95)': 130, max: 900 } as never, 6000, 900, 100],
    ['P95 itself bounds nothing', { 'p(95)': 130 } as never, 6000, null, null],
    ['58 requests have no bound', { 'p(99)': 180, max: 900 } as never, 58, null, null],
    ['59 have the maximum', { 'p(99)': 180, max: 900 } as never, 59, 900, null],
  ])('%s', (_, values, count, boundMs, floorMs) => {
    const found = readK6(latency, 0.95, 0.95, summary({ http_reqs: { count }, http_req_duration: values as never }));
    expect(found).toMatchObject({ known: true, n: count, boundMs, floorMs });
  });

  test.each<[string, Parameters<typeof summary>[0], string, RegExp]>([
    [
      'without requests',
      { http_reqs: { count: 0 }, http_req_failed: { passes: 0 } },
      'insufficient',
      /Not a single event/,
    ],
    ['without the count', { http_req_failed: { passes: 0 } }, 'insufficient', /no http_reqs/],
    ['without the failures', { http_reqs: reqs }, 'insufficient', /no http_req_failed/],
    [
      'with more failures than requests',
      { http_reqs: { count: 5 }, http_req_failed: { passes: 6 } },
      'blind',
      /more of http_req_failed/,
    ],
    [
      'of a load that k6 could not send',
      {
        http_reqs: reqs,
        http_req_failed: { passes: 0 },
        iterations: { count: 900 },
        dropped_iterations: { count: 100 },
      },
      'blind',
      /could not start 100 of 1000/,
    ],
  ])('%s is unknown', (_, figures, reason, said) => {
    expect(readK6(ratio, 0.995, 0.95, summary(figures))).toEqual({
      known: false,
      reason,
      message: expect.stringMatching(said),
    });
  });
});
