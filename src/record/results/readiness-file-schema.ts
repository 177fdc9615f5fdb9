/** What `pyramid.json`, `coverage.json` and `flake.json` have in common: the scorecard reads these fields. */
import { z } from 'zod';
import { reasonSchema, verdictSchema } from '../../contract/verdict-words.ts';

export const recordedCheckSchema = z.strictObject({
  name: z.string(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  message: z.string(),
});

export const readinessFileFields = {
  generated_at: z.iso.datetime(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  because: z.array(z.string()).describe('what a person reads, worst first'),
  commit: z.string().optional().describe('of the repository where the command ran'),
  dirty: z.boolean().optional(),
  inputs: z.array(z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), format: z.string() })),
  totals: z.record(z.string(), z.number().nullable()).describe('null = not known'),
  checks: z.array(recordedCheckSchema),
  notes: z.array(z.string()),
};

const readinessFile = z.strictObject(readinessFileFields);
export type ReadinessFile = z.output<typeof readinessFile>;
