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

/** Of each test, by its number; of each build, one byte a test: a history of thousands of tests and builds stays small. */
interface Counting {
  readonly numbers: Map<string, number>;
  readonly last: { status: ResultStatus; at: string }[];
  readonly builds: Map<string, Uint8Array>;
}

export interface FlakeCounter {
  readonly add: (run: ObservedRun) => void;
  readonly result: () => FlakeHistory;
}

export function createFlakeCounter(): FlakeCounter {
  const counting: Counting = { numbers: new Map(), last: [], builds: new Map() };
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
        addOutcome(counting, nth === 1 ? id : `${id}\n${nth}`, build, test.status, at);
      }
    },
    result: () => ({ tests: toHistories(counting), runs: runs.size, commits: commits.size }),
  };
}

function addOutcome(
  { numbers, last, builds }: Counting,
  key: string,
  build: string,
  status: ResultStatus,
  at: string,
): void {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  if (at >= (last[number]?.at ?? '')) last[number] = { status, at };
  const outcomes = roomFor(builds, build, number);
  outcomes[number] = (outcomes[number] ?? 0) | bitsOf(status);
}

function roomFor(builds: Map<string, Uint8Array>, build: string, number: number): Uint8Array {
  const existing = builds.get(build) ?? new Uint8Array(64);
  if (number < existing.length && builds.has(build)) return existing;
  const larger = new Uint8Array(Math.max(2 * existing.length, number + 1));
  larger.set(existing);
  builds.set(build, larger);
  return larger;
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
function toHistories({ numbers, last, builds }: Counting): TestHistory[] {
  const byId = new Map<string, TestHistory>();
  for (const [key, number] of numbers) {
    const [id = ''] = key.split('\n');
    let [observations, flaky] = [0, 0];
    for (const outcomes of builds.values()) {
      const bits = outcomes[number] ?? 0;
      if (bits > 0) observations += 1;
      if (isFlaky(bits)) flaky += 1;
    }
    const known = byId.get(id);
    const status = last[number]?.status ?? 'pending';
    byId.set(id, {
      id,
      observations: (known?.observations ?? 0) + observations,
      flaky: (known?.flaky ?? 0) + flaky,
      last: known?.last === 'failed' || known?.last === 'error' ? known.last : status,
    });
  }
  return [...byId.values()];
}

/** Flaky of all observations; null = there are none. */
export function rateOf(tests: readonly Pick<TestHistory, 'observations' | 'flaky'>[]): number | null {
  const all = tests.reduce((sum, { observations }) => sum + observations, 0);
  return all === 0 ? null : tests.reduce((sum, { flaky }) => sum + flaky, 0) / all;
}
