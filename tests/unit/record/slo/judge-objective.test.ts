import { describe, expect, test } from 'vitest';
import type { Indicator } from '../../../../src/contract/objectives/objective.ts';
import { judgeObjective } from '../../../../src/record/slo/judge-objective.ts';
import { unknown } from '../../../../src/record/slo/reading.ts';
import { objective, reading } from './sample-slo.ts';

const LATENCY: Indicator = { kind: 'run-latency', limitMs: 200, runs: 'newest' };

describe('a sample', () => {
  test.each([
    [0, 2995, 0.999, 'passed'],
    [0, 2994, 0.999, 'inconclusive'],
    [1, 2995, 0.999, 'inconclusive'],
    [1, 4742, 0.999, 'passed'],
    [1, 10, 0.999, 'failed'],
    [1, 51, 0.999, 'failed'],
    [1, 52, 0.999, 'inconclusive'],
    [0, 598, 0.995, 'passed'],
    [0, 597, 0.995, 'inconclusive'],
    [0, 59, 0.95, 'passed'],
    [0, 58, 0.95, 'inconclusive'],
    [0, 0, 0.95, 'inconclusive'],
    [100, 1000, 0.95, 'failed'],
  ] as const)('of %d bad in %d against %d is %s', (misses, n, target, status) => {
    const verdict = judgeObjective(objective({ target }), reading({ misses, n }), 0.95);
    expect([verdict.status, verdict.reason]).toEqual([status, status === 'inconclusive' ? 'insufficient' : undefined]);
  });

  test('says what can be claimed, and what the claim would take', () => {
    const verdict = judgeObjective(objective(), reading({ misses: 0, n: 600 }), 0.95);
    expect(verdict.bound).toBeCloseTo(0.99502, 5);
    expect(verdict.needed).toBe(2995);
    expect(verdict.message).toMatch(
      /^Too little to say whether at least 99\.9 % of events are good over 30d: 0 bad of 600.*; 2995 events with 0 bad ones would show it\.$/,
    );
  });
});

describe('what was counted whole', () => {
  test.each([
    [1000, 1_000_000, 0.999, 'passed'],
    [1001, 1_000_000, 0.999, 'failed'],
    [0, 1_000_000, 0.999, 'passed'],
    [2, 2995, 0.999, 'passed'],
    [3, 2995, 0.999, 'failed'],
    [0, 2994, 0.999, 'inconclusive'],
    [1, 100, 0.999, 'inconclusive'],
    [5, 100, 0.999, 'failed'],
    [0, 0, 0.999, 'inconclusive'],
  ] as const)('with %d bad in %d against %d is %s', (misses, n, target, status) => {
    expect(judgeObjective(objective({ target }), reading({ basis: 'counted', misses, n }), 0.95).status).toBe(status);
  });
});

describe('a latency', () => {
  test.each<[string, Partial<Parameters<typeof reading>[0]>, string]>([
    ['whose bound keeps the limit passes', { boundMs: 200 }, 'passed'],
    ['whose bound does not is open', { boundMs: 200.1 }, 'inconclusive'],
    ['without a bound is open', { boundMs: null }, 'inconclusive'],
    ['that is above the limit for certain fails', { floorMs: 200.1 }, 'failed'],
    ['that may be above the limit is open', { floorMs: 200 }, 'inconclusive'],
    ['whose slow requests are counted exactly passes by the count', { fewest: 0, most: 0, boundMs: null }, 'passed'],
    ['with too many slow requests fails', { fewest: 100, most: 1000 }, 'failed'],
  ])('%s', (_, over, status) => {
    const measured = reading({ unit: 'ms', value: 150, fewest: 0, most: 1000, boundMs: null, floorMs: null, ...over });
    expect(judgeObjective(objective({ target: 0.95, indicator: LATENCY }), measured, 0.95).status).toBe(status);
  });
});

test('nothing known is never met, and keeps its reason', () => {
  expect(judgeObjective(objective(), unknown('stale', 'Nobody looked.'), 0.95)).toEqual({
    status: 'inconclusive',
    reason: 'stale',
    message: 'Nobody looked.',
    bound: null,
  });
});
