/** `gate` of `contracts/policy.yaml`: what a release gate believes, and for how long. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

export const gatePolicySchema = z.strictObject({
  proofMaxAge: durationSchema.describe('how old the run may be that proves the commit'),
  proofOf: z
    .string()
    .min(1)
    .optional()
    .describe('the environment that proves it: where it was before; default: its own'),
  rehearsal: z.enum(['required', 'optional']).describe('of the rollback; its terms: "rollback"'),
});
export type GatePolicy = z.output<typeof gatePolicySchema>;
