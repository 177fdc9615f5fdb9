/** `gate` of `contracts/policy.yaml`: what a release gate believes, and for how long. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';

/** The numbers are the team's: no standard says which ones a release may go on with. */
const metricSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, ".", "_" and "-", at most 63, a letter first')
      .describe('such as error-rate'),
    query: z
      .string()
      .max(4000)
      .regex(/\S/, 'a PromQL expression')
      .describe('PromQL; it has to give exactly one series. Its window is part of it, such as [5m]'),
    min: z.number().optional().describe('the least that it may be, in the unit of the query'),
    max: z.number().optional().describe('the most that it may be'),
    maxAge: durationSchema
      .refine((ms) => ms > 0, { error: 'more than nothing' })
      .optional()
      .describe('how old the answer may be; default: as authority/google-sre-30d.yaml has it'),
    environment: z.string().min(1).optional().describe('whose Prometheus is asked; default: that of the gate'),
    tokenSecret: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')
      .optional()
      .describe('the environment variable with a bearer token'),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { error: 'it has neither "min" nor "max"' })
  .refine(({ min = -Infinity, max = Infinity }) => min <= max, { error: '"min" is more than "max"' });
export type GateMetric = z.output<typeof metricSchema>;

/** A query may cost a Prometheus much; all of them are asked at once. */
const MAX_METRICS = 50;

export const gatePolicySchema = z.strictObject({
  proofMaxAge: durationSchema.describe('how old the run may be that proves the commit'),
  proofOf: z
    .string()
    .min(1)
    .optional()
    .describe('the environment that proves it: where it was before; default: its own'),
  rehearsal: z.enum(['required', 'optional']).describe('of the rollback; its terms: "rollback"'),
  metrics: z
    .array(metricSchema)
    .max(MAX_METRICS)
    .refine((metrics) => new Set(metrics.map(({ name }) => name)).size === metrics.length, {
      error: 'two metrics have the same name',
    })
    .optional()
    .describe('what a Prometheus has to say when the gate decides'),
});
export type GatePolicy = z.output<typeof gatePolicySchema>;
