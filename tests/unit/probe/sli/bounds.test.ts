import { describe, expect, it } from 'vitest';
import {
  binomialAtMost,
  decide,
  lowerMissShare,
  samplesNeeded,
  upperMissShare,
  upperQuantileRank,
} from '../../../../src/probe/sli/bounds.ts';
import fc from '../../seeded.ts';

describe('samples needed to show a ratio', () => {
  // misses:                     0     1     2     5     10
  it.each([
    [0.95, 0.95, [59, 93, 124, 208, 336]],
    [0.95, 0.99, [90, 130, 165, 259, 398]],
    [0.99, 0.95, [299, 473, 628, 1049, 1693]],
    [0.99, 0.99, [459, 662, 838, 1307, 2010]],
    [0.999, 0.95, [2995, 4742, 6294, 10511, 16959]],
    [0.999, 0.99, [4603, 6636, 8403, 13105, 20140]],
  ])('%f at a confidence of %f', (ratio, confidence, numbers) => {
    expect([0, 1, 2, 5, 10].map((misses) => samplesNeeded(misses, ratio, confidence))).toEqual(numbers);
  });

  it('no number shows a ratio of 1', () => {
    expect(samplesNeeded(0, 1, 0.95)).toBeUndefined();
  });
});

describe('the binomial sum', () => {
  it('is the sum of its terms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, share) => {
        let term = (1 - share) ** n;
        let sum = 0;
        for (let misses = 0; misses < n; misses += 1) {
          sum += term;
          expect(binomialAtMost(misses, n, share)).toBeCloseTo(sum, 9);
          term *= ((n - misses) / (misses + 1)) * (share / (1 - share));
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [5, 5, 0.3, 1],
    [-1, 5, 0.3, 0],
    [2, 5, 0, 1],
    [2, 5, 1, 0],
  ])('at the edge: at most %i of %i at %f is %f', (misses, n, share, chance) => {
    expect(binomialAtMost(misses, n, share)).toBe(chance);
  });
});

describe('bounds of the share of misses', () => {
  it('are those of Clopper and Pearson', () => {
    // 0 of n: 1 − (1 − confidence)^(1/n); n of n: its mirror image.
    expect(upperMissShare(0, 100, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 100), 10);
    expect(lowerMissShare(100, 100, 0.95)).toBeCloseTo(0.05 ** (1 / 100), 10);
    expect(upperMissShare(10, 100, 0.975)).toBeCloseTo(0.176222598, 6);
    expect(lowerMissShare(10, 100, 0.975)).toBeCloseTo(0.049004689, 6);
  });

  it('claim nothing without data', () => {
    expect(upperMissShare(0, 0, 0.95)).toBe(1);
    expect(lowerMissShare(0, 0, 0.95)).toBe(0);
  });

  it('lie around what was measured', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
        const misses = Math.floor(n * part);
        expect(lowerMissShare(misses, n, 0.95)).toBeLessThanOrEqual(misses / n);
        expect(upperMissShare(misses, n, 0.95)).toBeGreaterThanOrEqual(misses / n);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a decision', () => {
  it.each<[number, number, number, string]>([
    [0, 58, 0.95, 'undecided'],
    [0, 59, 0.95, 'shown'],
    [3, 59, 0.95, 'undecided'],
    [12, 59, 0.95, 'refuted'],
    [0, 2994, 0.999, 'undecided'],
    [0, 2995, 0.999, 'shown'],
    [8, 2995, 0.999, 'refuted'],
    [0, 0, 0.95, 'undecided'],
    [0, 1_000_000, 1, 'undecided'],
    [1, 10, 1, 'refuted'],
    [59, 59, 0.95, 'refuted'],
  ])('%i misses in %i for %f: %s', (misses, n, ratio, decision) => {
    expect(decide(misses, n, ratio, 0.95)).toBe(decision);
  });
});

describe('the upper bound of a quantile', () => {
  it.each([
    [58, 0.95, undefined],
    [59, 0.95, 59],
    [298, 0.99, undefined],
    [299, 0.99, 299],
  ])('of %i samples for P%f is the one of rank %s', (n, ratio, rank) => {
    expect(upperQuantileRank(n, ratio, 0.95)).toBe(rank);
  });

  it('lies at or under a threshold exactly where the claim is shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 60 }), (n, over) => {
        const misses = Math.min(over, n);
        const rank = upperQuantileRank(n, 0.95, 0.95);
        const underThreshold = rank !== undefined && rank <= n - misses;
        expect(underThreshold).toBe(decide(misses, n, 0.95, 0.95) === 'shown');
      }),
      { numRuns: 200 },
    );
  });
});
