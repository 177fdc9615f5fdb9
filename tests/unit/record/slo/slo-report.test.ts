import { describe, expect, test } from 'vitest';
import type { Objective } from '../../../../src/contract/objectives/objective.ts';
import { type SliReading, unknown } from '../../../../src/record/slo/reading.ts';
import type { SloReport } from '../../../../src/record/slo/slo-schema.ts';
import { readSloStandard } from '../../../../src/record/slo/slo-standard.ts';
import { toSloReport } from '../../../../src/record/slo/to-slo-report.ts';
import { COUNTED, DAY, NOW, objective, reading } from './sample-slo.ts';

const GOOD = reading({ basis: 'counted', n: 100_000, misses: 10 });
const BAD = reading({ basis: 'counted', n: 100_000, misses: 1000 });
/** At 14.41. */
const BURNS = reading({ basis: 'counted', n: 100_000, misses: 1441 });
const OPEN = unknown('stale', 'Nobody looked.');

interface Given {
  readonly over?: Partial<Objective>;
  readonly says: SliReading | ((seconds: number) => SliReading);
}

function report(given: readonly Given[], change: SloReport['change'] = 'other'): Promise<SloReport> {
  const objectives = given.map(({ over }, index) => objective({ id: `o${index + 1}`, ...over }));
  return toSloReport({
    objectives: { objectives, notUsed: ['an alert policy'], digest: 'd'.repeat(64), file: 'contracts/objectives.yaml' },
    standard: readSloStandard(),
    system: 'shop',
    environment: 'production',
    now: NOW,
    change,
    readerOf: ({ id }) => {
      const says = given[Number(id.slice(1)) - 1]?.says ?? OPEN;
      return async (seconds) => (typeof says === 'function' ? says(seconds) : says);
    },
    inputs: () => [],
  });
}

const enforced = { over: { errorBudgetPolicy: 'enforce' as const } };
/** Overspent in the last four weeks, met in the objective's window. */
const spentBefore = (seconds: number) => (seconds === 28 * DAY ? BAD : GOOD);

describe('the worst decides', () => {
  test.each<[string, readonly Given[], string, string | undefined]>([
    ['all met', [{ says: GOOD }, { says: GOOD }], 'passed', undefined],
    ['one missed', [{ says: GOOD }, { says: BAD }], 'failed', undefined],
    ['one missed, one unknown', [{ says: OPEN }, { says: BAD }], 'failed', undefined],
    ['one unknown', [{ says: GOOD }, { says: OPEN }], 'inconclusive', 'stale'],
    ['none at all', [], 'inconclusive', 'not-run'],
    ['none for this environment', [{ over: { environments: ['staging'] }, says: BAD }], 'inconclusive', 'not-run'],
    ['one missed elsewhere', [{ says: GOOD }, { over: { environments: ['staging'] }, says: BAD }], 'passed', undefined],
    ['a spent budget that is only reported', [{ says: spentBefore }], 'passed', undefined],
    ['a spent budget that blocks', [{ ...enforced, says: spentBefore }], 'failed', undefined],
    [
      'a budget that nobody knows',
      [{ ...enforced, says: (seconds) => (seconds === 28 * DAY ? OPEN : GOOD) }],
      'inconclusive',
      'insufficient',
    ],
  ])('%s', async (_, given, verdict, reason) => {
    const found = await report(given);
    expect([found.verdict, found.reason], found.because.join('\n')).toEqual([verdict, reason]);
  });

  test.each([
    ['other', 'blocked', 'failed'],
    ['P0', 'exempt', 'passed'],
    ['security', 'exempt', 'passed'],
  ] as const)('%s changes are %s while the budget is overspent', async (change, changes, verdict) => {
    expect(await report([{ ...enforced, says: spentBefore }], change)).toMatchObject({ changes, verdict });
  });

  test('what is not judged is said all the same', async () => {
    const found = await report([{ says: GOOD }, { over: { environments: ['staging'] }, says: BAD }]);
    expect(found).toMatchObject({
      not_for_this_environment: [{ id: 'o2', environments: ['staging'] }],
      not_used: ['an alert policy'],
    });
  });
});

test('what is not known is null, and never a good value', async () => {
  const { objectives } = await report([{ says: OPEN }]);
  expect(objectives[0]).toMatchObject({
    n: null,
    misses: null,
    value: null,
    bound: null,
    basis: null,
    error_budget: { left: null },
    burn_rates: [],
    alerts: [],
  });
  const half = await report([{ says: (seconds) => (seconds === 300 ? OPEN : GOOD) }]);
  expect(half.objectives[0]?.burn_rates[0]).toEqual({ window: '5m', n: null, burn: null });
  expect(half.objectives[0]?.alerts[0]?.burning).toBe(null);
});

test('a source that cannot look back has neither burn rates nor a policy', async () => {
  const k6 = { kind: 'k6-ratio', file: 'k6.json', bad: 'b', total: 't' } as const;
  const { objectives } = await report([{ over: { indicator: k6 }, says: GOOD }]);
  expect(objectives[0]).toMatchObject({ burn_rates: [], alerts: [], policy: null, error_budget: { left: null } });
});

test.each([
  [100, 1, false],
  [100, 2, true],
])('of %d events in an hour, %d failures page: %s', async (n, misses, burning) => {
  const hour = reading({ basis: 'counted', n, misses });
  const { objectives } = await report([{ over: { indicator: COUNTED }, says: hour }]);
  expect(objectives[0]?.alerts[0]).toMatchObject({ severity: 'page', burning });
});

test.each<[string, readonly number[], boolean]>([
  ['both windows', [300, 3600], true],
  ['the short window only', [300], false],
  ['the long window only', [3600], false],
  ['neither', [], false],
])('a pair burns where %s does: %j', async (_, burningSeconds, burning) => {
  const { objectives } = await report([{ says: (seconds) => (burningSeconds.includes(seconds) ? BURNS : GOOD) }]);
  expect(objectives[0]?.alerts[0]).toMatchObject({ long: '1h', short: '5m', burning });
});
