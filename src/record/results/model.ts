/** What the results of any suite in any language become: one test, one line. */

/**
 * `flaky` = failed first, passed when it was tried again. `error` = it could not be carried out, or its outcome is unknown to
 * the format. `pending` = it is written down, or was begun, and never came to an end.
 */
export const RESULT_STATUSES = ['passed', 'failed', 'skipped', 'flaky', 'error', 'pending'] as const;
export type ResultStatus = (typeof RESULT_STATUSES)[number];

export const LEVELS = ['unit', 'contract', 'integration', 'e2e', 'performance', 'security'] as const;
export type Level = (typeof LEVELS)[number];

export interface TestResult {
  readonly name: string;
  /** where the name is unique: classes, packages, `describe` blocks, joined by " › " */
  readonly suite?: string | undefined;
  /** as the producer wrote it, with "/" */
  readonly file?: string | undefined;
  /** a project of Vitest or Playwright */
  readonly project?: string | undefined;
  /** where the file itself says it */
  readonly level?: Level | undefined;
  readonly status: ResultStatus;
  /** undefined = not said, or not to be understood */
  readonly durationMs?: number | undefined;
  /** how often it was tried again */
  readonly retries: number;
  readonly tags: readonly string[];
}

export const RESULT_FORMATS = {
  ctrf: 'CTRF',
  junit: 'JUnit XML',
  'jest-json': 'the JSON of Vitest or Jest',
  'playwright-json': 'the JSON of Playwright',
  'go-test': 'go test -json',
  'test-run': 'a test run that gate10 recorded',
} as const;
export type ResultFormat = keyof typeof RESULT_FORMATS;

/** Something that makes one wonder about a file. `hides` = a test or a failure may be missing from it. */
export interface Doubt {
  readonly message: string;
  readonly hides: boolean;
}

export interface ResultsFile {
  readonly format: ResultFormat;
  /** hex, of the bytes of the file */
  readonly sha256: string;
  /** at least one */
  readonly tests: readonly TestResult[];
  readonly doubts: readonly Doubt[];
  /** what the file says of itself */
  readonly run?: string | undefined;
  readonly commit?: string | undefined;
}

const EXECUTED: ReadonlySet<ResultStatus> = new Set(['passed', 'failed', 'flaky', 'error']);

/** It ran and came to an end, whatever the end. */
export function wasExecuted({ status }: Pick<TestResult, 'status'>): boolean {
  return EXECUTED.has(status);
}

/** It ended well; perhaps not at once. */
export function succeeded({ status }: Pick<TestResult, 'status'>): boolean {
  return status === 'passed' || status === 'flaky';
}

/** What a test is called in policies, histories and messages: `project › file › suite › name`, without what is not known. */
export function testId({ project, file, suite, name }: Omit<TestResult, 'status' | 'retries' | 'tags'>): string {
  return [project, file, suite, name].filter((part) => part !== undefined && part !== '').join(' › ');
}
