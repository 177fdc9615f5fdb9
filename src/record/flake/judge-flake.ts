/** The flake rate over the history, and the run at hand with its quarantine. */
import type { TestsPolicy } from '../../contract/tests-schema.ts';
import type { MergedTest } from '../results/merge-results.ts';
import { succeeded, wasExecuted } from '../results/model.ts';
import type { SuiteCheck } from '../suite.ts';
import { type FlakeHistory, rateOf, type TestHistory } from './flake-rate.ts';

const MAX_NAMED = 20;
const DAY_MS = 86_400_000;

/** Tests in quarantine are counted apart: what is known and owned does not hide what is not. */
export function judgeHistory(
  { tests, runs }: FlakeHistory,
  { rate: most, window, runs: least }: TestsPolicy['flake'],
  isQuarantined: (id: string) => boolean,
): SuiteCheck[] {
  const judged = tests.filter(({ id }) => !isQuarantined(id));
  const rate = rateOf(judged);
  const name = 'flake rate';
  if (runs < least || rate === null) {
    const message = `${runs} runs in the last ${window / DAY_MS} days; a flake rate needs ${least}: record them with "flake --record".`;
    return [{ name, status: 'inconclusive', reason: 'insufficient', message }];
  }
  const observations = judged.reduce((sum, each) => sum + each.observations, 0);
  const message = `flake rate ${shown(rate)} over ${observations} tests at their commits in ${runs} runs; below ${most} asked.`;
  return [{ name, status: rate < most ? 'passed' : 'failed', message }, ...checkTests(judged, most)];
}

/** One test may flake all the time while the rate over all is small. */
function checkTests(tests: readonly TestHistory[], most: number): SuiteCheck[] {
  return tests
    .filter(({ flaky, observations }) => flaky > 0 && flaky >= most * observations)
    .sort((a, b) => b.flaky / b.observations - a.flaky / a.observations)
    .slice(0, MAX_NAMED)
    .map(({ id, flaky, observations }) => {
      const message = `${id}: flaky at ${flaky} of ${observations} commits. Mend it, or put it into quarantine.`;
      return { name: `flaky ${id}`, status: 'warned', message };
    });
}

/** 0.0004 is not 0. */
function shown(rate: number): string {
  return rate === 0 ? '0' : rate.toPrecision(2);
}

/** Failures of the files at hand: those in quarantine are shown, all others fail. */
export function judgeRun(tests: readonly MergedTest[], isQuarantined: (id: string) => boolean): SuiteCheck[] {
  if (tests.length === 0) return [];
  const name = 'this run';
  if (!tests.some(wasExecuted)) {
    return [
      {
        name,
        status: 'inconclusive',
        reason: 'not-run',
        message: `none of the ${tests.length} tests of this run was executed.`,
      },
    ];
  }
  const bad = tests.filter((test) => wasExecuted(test) && !succeeded(test));
  const [held, failed] = [bad.filter(({ id }) => isQuarantined(id)), bad.filter(({ id }) => !isQuarantined(id))];
  const flaky = tests.filter(({ status, bothWays }) => status === 'flaky' || bothWays);
  const summary = `${tests.length} tests in this run, ${failed.length} failed, ${held.length} failed in quarantine, ${flaky.length} flaky.`;
  return [
    { name, status: failed.length > 0 ? 'failed' : 'passed', message: summary },
    ...failed
      .slice(0, MAX_NAMED)
      .map(({ id }): SuiteCheck => ({ name: `failed ${id}`, status: 'failed', message: `failed: ${id}` })),
    ...held.map(
      ({ id }): SuiteCheck => ({ name: `quarantined ${id}`, status: 'warned', message: `failed in quarantine: ${id}` }),
    ),
    ...flaky.slice(0, MAX_NAMED).map(({ id }): SuiteCheck => {
      return { name: `flaked ${id}`, status: 'warned', message: `flaky in this run: ${id}` };
    }),
  ];
}
