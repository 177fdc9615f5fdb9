import { describe, expect, it } from 'vitest';
import { loadQuickCheck, type QuickCheckInput, toQuickCheck } from '../../../../src/record/dora/quick-check.ts';

const STANDARD = loadQuickCheck();

/** Lead 2 h (answer 5 → 8), 2 a day (6 → 10), recovery 30 min (6 → 10), 5 % (9.5), 3 % (9.7). */
const GOOD: QuickCheckInput = {
  leadTimeMinutes: { p50: 120, n: 50 },
  deploymentsPerDay: { value: 2, n: 60 },
  recoveryMinutes: { p50: 30, n: 3 },
  changeFailPercent: { value: 5, n: 60 },
  reworkPercent: { value: 3, n: 60 },
};

describe('the Quick Check', () => {
  it("scores five answers as DORA's page does, and links to it", () => {
    expect(toQuickCheck(GOOD, STANDARD)).toMatchObject({
      scores: { lead_time: 8, deployment_frequency: 10, recovery_time: 10, change_fail_rate: 9.5, rework_rate: 9.7 },
      throughput: 9.3, // (8 + 10 + 10) / 3
      stability: 9.6,
      overall: 9.4, // 47.2 / 5
      benchmark: { lead_time: { mean: 5.5, deviation: 2.4 } },
      link: 'https://dora.dev/quickcheck/?leadtime=5&deployfreq=6&failurerecovery=6&changefailure=5&rework=3&v=2025',
    });
  });

  it.each<[string, Partial<QuickCheckInput>, 'throughput' | 'stability']>([
    ['a change fail rate', { changeFailPercent: { value: null, n: 0 } }, 'stability'],
    ['a rework rate', { reworkPercent: { value: null, n: 0 } }, 'stability'],
    ['a lead time', { leadTimeMinutes: { p50: null, n: 0 } }, 'throughput'],
    ['a recovery time', { recoveryMinutes: { p50: null, n: 0 } }, 'throughput'],
    ['enough judged deployments', { changeFailPercent: { value: 0, n: 9 } }, 'stability'],
    ['enough deployments', { deploymentsPerDay: { value: 4, n: 4 } }, 'throughput'],
  ])('gives no score without %s: missing is never perfect', (_, over, part) => {
    const score = toQuickCheck({ ...GOOD, ...over }, STANDARD);
    expect(score).toMatchObject({ overall: null, link: null, [part]: null });
    expect(score.note).toMatch(/^no score without/);
    expect(Object.values(score.scores)).toContain(null);
  });

  it.each([
    [59.9, 10],
    [60, 8],
    [1440, 6],
    [10080, 4],
    [43830, 2],
    [262980, 0],
  ])('scores a lead time of %d minutes %d', (p50, score) => {
    expect(toQuickCheck({ ...GOOD, leadTimeMinutes: { p50, n: 9 } }, STANDARD).scores.lead_time).toBe(score);
  });

  it.each([
    [1.01, 10],
    [1, 8],
    [0.15, 6],
    [1 / 7.1, 4],
    [1 / 31, 2],
    [1 / 200, 0],
  ])('scores %d deployments a day %d', (value, score) => {
    const { scores } = toQuickCheck({ ...GOOD, deploymentsPerDay: { value, n: 9 } }, STANDARD);
    expect(scores.deployment_frequency).toBe(score);
  });
});
