/** Several results files as one body of tests: what is in two files (a shard run again, another report of it) counts once. */
import { type ResultStatus, type ResultsFile, type TestResult, testId } from './model.ts';

export interface MergedTest {
  readonly id: string;
  readonly test: TestResult;
  /** the worst of all files */
  readonly status: ResultStatus;
  /** it passed here and failed there */
  readonly bothWays: boolean;
  /** the first file that has it, as it was named */
  readonly report: string;
}

export interface NamedResults {
  readonly name: string;
  readonly results: ResultsFile;
}

/** Worst first. */
const ORDER: readonly ResultStatus[] = ['error', 'failed', 'flaky', 'passed', 'pending', 'skipped'];

/**
 * Two tests of one file may share a name (a table of cases): the first of that name in one file is the first in another.
 * Within one file they stay two.
 */
export function mergeResults(files: readonly NamedResults[]): MergedTest[] {
  const byKey = new Map<string, MergedTest>();
  for (const { name, results } of files) {
    const seen = new Map<string, number>();
    for (const test of results.tests) {
      const id = testId(test);
      const nth = (seen.get(id) ?? 0) + 1;
      seen.set(id, nth);
      const key = nth === 1 ? id : `${id}\n${nth}`;
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, { id, test, status: test.status, bothWays: false, report: name });
      else byKey.set(key, withAnother(known, test));
    }
  }
  return [...byKey.values()];
}

function withAnother(known: MergedTest, test: TestResult): MergedTest {
  const status = worseOf(known.status, test.status);
  return { ...known, status, bothWays: known.bothWays || isBothWays(known.status, test.status) };
}

function worseOf(a: ResultStatus, b: ResultStatus): ResultStatus {
  return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
}

function isBothWays(a: ResultStatus, b: ResultStatus): boolean {
  const good = (status: ResultStatus): boolean => status === 'passed' || status === 'flaky';
  const bad = (status: ResultStatus): boolean => status === 'failed' || status === 'error';
  return (good(a) && bad(b)) || (bad(a) && good(b));
}
