/**
 * `readiness-scorecard.json`: what a release gate reads about one run. Objects are open: a field that this gate10 does not
 * know is no error, and the one at the top level is kept when the file is written anew.
 */
import { z } from 'zod';
import { LAYERS } from '../../contract/layers.ts';
import { READINESS_BLOCKS } from '../../contract/scorecard-policy-schema.ts';
import { reasonSchema, verdictSchema } from '../../contract/verdict-words.ts';
import { catalogueRatesSchema } from '../catalogue-rates.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `stale` = of another commit, environment or time; `unknown` = there is nothing that can be read and believed. */
const blockStatusSchema = z.union([verdictSchema, z.enum(['stale', 'unknown'])]);
export type BlockStatus = z.output<typeof blockStatusSchema>;

export const scorecardBlockSchema = z.object({
  status: blockStatusSchema,
  required: z.boolean().describe('as the policy says: overall_passed needs it'),
  why: z.string().optional().describe('why it is stale or unknown'),
  because: z.array(z.string()),
  said: verdictSchema.optional().describe('what the file itself says, where that does not count'),
  generated_at: z.iso.datetime().optional(),
  commit: z.string().optional(),
  environment: z.string().optional(),
  file: z.string().optional().describe('relative to the state folder'),
  sha256: sha256.optional(),
  totals: z.record(z.string(), z.number().nullable()).optional(),
});
export type ScorecardBlock = z.output<typeof scorecardBlockSchema>;

const suiteSchema = z.object({
  name: z.string(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  duration: z.number().nonnegative().optional().describe('seconds'),
  tests: z.int().nonnegative().optional(),
  p50_latency_ms: z.number().nonnegative().optional(),
  p95_latency_ms: z.number().nonnegative().optional(),
});
export type ScorecardSuite = z.output<typeof suiteSchema>;

const waiverSchema = z.object({
  id: z.string(),
  covers: z.string(),
  what: z.string(),
  owner: z.string(),
  approved_by: z.string(),
  reason: z.string(),
  granted: z.iso.date(),
  expires: z.iso.date(),
  status: z.enum(['in-force', 'expired', 'not-yet']),
});

const errorBudgetSchema = z.object({
  name: z.string(),
  status: verdictSchema,
  target: z.number().nullable(),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'ratio']).optional().describe('of the value; the target is a share'),
  error_budget_remaining: z.number().nullable().describe('share of the budget that is left; null = not known'),
});

const share = z.number().nullable();
const minutes = z.number().nonnegative().nullable();
const rated = { rating: z.string().nullable() };

/** The keys of `dora_metrics.json`, as they stood. `unknown` and `stale` say why. */
export const doraSnapshotSchema = z.object({
  status: z.enum(['measured', 'stale', 'unknown']),
  why: z.string().optional(),
  file: z.string().optional(),
  sha256: sha256.optional(),
  period_start: z.iso.date().optional(),
  period_end: z.iso.date().optional(),
  standard: z.string().optional(),
  deployment_frequency: z
    .object({ total_deployments: z.int(), deployments_per_day: z.number().nullable(), ...rated })
    .optional(),
  lead_time_for_changes: z.object({ p50_minutes: minutes, p95_minutes: minutes, ...rated }).optional(),
  change_failure_rate: z.object({ percentage: z.number().nullable(), ...rated }).optional(),
  time_to_restore_service: z.object({ avg_minutes: minutes, p95_minutes: minutes, ...rated }).optional(),
  deployment_rework_rate: z.object({ percentage: z.number().nullable(), ...rated }).optional(),
});
export type DoraSnapshot = z.output<typeof doraSnapshotSchema>;

export const scorecardSchema = z.object({
  schema: z.literal('gate10/scorecard/v1'),
  release: z.string(),
  suites: z.array(suiteSchema).min(1),
  waivers: z.array(waiverSchema).describe('those of the policy; none of a whole suite can be granted'),
  generated_at: z.iso.datetime(),
  owner: z.string(),
  overall_passed: z.boolean().describe('recomputed from the verdict and the required blocks, never copied'),
  overall_because: z.array(z.string()).describe('what keeps it from being passed'),
  verdict: verdictSchema,
  reason: reasonSchema.optional(),
  because: z.array(z.string()),
  system: z.string(),
  environment: z.string(),
  commit: z.string().nullable(),
  commit_subject: z.string().optional(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  layers: z.array(
    z.object({
      layer: z.enum(LAYERS),
      status: z.union([verdictSchema, z.literal('absent')]),
      rows: z.int().nonnegative(),
      failed: z.array(z.string()),
      why: z.string().optional().describe('the reason of an absent layer'),
      owner: z.string().optional(),
    }),
  ),
  layer_coverage: z.object({ proven: z.int(), of: z.int(), absent: z.int() }),
  slis: z.array(
    z.object({
      name: z.string(),
      status: verdictSchema,
      value: share,
      bound: share,
      confidence: z.number(),
      objective: z.number(),
      gate: z.number().optional(),
      unit: z.enum(['ms', 'ratio']),
      n: z.int().nonnegative(),
      misses: z.int().nonnegative(),
    }),
  ),
  blocks: z.record(z.enum(READINESS_BLOCKS), scorecardBlockSchema),
  error_budgets: z.array(errorBudgetSchema),
  dora: doraSnapshotSchema,
  catalogue: catalogueRatesSchema.describe('what injected faults measured of this suite'),
  evidence: z.array(z.object({ file: z.string(), sha256, of: z.string() })).describe('what all of this rests on'),
  policy: z.object({ required: z.array(z.string()), max_age_seconds: z.number() }),
  run_id: z.string(),
  record_sha256: sha256,
});
export type Scorecard = z.output<typeof scorecardSchema>;
