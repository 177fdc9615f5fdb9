/** The shape of the pyramid, and how many of each level's tests have to pass. The split of 70/20/10 is advice and judges nothing. */
import type { TestsPolicy } from '../../contract/tests-schema.ts';
import { LEVELS, type Level } from '../results/model.ts';
import type { SuiteCheck } from '../suite.ts';
import type { LevelCount, LevelCounts } from './count-levels.ts';
import type { PyramidAuthority } from './pyramid-authority.ts';

export function judgePyramid(
  counts: LevelCounts,
  policy: Pick<TestsPolicy, 'absent' | 'success'>,
  { shape }: PyramidAuthority,
): SuiteCheck[] {
  return [
    ...checkUnknown(counts),
    ...checkShape(counts, policy.absent, shape),
    ...LEVELS.flatMap((level) => checkSuccess(level, counts.levels[level], policy.success[level])),
  ];
}

/** Each of them might be of any level: neither shape nor success could be told. */
function checkUnknown({ unknown: { tests, examples } }: LevelCounts): SuiteCheck[] {
  if (tests === 0) return [];
  const message = `the level of ${tests} tests is not known (${examples.slice(0, 2).join('; ')}): say it in tests.levels of the policy.`;
  return [{ name: 'pyramid levels', status: 'inconclusive', reason: 'insufficient', message }];
}

/** Tests that ran: what is only written down carries nothing. */
function checkShape(
  { levels }: LevelCounts,
  absent: TestsPolicy['absent'],
  { levels: order }: PyramidAuthority['shape'],
): SuiteCheck[] {
  const missing = order.filter((level) => levels[level].executed === 0 && absent[level] === undefined);
  const denied = order.filter((level) => levels[level].executed > 0 && absent[level] !== undefined);
  const there = order.filter((level) => levels[level].executed > 0);
  const steps = there.flatMap((lower, index): SuiteCheck[] => {
    const upper = there[index + 1];
    return upper === undefined ? [] : [checkStep(lower, upper, levels)];
  });
  return [
    ...steps,
    ...missing.map((level): SuiteCheck => {
      const { tests } = levels[level];
      const what = tests > 0 ? `none of the ${tests} ${level} tests ran` : `there is no ${level} test in these files`;
      const message = `${what}: give their results too, or say in tests.absent of the policy why there are none.`;
      return { name: `pyramid ${level}`, status: 'inconclusive', reason: 'not-run', message };
    }),
    ...denied.map((level): SuiteCheck => {
      const message = `tests.absent of the policy says that there are no ${level} tests; ${levels[level].executed} ran.`;
      return { name: `pyramid ${level}`, status: 'warned', message };
    }),
  ];
}

function checkStep(lower: Level, upper: Level, levels: LevelCounts['levels']): SuiteCheck {
  const [below, above] = [levels[lower].executed, levels[upper].executed];
  const name = `pyramid ${lower} > ${upper}`;
  const counted = `${lower} ${below}, ${upper} ${above}`;
  return below > above
    ? { name, status: 'passed', message: `more ${lower} than ${upper} tests: ${counted}.` }
    : { name, status: 'failed', message: `not more ${lower} than ${upper} tests: ${counted}.` };
}

function checkSuccess(level: Level, count: LevelCount, least: number | undefined): SuiteCheck[] {
  const { tests, executed, successRate, quarantined, failed, errors, failures } = count;
  if (tests === 0 || least === undefined) return [];
  const name = `success ${level}`;
  if (successRate === null) {
    const message = `${level}: nothing ran that counts (${tests} tests, ${quarantined} failed in quarantine).`;
    return [{ name, status: 'inconclusive', reason: 'not-run', message }];
  }
  const bad = failed + errors - quarantined;
  const aside = quarantined > 0 ? `; ${quarantined} more failed in quarantine` : '';
  const shown = `${level}: ${executed - quarantined - bad} of ${executed - quarantined} passed, ${least} asked${aside}`;
  if (successRate >= least)
    return [{ name, status: quarantined > 0 || bad > 0 ? 'warned' : 'passed', message: `${shown}${named(failures)}.` }];
  return [{ name, status: 'failed', message: `${shown}${named(failures)}.` }];
}

function named(failures: readonly string[]): string {
  return failures.length === 0 ? '' : ` (failed: ${failures.join('; ')})`;
}

export interface Advice {
  readonly split: Readonly<Partial<Record<Level, number>>>;
  /** of the tests of these levels that ran; null = none did */
  readonly shares: Readonly<Partial<Record<Level, number | null>>>;
  readonly source: string;
}

export function toAdvice({ levels }: LevelCounts, { advice }: PyramidAuthority): Advice {
  const named = LEVELS.filter((level) => advice.split[level] !== undefined);
  const all = named.reduce((sum, level) => sum + levels[level].executed, 0);
  const shares = Object.fromEntries(named.map((level) => [level, all === 0 ? null : levels[level].executed / all]));
  return { split: advice.split, shares, source: advice.source };
}
