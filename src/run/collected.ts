/** A test run as plain data: what the runner told us, without the runner's types. */
import type { Evidence } from '../probe/schema.ts';

/** How a failed result broke: seen by an assertion or an action on the page, or by something else. */
export type Breakage = 'assertion' | 'action' | 'other';

export interface CollectedResult {
  readonly retry: number;
  readonly status: 'passed' | 'failed' | 'timedOut' | 'skipped' | 'interrupted';
  readonly durationMs: number;
  readonly errors: readonly string[];
  readonly breakage?: Breakage;
  /** `expect` calls that came to an end */
  readonly assertions: number;
  /** `expect` calls that failed although the test went on as if they had not */
  readonly swallowed: readonly string[];
  /** `expect` calls and steps that were still running when the test ended */
  readonly unfinished: readonly string[];
  readonly evidence: readonly Evidence[];
  /** attachments that claim to be evidence and cannot be read */
  readonly unreadable: readonly string[];
}

export interface CollectedTest {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly file: string;
  readonly line: number;
  readonly expectedStatus: CollectedResult['status'];
  readonly outcome: 'skipped' | 'expected' | 'unexpected' | 'flaky';
  readonly annotations: readonly string[];
  readonly results: readonly CollectedResult[];
}

/** Where an error that belongs to no test came from. */
export type ErrorOrigin = 'worker' | 'loading' | 'reporter' | 'runner';

export interface CollectedError {
  readonly origin: ErrorOrigin;
  readonly message: string;
}

export interface CollectedRun {
  readonly mode: 'test' | 'merge';
  readonly runnerVersion: string;
  readonly status: 'passed' | 'failed' | 'timedout' | 'interrupted';
  readonly forbidOnly: boolean;
  readonly shard?: { readonly current: number; readonly total: number };
  readonly tests: readonly CollectedTest[];
  readonly errors: readonly CollectedError[];
  /** arguments that leave tests out */
  readonly filters: readonly string[];
}

/** Every evidence of the results that count: the last attempt of each test. */
export function countedEvidence(run: CollectedRun): { readonly test: CollectedTest; readonly evidence: Evidence }[] {
  return run.tests.flatMap((test) => (test.results.at(-1)?.evidence ?? []).map((evidence) => ({ test, evidence })));
}
