/** `coverage.json` in the state folder. */
import { z } from 'zod';
import { reasonSchema, verdictSchema } from '../../contract/verdict-words.ts';
import { MEASURES } from './model.ts';

const measure = z.strictObject({
  covered: z.int().nonnegative(),
  total: z.int().nonnegative(),
  unknown_files: z.int().nonnegative().describe('files whose report does not have the measure'),
  at_least: z.boolean().describe('the union could not be told exactly: this is the least'),
  percent: z.number().nullable().describe('null = unknown, or nothing to cover; never taken for 100'),
});

export const checkSchema = z.strictObject({
  name: z.string(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  message: z.string(),
});

export const inputSchema = z.strictObject({
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  format: z.string(),
});

export const coverageRecordSchema = z.strictObject({
  schema: z.literal('gate10/coverage/v1'),
  generated_at: z.iso.datetime(),
  commit: z.string().nullable(),
  verdict: verdictSchema,
  reason: reasonSchema.nullable(),
  inputs: z.array(inputSchema),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['overall', 'package', 'glob']),
      files: z.int().nonnegative(),
      measures: z.record(z.enum(MEASURES), measure),
    }),
  ),
  checks: z.array(checkSchema),
  notes: z.array(z.string()),
});
export type CoverageRecord = z.output<typeof coverageRecordSchema>;
