import { describe, expect, test } from 'vitest';
import {
  budgetLeft,
  budgetMinutes,
  burnRate,
  eventsForOneFailure,
  isReachable,
  oneFailureBurn,
  scalePairs,
  showSeconds,
} from '../../../../src/record/slo/error-budget.ts';
import { readSloStandard, sloStandardSchema } from '../../../../src/record/slo/slo-standard.ts';

const DAY = 86_400;
const standard = readSloStandard();

test.each([
  [0.999, 30, 43.2],
  [0.9999, 30, 4.32],
  [0.99999, 30, 0.432],
  [0.995, 28, 201.6],
  [0.9, 30, 4320],
])('a target of %d leaves, in %d days, %d minutes', (target, days, minutes) => {
  expect(budgetMinutes(target, days * DAY)).toBeCloseTo(minutes, 9);
});

test.each([
  [1, 1000, 0.999, 1],
  [10, 10_000, 0.999, 1],
  [144, 10_000, 0.999, 14.4],
  [0, 500, 0.999, 0],
  [1, 10, 0.999, 100],
  [500, 1000, 0.9, 5],
])('%d failures of %d at %d burn at %d', (misses, n, target, burn) => {
  expect(burnRate(misses, n, target)).toBeCloseTo(burn, 9);
  expect(budgetLeft(misses, n, target)).toBeCloseTo(1 - burn, 9);
});

test('without events nothing is known: neither a burn rate nor a budget', () => {
  expect([burnRate(0, 0, 0.999), budgetLeft(0, 0, 0.999), oneFailureBurn(0, 0.999)]).toEqual([null, null, null]);
});

test.each([
  [14.4, 0.999, true],
  [14.4, 0.9, false],
  [6, 0.9, true],
  [1, 0.0001, true],
  [10, 0.9, true],
  [3, 0.5, false],
])('an alert at %d with a target of %d can fire: %s', (burn, target, can) => {
  expect(isReachable(burn, target)).toBe(can);
});

describe('low traffic', () => {
  test('one failure among ten in an hour burns at 100, and takes 13.9 % of thirty days', () => {
    expect(oneFailureBurn(10, 0.999)).toBeCloseTo(100, 9);
    expect(1 - (budgetLeft(1, 10 * 24 * 30, 0.999) ?? 0)).toBeCloseTo(0.139, 3);
  });

  test.each([
    [14.4, 0.999, 70],
    [6, 0.999, 167],
    [14.4, 0.99, 7],
    [1, 0.999, 1001],
  ])('at %d and %d one failure stays below the rate from %d events on', (burn, target, events) => {
    expect(eventsForOneFailure(burn, target)).toBe(events);
    expect(oneFailureBurn(events, target)).toBeLessThan(burn);
    expect(oneFailureBurn(events - 1, target)).toBeGreaterThanOrEqual(burn - 1e-9);
  });
});

describe('the pairs of windows', () => {
  const short = ({ severity, long, short, burn }: ReturnType<typeof scalePairs>['pairs'][number]) =>
    `${severity} ${showSeconds(long)}/${showSeconds(short)} ${burn}`;

  test('are those of the workbook for thirty days', () => {
    const { pairs, leftOut } = scalePairs(standard, 0.999, 30 * DAY);
    expect(pairs.map(short)).toEqual(['page 1h/5m 14.4', 'page 6h/30m 6', 'ticket 1d/2h 3', 'ticket 3d/6h 1']);
    expect(leftOut).toEqual([]);
  });

  test('keep their rates and their share of the budget for another period', () => {
    const { pairs } = scalePairs(standard, 0.999, 28 * DAY);
    expect(pairs.map(short)).toEqual([
      'page 56m/280s 14.4',
      'page 336m/28m 6',
      'ticket 1344m/112m 3',
      'ticket 4032m/336m 1',
    ]);
    for (const { burn, long, budget } of pairs) expect((burn * long) / (28 * DAY)).toBeCloseTo(budget, 9);
  });

  test('are left out, and named, where they can never fire', () => {
    const { pairs, leftOut } = scalePairs(standard, 0.9, 30 * DAY);
    expect(pairs).toHaveLength(3);
    expect(leftOut).toEqual([
      expect.stringMatching(/^page 1h\/5m at 14\.4 can never fire: it needs an error rate of 1\.44/),
    ]);
  });

  test('are left out, and named, where too few samples fill the short window', () => {
    const { pairs, leftOut } = scalePairs(standard, 0.999, 7 * DAY);
    expect(pairs).toHaveLength(3);
    expect(leftOut[0]).toMatch(/its short window is below 2m/);
    // just filled
    expect(scalePairs(standard, 0.999, 12 * DAY).pairs.map(short)[0]).toBe('page 24m/2m 14.4');
    expect(scalePairs(standard, 0.999, 30 * DAY, 900).pairs.map(short)).toEqual([
      'page 6h/30m 6',
      'ticket 1d/2h 3',
      'ticket 3d/6h 1',
    ]);
  });
});

describe('the standard', () => {
  test.each<[string, (data: ReturnType<typeof plain>) => void]>([
    [
      'a pair whose budget is not its rate times its window',
      (data) => Object.assign(data.pairs[0] ?? {}, { budget: 0.03 }),
    ],
    ['a source that is not listed', (data) => Object.assign(data.cites, { pairs: ['elsewhere'] })],
    ['no pair', (data) => data.pairs.splice(0)],
  ])('is refused with %s', (_, change) => {
    const data = plain();
    expect(sloStandardSchema.safeParse(data).success).toBe(true);
    change(data);
    expect(sloStandardSchema.safeParse(data).success).toBe(false);
  });

  /** The standard as its file has it: durations as text. */
  function plain() {
    const { pairs, page, policy, prometheus, ...rest } = standard;
    const ms = (value: number) => `${value}ms`;
    return {
      ...rest,
      cites: { ...rest.cites },
      pairs: pairs.map((pair) => ({ ...pair, long: `${pair.long / 1000}s`, short: `${pair.short / 1000}s` })),
      page: { ...page, shortestWindow: ms(page.shortestWindow) },
      policy: { ...policy, window: `${policy.window / 86_400_000}d` },
      prometheus: { maxAge: ms(prometheus.maxAge), connect: ms(prometheus.connect), total: ms(prometheus.total) },
    };
  }
});
