/** The rate at its edge, too little history, and what a quarantine lets pass and does not. */
import { describe, expect, it } from 'vitest';
import type { Quarantined } from '../../../../src/contract/tests-schema.ts';
import { judgeHistory, judgeRun } from '../../../../src/record/flake/judge-flake.ts';
import { checkQuarantine, toQuarantine } from '../../../../src/record/flake/quarantine.ts';
import type { MergedTest } from '../../../../src/record/results/merge-results.ts';
import type { ResultStatus } from '../../../../src/record/results/model.ts';

const POLICY = { rate: 0.1, window: 30 * 86_400_000, runs: 5 };
const NOW = new Date('2026-06-15T12:00:00Z');
const entry = (given: Partial<Quarantined> = {}): Quarantined => ({
  ...{
    test: 'known*',
    owner: 'Shop team',
    reason: 'waits for the mail server',
    granted: '2026-06-01',
    expires: '2026-07-01',
  },
  ...given,
});
const quarantine = (...tests: Quarantined[]) => toQuarantine({ maxDays: 90, maxTests: 2, tests }, NOW);
const test = (id: string, status: ResultStatus): MergedTest => ({
  ...{ id, status, bothWays: false, report: 'r' },
  test: { name: id, status, retries: 0, tags: [] },
});
const words = (checks: readonly { name: string; status: string }[]): string[] =>
  checks.map(({ name, status }) => `${status} ${name}`);

describe('the rate', () => {
  const history = (flaky: number, observations: number, runs = 5) => ({
    ...{ runs, commits: runs },
    tests: [
      { id: 'some', observations: observations - flaky, flaky: 0, last: 'passed' as const },
      { id: 'known', observations: flaky, flaky, last: 'passed' as const },
    ],
  });
  it.each<[string, [number, number, number?], string]>([
    ['is below', [9, 100], 'passed flake rate'],
    ['is reached', [10, 100], 'failed flake rate'],
    ['is over too few runs', [0, 100, 4], 'inconclusive flake rate'],
    ['is over nothing', [0, 0], 'inconclusive flake rate'],
  ])('%s', (_, given, expected) => {
    expect(words(judgeHistory(history(...given), POLICY, () => false))[0]).toBe(expected);
  });

  it('leaves what is in quarantine to it', () => {
    expect(words(judgeHistory(history(50, 100), POLICY, (id) => id === 'known'))).toEqual(['passed flake rate']);
  });

  it('names the test that flakes though all together do not', () => {
    expect(words(judgeHistory(history(2, 100), POLICY, () => false))).toEqual([
      'passed flake rate',
      'warned flaky known',
    ]);
  });
});

describe('a run', () => {
  it('fails by a failure outside of quarantine, and shows those inside', () => {
    const tests = [test('a', 'passed'), test('known b', 'failed')];
    expect(words(judgeRun(tests, quarantine(entry()).holds))).toEqual([
      'passed this run',
      'warned quarantined known b',
    ]);
    expect(words(judgeRun(tests, quarantine().holds))).toEqual(['failed this run', 'failed failed known b']);
    expect(words(judgeRun([...tests, test('c', 'error')], quarantine(entry()).holds))[0]).toBe('failed this run');
  });

  it('shows what passed on a retry', () => {
    expect(words(judgeRun([test('a', 'flaky')], () => false))).toEqual(['passed this run', 'warned flaked a']);
  });

  it('in which nothing was executed says nothing', () => {
    expect(words(judgeRun([test('a', 'skipped')], () => false))).toEqual(['inconclusive this run']);
  });
});

describe('a quarantine', () => {
  const check = (entries: Quarantined[], tests: MergedTest[]): string[] =>
    words(checkQuarantine(quarantine(...entries), tests, { maxTests: 2 }));
  it.each<[string, Quarantined[], MergedTest[], string[]]>([
    ['in use', [entry()], [test('known a', 'failed')], []],
    ['whose test passes', [entry()], [test('known a', 'passed')], []],
    ['on its last day', [entry({ expires: '2026-06-16' })], [test('known a', 'failed')], []],
    ['that has lapsed', [entry({ expires: '2026-06-15' })], [test('known a', 'passed')], ['failed quarantine known*']],
    [
      'that has not begun',
      [entry({ granted: '2026-06-16' })],
      [test('known a', 'passed')],
      ['failed quarantine known*'],
    ],
    ['of no test', [entry({ test: 'gone' })], [test('known a', 'passed')], ['warned quarantine gone']],
    ['whose test was kept from running', [entry()], [test('known a', 'skipped')], ['warned quarantine known* idle']],
    ['of too many', [entry()], ['a', 'b', 'c'].map((one) => test(`known ${one}`, 'passed')), ['failed quarantine cap']],
  ])('%s', (_, entries, tests, expected) => {
    expect(check(entries, tests)).toEqual(expected);
  });

  it('that has lapsed holds nothing', () => {
    expect(quarantine(entry({ expires: '2026-06-15' })).holds('known a')).toBe(false);
    expect(quarantine(entry()).holds('known a')).toBe(true);
    expect(quarantine(entry()).holds('another')).toBe(false);
  });
});
