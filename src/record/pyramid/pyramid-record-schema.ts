/** `pyramid.json` in the state folder. */
import { z } from 'zod';
import { verdictSchema } from '../../contract/verdict-words.ts';
import { LEVELS } from '../results/model.ts';
import { readinessFileFields } from '../results/readiness-file-schema.ts';

const count = z.int().nonnegative();
const level = z.enum(LEVELS);
const rate = z.number().min(0).max(1).nullable();

export const pyramidRecordSchema = z.strictObject({
  schema: z.literal('gate10/pyramid/v1'),
  ...readinessFileFields,
  levels: z.record(
    level,
    z.strictObject({
      tests: count,
      executed: count,
      passed: count,
      flaky: count,
      failed: count,
      errors: count,
      skipped: count,
      pending: count,
      quarantined: count.describe('failed in quarantine'),
      success_rate: rate.describe('of what ran, without failures in quarantine; null = nothing ran'),
      duration_ms: z.number().nonnegative(),
    }),
  ),
  unknown_level: z.strictObject({ tests: count, examples: z.array(z.string()) }),
  advice: z.strictObject({
    split: z.partialRecord(level, z.number()),
    shares: z.partialRecord(level, rate),
    source: z.string(),
  }),
  endpoints: z
    .strictObject({
      file: z.string(),
      contracts: z.array(z.strictObject({ name: z.string(), covered: count, of: count })),
    })
    .nullable()
    .describe('null = not known'),
  suites: z.array(
    z.strictObject({
      name: z.string(),
      status: verdictSchema,
      duration: z.number().nonnegative().describe('seconds'),
      tests: count,
    }),
  ),
});
export type PyramidRecord = z.output<typeof pyramidRecordSchema>;
