/** Several files as one body of tests. */
import { describe, expect, it } from 'vitest';
import { mergeResults } from '../../../../src/record/results/merge-results.ts';
import type { ResultStatus, TestResult } from '../../../../src/record/results/model.ts';

const file = (...tests: [name: string, status: ResultStatus][]) => ({
  name: 'r',
  results: {
    format: 'junit' as const,
    sha256: '',
    doubts: [],
    tests: tests.map(([name, status]): TestResult => ({ name, status, retries: 0, tags: [] })),
  },
});
const merged = (...files: ReturnType<typeof file>[]): string[] =>
  mergeResults(files).map(({ id, status, bothWays }) => `${status} ${id}${bothWays ? ' both' : ''}`);

describe('a test in two files', () => {
  it.each<[ResultStatus, ResultStatus, string]>([
    ['passed', 'passed', 'passed t'],
    ['failed', 'passed', 'failed t both'],
    ['passed', 'error', 'error t both'],
    ['skipped', 'passed', 'passed t'],
    ['pending', 'failed', 'failed t'],
    ['flaky', 'passed', 'flaky t'],
  ])('%s and %s is one: %s', (a, b, expected) => {
    expect(merged(file(['t', a]), file(['t', b]))).toEqual([expected]);
  });
});

it('two tests of one name in one file stay two, and meet their like in another', () => {
  expect(merged(file(['t', 'passed'], ['t', 'failed']))).toEqual(['passed t', 'failed t']);
  expect(merged(file(['t', 'passed'], ['t', 'failed']), file(['t', 'passed'], ['t', 'passed']))).toEqual([
    'passed t',
    'failed t both',
  ]);
});

it('shards are added up', () => {
  expect(merged(file(['a', 'passed']), file(['b', 'failed']))).toEqual(['passed a', 'failed b']);
});
