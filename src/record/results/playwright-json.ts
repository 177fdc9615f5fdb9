/** `playwright test --reporter=json`. */
import { z } from 'zod';
import { type JsonRead, readItems } from './json-results.ts';
import type { Doubt, ResultStatus, TestResult } from './model.ts';

const run = z.object({ status: z.string().optional(), duration: z.number() });

const test = z.object({
  projectName: z.string().optional(),
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  results: z.array(run),
});

const spec = z.object({
  title: z.string(),
  tags: z.array(z.string()).default([]),
  tests: z.array(test),
});

interface Suite {
  readonly title: string;
  readonly file?: string | undefined;
  readonly specs?: readonly z.output<typeof spec>[] | undefined;
  readonly suites?: readonly Suite[] | undefined;
}

const suite: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    title: z.string(),
    file: z.string().optional(),
    specs: z.array(spec).optional(),
    suites: z.array(suite).optional(),
  }),
);

const report = z.object({
  errors: z.array(z.unknown()).default([]),
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

export function readPlaywrightJson(chunks: Iterable<string>): JsonRead {
  return readItems(chunks, {
    path: ['suites'],
    item: suite,
    rest: report,
    toTests: (item) => testsIn(item, []),
    toFacts: ({ errors, stats }, tests) => ({ doubts: doubtsOf(errors.length, stats, tests.length) }),
  });
}

function doubtsOf(errors: number, stats: z.output<typeof report>['stats'], seen: number): Doubt[] {
  const declared = stats.expected + stats.unexpected + stats.flaky + stats.skipped;
  return [
    ...(errors > 0 ? [{ message: `the run itself had ${errors} errors, outside of any test`, hides: true }] : []),
    ...(declared === seen
      ? []
      : [{ message: `"stats" count ${declared} tests, ${seen} are listed`, hides: declared > seen }]),
  ];
}

/** The outermost suite is the file. */
function* testsIn({ title, file, specs = [], suites = [] }: Suite, above: readonly string[]): Generator<TestResult> {
  const path = title === file ? above : [...above, title];
  for (const { title: name, tags, tests } of specs) {
    for (const { projectName, status, results } of tests) {
      yield {
        name,
        suite: path.join(' › ') || undefined,
        file,
        project: projectName || undefined,
        status: toStatus(status, results),
        durationMs: results.reduce((sum, { duration }) => sum + duration, 0),
        retries: Math.max(0, results.length - 1),
        tags,
      };
    }
  }
  for (const inner of suites) yield* testsIn(inner, path);
}

/** `expected` without a result never ran; `skipped` may also be a test that an interruption kept from running. */
function toStatus(status: z.output<typeof test>['status'], results: readonly z.output<typeof run>[]): ResultStatus {
  switch (status) {
    case 'expected':
      return results.length === 0 ? 'pending' : 'passed';
    case 'unexpected':
      return results.at(-1)?.status === 'interrupted' ? 'error' : 'failed';
    case 'flaky':
    case 'skipped':
      return status;
  }
}
