/**
 * How often tests flake. One observation = one test at one commit, however often it was tried there: retries, shards, attempts and
 * repeated runs of a commit add outcomes, never observations. It is flaky where it passed on a retry, or ended both ways.
 */
import { type ResultStatus, type TestResult, testId } from '../results/model.ts';

/** Of one test at one commit. */
const PASSED = 1;
const FAILED = 2;
const RETRIED = 4;

export interface TestHistory {
  readonly id: string;
  readonly observations: number;
  readonly flaky: number;
  /** of the last run that has it */
  readonly last: ResultStatus;
}

export interface FlakeHistory {
  readonly tests: readonly TestHistory[];
  readonly runs: number;
  readonly commits: number;
}

export interface ObservedRun {
  readonly run: string;
  /** null = not known: the run stands for itself */
  readonly commit: string | null;
  /** ISO-8601 UTC */
  readonly recorded_at: string;
  readonly tests: readonly TestResult[];
}

interface Entry {
  readonly byCommit: Map<string, number>;
  last: ResultStatus;
  lastAt: string;
}

export interface FlakeCounter {
  readonly add: (run: ObservedRun) => void;
  readonly result: () => FlakeHistory;
}

export function createFlakeCounter(): FlakeCounter {
  const entries = new Map<string, Entry>();
  const runs = new Set<string>();
  const commits = new Set<string>();
  return {
    add: ({ run, commit, recorded_at: at, tests }) => {
      runs.add(run);
      if (commit !== null) commits.add(commit);
      const build = commit ?? `run ${run}`;
      const seen = new Map<string, number>();
      for (const test of tests) {
        const id = testId(test);
        const nth = (seen.get(id) ?? 0) + 1;
        seen.set(id, nth);
        addOutcome(entries, nth === 1 ? id : `${id}\n${nth}`, build, test.status, at);
      }
    },
    result: () => ({ tests: toHistories(entries), runs: runs.size, commits: commits.size }),
  };
}

function addOutcome(entries: Map<string, Entry>, key: string, build: string, status: ResultStatus, at: string): void {
  const entry = entries.get(key) ?? { byCommit: new Map<string, number>(), last: status, lastAt: at };
  entries.set(key, entry);
  if (at >= entry.lastAt) {
    entry.last = status;
    entry.lastAt = at;
  }
  const bits = bitsOf(status);
  if (bits > 0) entry.byCommit.set(build, (entry.byCommit.get(build) ?? 0) | bits);
}

/** What did not run says nothing about flakes. */
function bitsOf(status: ResultStatus): number {
  switch (status) {
    case 'passed':
      return PASSED;
    case 'failed':
    case 'error':
      return FAILED;
    case 'flaky':
      return PASSED | RETRIED;
    case 'skipped':
    case 'pending':
      return 0;
  }
}

function isFlaky(bits: number): boolean {
  return (bits & RETRIED) !== 0 || ((bits & PASSED) !== 0 && (bits & FAILED) !== 0);
}

/** Tests that share a name are told as one. */
function toHistories(entries: ReadonlyMap<string, Entry>): TestHistory[] {
  const byId = new Map<string, TestHistory>();
  for (const [key, { byCommit, last }] of entries) {
    const [id = ''] = key.split('\n');
    const flaky = [...byCommit.values()].filter(isFlaky).length;
    const known = byId.get(id);
    byId.set(id, {
      id,
      observations: (known?.observations ?? 0) + byCommit.size,
      flaky: (known?.flaky ?? 0) + flaky,
      last: known?.last === 'failed' || known?.last === 'error' ? known.last : last,
    });
  }
  return [...byId.values()];
}

/** Flaky of all observations; null = there are none. */
export function rateOf(tests: readonly Pick<TestHistory, 'observations' | 'flaky'>[]): number | null {
  const all = tests.reduce((sum, { observations }) => sum + observations, 0);
  return all === 0 ? null : tests.reduce((sum, { flaky }) => sum + flaky, 0) / all;
}
