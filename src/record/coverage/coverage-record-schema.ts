/** `coverage.json` in the state folder. */
import { z } from 'zod';
import { readinessFileFields } from '../results/readiness-file-schema.ts';
import { MEASURES } from './model.ts';

const measure = z.strictObject({
  covered: z.int().nonnegative(),
  total: z.int().nonnegative(),
  unknown_files: z.int().nonnegative().describe('files whose report does not have the measure'),
  at_least: z.boolean().describe('the union could not be told exactly: this is the least'),
  percent: z.number().nullable().describe('null = unknown, or nothing to cover; never taken for 100'),
});

export const coverageRecordSchema = z.strictObject({
  schema: z.literal('gate10/coverage/v1'),
  ...readinessFileFields,
  groups: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['overall', 'package', 'glob']),
      files: z.int().nonnegative(),
      measures: z.record(z.enum(MEASURES), measure),
    }),
  ),
});
export type CoverageRecord = z.output<typeof coverageRecordSchema>;
