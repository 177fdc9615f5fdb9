/** `environments.*.sampling`: how the service levels of one run are sampled. */
import { z } from 'zod';

export const samplingSchema = z.strictObject({
  ratePerSecond: z.number().positive().max(5000),
  samples: z.int().min(20).max(200_000),
  maxSamples: z.int().min(20).max(400_000).optional().describe('sampling goes on to here while a claim is undecided'),
  warmup: z.int().nonnegative(),
  confidence: z.number().gt(0.5).lt(1),
  maxInFlight: z.int().positive().describe('requests under way; what is due beyond it counts as a miss'),
});
