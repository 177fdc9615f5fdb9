/** `suites/<suite>.ctrf.json` read back as a block: the verdict is worked out again from its tests. */
import { z } from 'zod';
import { verdictSchema } from '../../contract/verdict-words.ts';
import { worstVerdict } from '../../verdict/worst.ts';
import type { BlockFile } from './block-schema.ts';

const count = z.int().nonnegative();
const latency = z.number().nonnegative().nullish();

/** What is read of a suite's CTRF; `rawStatus` is gate10's own word, with the reason after a colon. */
export const suiteFileSchema = z.looseObject({
  reportFormat: z.literal('CTRF'),
  timestamp: z.iso.datetime(),
  results: z.looseObject({
    summary: z.looseObject({ tests: count, passed: count, failed: count, start: z.number(), stop: z.number() }),
    tests: z.array(
      z.looseObject({ name: z.string(), status: z.string(), rawStatus: z.string(), message: z.string().optional() }),
    ),
    environment: z
      .looseObject({
        appName: z.string().optional(),
        testEnvironment: z.string().optional(),
        commit: z.string().optional(),
      })
      .default({}),
    extra: z.looseObject({
      schema: z.literal('gate10/suite/v1'),
      suite: z.string(),
      verdict: verdictSchema,
      dirty: z.boolean().optional(),
      inputs: z.array(z.looseObject({ file: z.string(), sha256: z.string() })),
      latencyMs: z.looseObject({ p95: latency }).optional(),
    }),
  }),
});
type SuiteFile = z.output<typeof suiteFileSchema>;

const MAX_REASONS = 5;

/** The block, or what in the file contradicts something else in it. */
export function toBlockFile({ timestamp, results }: SuiteFile, name: string): BlockFile | string {
  const { summary, tests, environment, extra } = results;
  const words = tests.map(({ rawStatus }) => verdictSchema.safeParse(rawStatus.split(':')[0]?.trim()));
  const status = worstVerdict(words.map((word) => (word.success ? word.data : 'inconclusive'))) ?? 'inconclusive';
  const wrong = findContradiction(results, name, status);
  if (wrong !== undefined) return wrong;
  const p95 = extra.latencyMs?.p95;
  return {
    schema: extra.schema,
    generated_at: timestamp,
    status,
    because: tests
      .filter(({ rawStatus }) => rawStatus !== 'passed')
      .slice(0, MAX_REASONS)
      .map((test) => test.message ?? test.name),
    ...(environment.appName !== undefined && { system: environment.appName }),
    ...(environment.testEnvironment !== undefined && { environment: environment.testEnvironment }),
    ...(environment.commit !== undefined && { commit: environment.commit }),
    ...(extra.dirty !== undefined && { dirty: extra.dirty }),
    inputs: extra.inputs,
    totals: { tests: summary.tests, passed: summary.passed, failed: summary.failed },
    suites: [
      {
        name,
        status,
        duration: Math.max(0, summary.stop - summary.start) / 1000,
        tests: summary.tests,
        ...(typeof p95 === 'number' && { p95_latency_ms: p95 }),
      },
    ],
  };
}

function findContradiction({ summary, tests, extra }: SuiteFile['results'], name: string, status: string) {
  const count = (word: string): number => tests.filter((test) => test.status === word).length;
  if (extra.suite !== name) return `it is the suite ${extra.suite}`;
  if (extra.verdict !== status) return `its tests make it ${status}, it says ${extra.verdict}`;
  if (summary.tests !== tests.length) return `it counts ${summary.tests} tests and lists ${tests.length}`;
  const [passed, failed] = [count('passed'), count('failed')];
  if (summary.passed !== passed || summary.failed !== failed)
    return `it counts ${summary.passed} passed and ${summary.failed} failed, and lists ${passed} and ${failed}`;
  return undefined;
}
