/**
 * What a probe says: one row per promise, and the events of a check engine's run.
 *
 * A row is the only finding type from here to the scorecard. Nothing downstream turns a row green.
 */
import { z } from 'zod';
import { LAYERS } from '../contract/layers.ts';
import { reasonSchema, verdictSchema } from '../contract/verdict-words.ts';

export { EVIDENCE_MEDIA_TYPE } from './evidence-media-type.ts';

export const attemptSchema = z.strictObject({
  at: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  outcome: z.string().describe('status code, or the transport error that made a retry necessary'),
});

export const rowSchema = z
  .strictObject({
    id: z.string().min(1).max(300).describe('stable: layer "." what, e.g. integration.app-api./health'),
    layer: z.enum(LAYERS),
    title: z.string().min(1),
    severity: z.enum(['P0', 'P1', 'P2', 'P3']),
    status: verdictSchema,
    reason: reasonSchema.optional(),
    message: z
      .string()
      .optional()
      .describe('what is wrong, what was expected, where to look; for failed, warned and inconclusive'),
    expected: z.string().optional(),
    actual: z.string().optional(),
    at: z.iso.datetime(),
    durationMs: z.number().nonnegative(),
    attempts: z.array(attemptSchema).optional().describe('more than one = a transport error was retried once'),
    evidence: z.record(z.string(), z.json()).optional().describe('small redacted facts'),
    authority: z.string().optional(),
    source: z.string().optional().describe('file:line of the promise'),
  })
  .refine((row) => row.status !== 'inconclusive' || row.reason !== undefined, {
    error: 'an inconclusive row says why',
  });

export type Row = z.output<typeof rowSchema>;

/** A row that the plan demands; planned = ran is part of the verdict. */
export const plannedRowSchema = z.strictObject({
  id: z.string().min(1),
  layer: z.enum(LAYERS),
  title: z.string(),
  severity: z.enum(['P0', 'P1', 'P2', 'P3']),
  /** who produces it: the check engine, the browser tests, the journeys, the sampling phase, the run's own closing checks */
  by: z.enum(['settle', 'engine', 'browser', 'journey', 'sampling', 'confirm']),
  source: z.string().optional(),
  authority: z.string().optional(),
});
export type PlannedRow = z.output<typeof plannedRowSchema>;

export const planSchema = z.strictObject({
  schema: z.literal('gate10/plan/v1'),
  system: z.string(),
  environment: z.string(),
  expected: z.strictObject({ commit: z.string().optional(), version: z.string().optional() }),
  previousCommit: z.string().optional(),
  /** operations that are in the expected commit's API contract and not in the previous one's: "GET /reranker/health" */
  newOperations: z.array(z.string()),
  newOperationsUnknown: z.string().optional().describe('why it cannot be known which operations are new'),
  rows: z.array(plannedRowSchema).min(1),
  contractDigest: z.string(),
  digest: z.string().describe('SHA-256 of the canonical JSON of everything above'),
});
export type Plan = z.output<typeof planSchema>;

/** What a served instance says about itself. */
export const identitySampleSchema = z.strictObject({
  at: z.iso.datetime(),
  via: z.string().describe('service or replica address that was asked'),
  commit: z.string().optional(),
  version: z.string().optional(),
  instance: z.string().optional(),
  startedAt: z.string().optional(),
  environment: z.string().optional(),
  schemaVersion: z.string().optional(),
  lockfileSha256: z.string().optional(),
  cached: z.string().optional().describe('what shows that a cache answered, not the system'),
  error: z.string().optional(),
  limited: z
    .boolean()
    .optional()
    .describe('the error is a limit of the rate or a lockout: it says nothing about the build'),
});
export type IdentitySample = z.output<typeof identitySampleSchema>;

/** One service level indicator over the samples of this run. */
export const sliResultSchema = z.strictObject({
  name: z.string().describe('latency-p95, latency-p99, availability, correctness'),
  n: z.int().nonnegative(),
  misses: z.int().nonnegative(),
  value: z.number().nullable().describe('milliseconds for latencies, ratio otherwise; null = no data'),
  bound: z.number().nullable().describe('one-sided bound at "confidence": what can be claimed'),
  objective: z.number(),
  gate: z.number().optional().describe('what was judged, where it is not the objective: what one run has to show'),
  objectiveNeeds: z.int().optional().describe('samples that show the objective at this number of misses'),
  p50: z.number().nullable().optional().describe('median in milliseconds: reported, not judged'),
  unit: z.enum(['ms', 'ratio']),
  confidence: z.number(),
  status: verdictSchema,
  reason: reasonSchema.optional(),
  needed: z.int().optional().describe('samples needed for the claim at this number of misses'),
});
export type SliResult = z.output<typeof sliResultSchema>;

export const PHASES = ['planning', 'settling', 'settled', 'checking', 'checked'] as const;

/** Lines of `engine.ndjson`. The last line of a complete run is `end`. */
export const engineEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('phase'),
    phase: z.enum(PHASES),
    at: z.iso.datetime(),
    note: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('row'), row: rowSchema }),
  z.strictObject({ type: z.literal('identity'), samples: z.array(identitySampleSchema) }),
  z.strictObject({
    type: z.literal('end'),
    at: z.iso.datetime(),
    rows: z.int().nonnegative(),
    error: z.string().optional(),
  }),
]);
export type EngineEvent = z.output<typeof engineEventSchema>;

/** What a shard has to know to be merged: who ran, against what, since when. */
export const runContextSchema = z.strictObject({
  kind: z.enum(['production', 'journeys']).optional().describe('production where it is not said'),
  startedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().optional(),
  frontDoor: z.string(),
  commit: z.strictObject({
    time: z.iso.datetime().optional(),
    subject: z.string().optional(),
    deployedAt: z.iso.datetime().optional(),
  }),
  layers: z.record(z.string(), z.union([z.literal('declared'), z.strictObject({ absent: z.string() })])),
  owner: z.string().optional(),
  owners: z.record(z.string(), z.string()).optional().describe('layer → who answers for it instead'),
  /** arguments that leave tests out, e.g. `--grep @layer:dns` */
  filters: z.array(z.string()),
});
export type RunContext = z.output<typeof runContextSchema>;

/** What a test attaches under EVIDENCE_MEDIA_TYPE, so that it survives blob reports, shards and merges. */
export const evidenceSchema = z.strictObject({
  schema: z.literal('gate10/evidence/v1'),
  runId: z.string(),
  planDigest: z.string(),
  plan: planSchema.optional().describe('attached once, by the settle test'),
  context: runContextSchema.optional().describe('attached once, by the settle test'),
  shard: z.strictObject({ current: z.int().positive(), total: z.int().positive() }).optional(),
  rows: z.array(rowSchema),
  slis: z.array(sliResultSchema).optional(),
  identity: z.array(identitySampleSchema).optional(),
  controls: z.strictObject({ good: verdictSchema, bad: verdictSchema, detail: z.string().optional() }).optional(),
});
export type Evidence = z.output<typeof evidenceSchema>;
