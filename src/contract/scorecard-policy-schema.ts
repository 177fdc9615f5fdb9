/** `scorecard` of `contracts/policy.yaml`: what a release cannot do without, and how old it may be. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

/** The parts of a readiness scorecard that judge. */
export const READINESS_BLOCKS = [
  'production',
  'vulnerabilities',
  'secrets',
  'performance',
  'pyramid',
  'coverage',
  'flake',
  'slo',
] as const;
export type ReadinessBlock = (typeof READINESS_BLOCKS)[number];

export const scorecardPolicySchema = z.strictObject({
  required: z
    .array(z.enum(READINESS_BLOCKS))
    .describe('what has to be passed or warned; the production run always has to be'),
  maxAge: durationSchema.describe('what is older counts as stale'),
});
export type ScorecardPolicy = z.output<typeof scorecardPolicySchema>;
