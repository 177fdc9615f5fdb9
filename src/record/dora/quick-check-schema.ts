/** The Quick Check's part of `dora_metrics.json`. */
import { z } from 'zod';

export const quickCheckScores = z.enum([
  'lead_time',
  'deployment_frequency',
  'recovery_time',
  'change_fail_rate',
  'rework_rate',
]);

const score = z.number().min(0).max(10).nullable();

export const quickCheckSchema = z.strictObject({
  id: z.string(),
  source: z.string(),
  scores: z.record(quickCheckScores, score),
  throughput: score.describe('mean of lead time, frequency and recovery; null where one of them is'),
  stability: score.describe('mean of the two rates; null where one of them is'),
  overall: score,
  benchmark: z
    .record(quickCheckScores, z.strictObject({ mean: z.number(), deviation: z.number() }))
    .describe('what all industries answered, as scores'),
  link: z.string().nullable().describe('the Quick Check with these answers filled in'),
  note: z.string().optional(),
});
export type QuickCheck = z.output<typeof quickCheckSchema>;
