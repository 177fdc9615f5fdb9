/** What is derived from the history: deployments, incidents, DORA metrics. */
import { z } from 'zod';
import type { verdictSchema } from '../contract/verdict-words.ts';
import { quickCheckSchema } from './dora/quick-check-schema.ts';

/** Who knows of it: runs of gate10, only somebody's word, or both. */
export type KnownBy = 'observed' | 'told' | 'both';

/** How a deployment was found to be broken. Times in ISO-8601 UTC, durations in minutes. */
export interface DeploymentFailure {
  /** null = no run saw it, it was told */
  readonly runId: string | null;
  readonly detectedAt: string;
  readonly claimed: string | null;
  readonly reality: string;
  readonly detectedBy: string;
  /** known only to people; null until one of them says it */
  readonly rootCause: string | null;
  readonly resolution: string | null;
  readonly timeToDetectMinutes: number | null;
}

/** One reason why a deployment counts as a failed change: DORA's "needs immediate intervention". */
export interface ChangeFailure {
  readonly how: 'gate' | 'told' | 'intervention' | 'incident' | 'rollback' | 'hotfix' | 'revert';
  /** when it was seen, told or undone */
  readonly at: string;
  readonly what: string;
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
  readonly knownBy: KnownBy;
  /** it answered, or somebody said that it was deployed */
  readonly served: boolean;
  /** when it was known to be good: the end of the first proof, else the told deployment; null = never */
  readonly provenAt: string | null;
  /** the last word about it; null = nobody said */
  readonly unplanned: boolean | null;
  /** only of tags or releases: no environment was ever brought back to them */
  readonly isTag: boolean;
  /** in order of time; empty = nothing says that it failed */
  readonly failures: readonly ChangeFailure[];
  /** unplanned, because of an incident; null = nobody who would know was asked */
  readonly isRework: boolean | null;
  /** in words; null where it is no rework */
  readonly reworkReason: string | null;
}

/** From the first failed run, or what was told, to the next run that proves the environment, or what was told of its end. */
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
  readonly knownBy: KnownBy;
  /** the deployment that caused it, and how that is known; null = none, so that it is no failed change */
  readonly attribution: {
    readonly how: 'run' | 'named' | 'time-box';
    readonly commit: string;
    /** `timestamp` of the deployment */
    readonly timestamp: string;
  } | null;
}

const rating = { rating: z.string().nullable(), note: z.string().optional() };
const minutes = z.number().nonnegative().nullable();
const date = z.iso.date();

const told = z.int().nonnegative().describe('how many of them nobody proved: they were only told');
const isoTime = z.iso.datetime();

/** `dora_metrics.json`: the seeds' fields, plus the scope, the standard that rates, and notes. */
export const doraMetricsSchema = z.strictObject({
  schema: z.literal('gate10/dora-metrics/v1'),
  schema_version: z.literal('1.0'),
  generated_at: isoTime.optional(),
  inputs: z
    .strictObject({
      rows: z.int().nonnegative().describe('of the history, all that were read'),
      head: z.string().nullable().describe('hash of the last of them'),
      authority: z.record(z.string(), z.string()).describe('SHA-256 of each file that rates or sets a window'),
    })
    .optional(),
  aliases: z.record(z.string(), z.string()).describe("DORA's names of the blocks"),
  system: z.string(),
  environment: z.string(),
  period_start: date,
  period_end: date.describe('the last day of the period; days are UTC'),
  standard: z.strictObject({ id: z.string(), title: z.string(), year: z.int(), source: z.string() }),
  deployment_frequency: z.strictObject({
    total_deployments: z.int(),
    told_deployments: told,
    deployments_per_day: z.number(),
    deployments_per_week: z.number(),
    ...rating,
    deployments: z.array(z.strictObject({ date, commit: z.string(), success: z.boolean().nullable() })),
  }),
  lead_time_for_changes: z.strictObject({
    method: z
      .enum(['commits', 'deployments'])
      .describe('every commit that was newly deployed, or only those that deployments name'),
    changes: z.int().nonnegative().describe('how many lead times the figures are made of'),
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
    told_deployments: told,
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
        because: z.array(z.string()).describe('every reason why it counts as a failed change'),
      }),
    ),
  }),
  time_to_restore_service: z.strictObject({
    incidents: z.int().describe('those that a deployment caused'),
    open_incidents: z.int(),
    told_incidents: told,
    other_incidents: z.int().nonnegative().describe('without a deployment that caused them: not in the figures'),
    avg_minutes: minutes,
    p50_minutes: minutes,
    p95_minutes: minutes,
    ...rating,
  }),
  deployment_rework_rate: z.strictObject({
    total_deployments: z.int().describe('those of which it is known'),
    rework_deployments: z.int(),
    percentage: z.number().nullable(),
    ...rating,
    deployments: z.array(z.strictObject({ date, commit: z.string(), because: z.string() })),
  }),
  quick_check: quickCheckSchema,
  notes: z.array(z.string()),
});
export type DoraMetrics = z.output<typeof doraMetricsSchema>;
