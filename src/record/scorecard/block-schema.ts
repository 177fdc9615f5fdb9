/**
 * What every file beside the run has in common that the readiness scorecard reads: `pyramid.json`, `coverage.json`,
 * `flake.json`, `slo.json` in the state folder. What else such a file holds is its own business and is left alone.
 *
 * `<name>.<environment>.json` is read first, where there is one; then `<name>.json`.
 */
import { z } from 'zod';
import { verdictSchema } from '../../contract/verdict-words.ts';

/** A part of the block that is shown by itself: `duration` in seconds, `p95_latency_ms` in milliseconds. */
const blockSuiteSchema = z.looseObject({
  name: z.string().min(1).max(200),
  status: verdictSchema,
  duration: z.number().nonnegative().optional(),
  tests: z.int().nonnegative().optional(),
  p95_latency_ms: z.number().nonnegative().optional(),
});

/** One objective with its error budget; ratios are 0 to 1, a spent budget is 0 or less, null = not known. */
const blockObjectiveSchema = z.looseObject({
  name: z.string().min(1).max(200),
  status: verdictSchema,
  target: z.number().nullable(),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'ratio']).optional().describe('of the value; the target is a share'),
  error_budget_remaining: z.number().nullable(),
});

/** One finding behind the status; it may be better than the whole, never worse. */
const blockCheckSchema = z.looseObject({ name: z.string(), status: verdictSchema });

/** Only what is named here is read. `status` is the file's own judgement: it is recomputed from nothing, but may be overruled. */
export const blockFileSchema = z.looseObject({
  schema: z.string().min(1).describe('such as gate10/coverage/v1'),
  generated_at: z.iso.datetime(),
  status: verdictSchema,
  because: z.array(z.string()).describe('what a person reads, worst first'),
  system: z.string().optional(),
  environment: z.string().optional(),
  commit: z.string().optional().describe('the full id of the commit that was looked at'),
  dirty: z.boolean().optional().describe('the commit had changes that are not in it'),
  inputs: z
    .array(z.looseObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .describe('files relative to where the command ran'),
  totals: z.record(z.string(), z.number().nullable()).optional().describe('a few numbers for one line of a screen'),
  checks: z.array(blockCheckSchema).optional().describe('what the status was worked out from'),
  suites: z.array(blockSuiteSchema).optional().describe('become suites of the scorecard'),
  objectives: z.array(blockObjectiveSchema).optional().describe('become error budgets of the scorecard'),
});
export type BlockFile = z.output<typeof blockFileSchema>;
