/** `tests/<run>.<digest>.json` in the state folder: the results of one file of one run, in the model of all suites. */
import { z } from 'zod';
import { LEVELS, RESULT_STATUSES } from './model.ts';

const text = z.string().min(1).max(4000);

export const recordedTestSchema = z.strictObject({
  name: text,
  suite: text.optional(),
  file: text.optional(),
  project: text.optional(),
  level: z.enum(LEVELS).optional(),
  status: z.enum(RESULT_STATUSES),
  durationMs: z.number().nonnegative().optional(),
  retries: z.int().nonnegative(),
  tags: z.array(z.string()),
});

export const testRunSchema = z.strictObject({
  schema: z.literal('gate10/test-run/v1'),
  run: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots and dashes, at most 100'),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .nullable()
    .describe('null = not known: only retries can show a flake'),
  recorded_at: z.iso.datetime(),
  source: z.strictObject({
    file: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    format: z.string(),
  }),
  doubts: z.array(z.strictObject({ message: z.string(), hides: z.boolean() })),
  tests: z.array(recordedTestSchema).min(1),
});
export type TestRun = z.output<typeof testRunSchema>;
