/** The judgement of one run. */
import { z } from 'zod';
import { LAYERS } from '../contract/layers.ts';
import { reasonSchema, verdictSchema } from '../contract/verdict-words.ts';

export const layerVerdictSchema = z.strictObject({
  layer: z.enum(LAYERS),
  declared: z.enum(['declared', 'absent', 'undeclared']),
  why: z.string().optional().describe('the reason of an absent layer'),
  status: z.union([verdictSchema, z.literal('absent')]),
  reason: reasonSchema.optional(),
  rows: z.int().nonnegative(),
  failed: z.array(z.string()).describe('ids of the rows that are not passed, worst first'),
});
export type LayerVerdict = z.output<typeof layerVerdictSchema>;

export const verdictRecordSchema = z.strictObject({
  schema: z.literal('gate10/verdict/v1'),
  verdict: verdictSchema,
  reason: reasonSchema.optional(),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(70)]),
  because: z.array(z.string()).describe('the sentences a person reads, worst first'),
  layers: z.array(layerVerdictSchema),
  coverage: z.strictObject({ proven: z.int(), of: z.int(), absent: z.int() }),
  identityStrength: z.enum(['commit', 'version', 'stamp', 'none']),
  complete: z.boolean().describe('planned = ran, nothing filtered, sharded-and-unmerged or interrupted'),
});
export type VerdictRecord = z.output<typeof verdictRecordSchema>;
