/** CTRF 0.0.0 (ctrf.io): what is needed is checked, what is besides is left alone. */
import { z } from 'zod';
import { type JsonRead, readItems, summaryDoubt } from './json-results.ts';
import { LEVELS, type Level, type ResultStatus, type TestResult } from './model.ts';

const count = z.int().nonnegative();

const test = z.object({
  name: z.string().min(1),
  status: z.enum(['passed', 'failed', 'skipped', 'pending', 'other']),
  rawStatus: z.string().optional(),
  duration: z.number().nonnegative().optional(),
  retries: count.optional(),
  flaky: z.boolean().optional(),
  suite: z.union([z.string(), z.array(z.string())]).optional(),
  filePath: z.string().optional(),
  type: z.string().optional(),
  browser: z.string().optional(),
  tags: z.array(z.string()).optional(),
});
type CtrfTest = z.output<typeof test>;

const report = z.object({
  results: z.object({
    summary: z.object({ tests: count, passed: count, failed: count }),
    environment: z.object({ commit: z.string().optional(), buildId: z.string().optional() }).optional(),
  }),
});

export function readCtrf(chunks: Iterable<string>): JsonRead {
  return readItems(chunks, {
    path: ['results', 'tests'],
    item: test,
    rest: report,
    toTests: (item) => [toTest(item)],
    toFacts: ({ results: { summary, environment } }, tests) => ({
      commit: environment?.commit,
      doubts: [
        ...summaryDoubt('tests', summary.tests, tests.length),
        ...summaryDoubt('failed', summary.failed, tests.filter(({ status }) => status === 'failed').length),
      ],
    }),
  });
}

function toTest(item: CtrfTest): TestResult {
  const { name, suite, filePath, duration, retries = 0, type, tags = [], browser } = item;
  return {
    name,
    suite: Array.isArray(suite) ? suite.join(' › ') : suite,
    file: filePath?.replaceAll('\\', '/'),
    project: browser,
    level: toLevel(type),
    status: toStatus(item),
    durationMs: duration,
    retries,
    tags,
  };
}

/** `other` is every outcome that CTRF has no word for: not known to be good, unless it is only a plan (`todo` of Jest). */
function toStatus({ status, rawStatus, flaky, retries = 0 }: CtrfTest): ResultStatus {
  switch (status) {
    case 'passed':
      return flaky === true || retries > 0 ? 'flaky' : 'passed';
    case 'other':
      return rawStatus === 'todo' ? 'pending' : 'error';
    case 'failed':
    case 'skipped':
    case 'pending':
      return status;
  }
}

function toLevel(type: string | undefined): Level | undefined {
  return LEVELS.find((level) => level === type?.toLowerCase());
}
