/** `vitest --reporter=json` and `jest --json`: the same shape, one entry a file. */
import { z } from 'zod';
import { type JsonRead, readItems, summaryDoubt } from './json-results.ts';
import type { ResultStatus, TestResult } from './model.ts';

const count = z.int().nonnegative();

const assertion = z.object({
  ancestorTitles: z.array(z.string()).default([]),
  title: z.string(),
  status: z.enum(['passed', 'failed', 'pending', 'skipped', 'todo', 'disabled', 'focused']),
  duration: z.number().nullish(),
  invocations: z.int().positive().optional(),
  tags: z.array(z.string()).optional(),
});

const file = z.object({
  name: z.string(),
  status: z.string(),
  assertionResults: z.array(assertion),
});

const report = z.object({ numTotalTests: count, numFailedTests: count, success: z.boolean() });

export function readJestJson(chunks: Iterable<string>): JsonRead {
  return readItems(chunks, {
    path: ['testResults'],
    item: file,
    rest: report,
    toTests,
    toFacts: ({ numTotalTests, numFailedTests }, tests) => {
      const own = tests.filter(({ name }) => name !== WHOLE_FILE);
      const failed = own.filter(({ status }) => status === 'failed').length;
      return {
        doubts: [
          ...summaryDoubt('tests', numTotalTests, own.length),
          ...summaryDoubt('failed', numFailedTests, failed),
        ],
      };
    },
  });
}

const WHOLE_FILE = '(the file itself)';

function* toTests({ name, status, assertionResults }: z.output<typeof file>): Generator<TestResult> {
  const where = name.replaceAll('\\', '/');
  for (const { ancestorTitles, title, duration, invocations = 1, tags = [], ...rest } of assertionResults) {
    yield {
      name: title,
      suite: ancestorTitles.filter((each) => each !== '').join(' › ') || undefined,
      file: where,
      status: toStatus(rest.status, invocations),
      durationMs: duration ?? undefined,
      retries: invocations - 1,
      tags,
    };
  }
  // It could not be loaded, or a hook of it failed: none of its tests says so.
  const told = assertionResults.some((each) => each.status === 'failed');
  if (status === 'failed' && !told) yield { name: WHOLE_FILE, file: where, status: 'error', retries: 0, tags: [] };
}

function toStatus(status: z.output<typeof assertion>['status'], invocations: number): ResultStatus {
  switch (status) {
    case 'passed':
      return invocations > 1 ? 'flaky' : 'passed';
    case 'failed':
      return 'failed';
    case 'pending':
    case 'skipped':
    case 'disabled':
      return 'skipped';
    case 'todo':
    case 'focused':
      return 'pending';
  }
}
