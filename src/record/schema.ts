/** What is derived from the history: deployments, incidents, DORA metrics, the readiness scorecard. */
import { z } from 'zod';
import { LAYERS } from '../contract/layers.ts';
import { reasonSchema, verdictSchema } from '../contract/verdict-words.ts';
import { catalogueRatesSchema } from './catalogue-rates.ts';

/** How a deployment was found to be broken. Times in ISO-8601 UTC, durations in minutes. */
export interface DeploymentFailure {
  readonly runId: string;
  readonly detectedAt: string;
  readonly claimed: string | null;
  readonly reality: string;
  readonly timeToDetectMinutes: number | null;
}

/** One build brought to one environment once, and what its runs found. */
export interface Deployment {
  readonly system: string;
  readonly environment: string;
  /** the commit, or the version of a system that only has versions */
  readonly commit: string;
  readonly previousCommit: string | null;
  /** when it was deployed; else its first answer; else when it was first looked for */
  readonly timestamp: string;
  /** null = nobody knows: no deployment time was given and it never answered */
  readonly deployedTime: string | null;
  readonly commitTime: string | null;
  readonly outcome: 'succeeded' | 'failed' | 'unjudged';
  readonly verdict: z.output<typeof verdictSchema>;
  readonly failure: DeploymentFailure | null;
  /** commit → deployed, minutes; null where it cannot be said, or where the commit was deployed before */
  readonly leadTimeMinutes: number | null;
  readonly leadTimeNote: string | null;
  readonly runIds: readonly string[];
}

/** From the first failed run to the next run that proves the environment. */
export interface Incident {
  readonly id: string;
  readonly system: string;
  readonly environment: string;
  readonly commit: string;
  readonly severity: string | null;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly claimed: string | null;
  readonly reality: string;
  readonly detectedBy: string;
  /** known only to people; null until one of them says it */
  readonly rootCause: string | null;
  readonly resolution: string | null;
  readonly timeToDetectMinutes: number | null;
  readonly timeToRestoreMinutes: number | null;
  readonly failedLayers: readonly string[];
  /** every failed run while it was open; the first opened it */
  readonly failedRuns: readonly string[];
  readonly closedByRun: string | null;
}

const rating = { rating: z.string().nullable(), note: z.string().optional() };
const minutes = z.number().nonnegative().nullable();
const date = z.iso.date();

/** `dora_metrics.json`: the seeds' fields, plus the scope, the standard that rates, and notes. */
export const doraMetricsSchema = z.strictObject({
  schema_version: z.literal('1.0'),
  system: z.string(),
  environment: z.string(),
  period_start: date,
  period_end: date.describe('the last day of the period; days are UTC'),
  standard: z.strictObject({ id: z.string(), title: z.string(), year: z.int(), source: z.string() }),
  deployment_frequency: z.strictObject({
    total_deployments: z.int(),
    deployments_per_day: z.number(),
    deployments_per_week: z.number(),
    ...rating,
    deployments: z.array(z.strictObject({ date, commit: z.string(), success: z.boolean().nullable() })),
  }),
  lead_time_for_changes: z.strictObject({
    avg_minutes: minutes,
    p50_minutes: minutes,
    p95_minutes: minutes,
    ...rating,
    recent_deployments: z.array(
      z.strictObject({
        commit: z.string(),
        commit_time: z.iso.datetime(),
        deployed_time: z.iso.datetime(),
        lead_time_minutes: z.number().nonnegative(),
      }),
    ),
  }),
  change_failure_rate: z.strictObject({
    total_deployments: z.int().describe('those that were judged'),
    failed_deployments: z.int(),
    percentage: z.number().nullable(),
    ...rating,
    failures: z.array(
      z.strictObject({
        date,
        commit: z.string(),
        claimed: z.string().nullable(),
        reality: z.string(),
        detected_by: z.string(),
        root_cause: z.string().nullable(),
        resolution: z.string().nullable(),
        time_to_detect_minutes: minutes,
      }),
    ),
  }),
  time_to_restore_service: z.strictObject({
    incidents: z.int(),
    open_incidents: z.int(),
    avg_minutes: minutes,
    p50_minutes: minutes,
    p95_minutes: minutes,
    ...rating,
  }),
});
export type DoraMetrics = z.output<typeof doraMetricsSchema>;

/** `readiness-scorecard.json`: what a release gate reads about one run. */
export const scorecardSchema = z.strictObject({
  schema: z.literal('gate10/scorecard/v1'),
  release: z.string(),
  suites: z
    .array(
      z.strictObject({
        name: z.string(),
        status: verdictSchema,
        duration: z.number().nonnegative().describe('seconds'),
        p50_latency_ms: z.number().nonnegative().optional(),
        p95_latency_ms: z.number().nonnegative().optional(),
      }),
    )
    .min(1),
  waivers: z.array(z.never()).describe('none can be granted yet'),
  generated_at: z.iso.datetime(),
  owner: z.string(),
  overall_passed: z.boolean().describe('recomputed from the verdict, never copied'),
  verdict: verdictSchema,
  reason: reasonSchema.optional(),
  because: z.array(z.string()),
  system: z.string(),
  environment: z.string(),
  commit: z.string().nullable(),
  layers: z.array(
    z.strictObject({
      layer: z.enum(LAYERS),
      status: z.union([verdictSchema, z.literal('absent')]),
      rows: z.int().nonnegative(),
      failed: z.array(z.string()),
      why: z.string().optional().describe('the reason of an absent layer'),
      owner: z.string().optional(),
    }),
  ),
  layer_coverage: z.strictObject({ proven: z.int(), of: z.int(), absent: z.int() }),
  slis: z.array(
    z.strictObject({
      name: z.string(),
      status: verdictSchema,
      value: z.number().nullable(),
      bound: z.number().nullable(),
      objective: z.number(),
      gate: z.number().optional(),
      unit: z.enum(['ms', 'ratio']),
      n: z.int().nonnegative(),
      misses: z.int().nonnegative(),
    }),
  ),
  catalogue: catalogueRatesSchema.describe('what injected faults measured of this suite'),
  run_id: z.string(),
  record_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Scorecard = z.output<typeof scorecardSchema>;
