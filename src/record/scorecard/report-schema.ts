/** `readiness_report.json` and `readiness_metrics.json`: what people and monitoring read of a scorecard. Open objects, as the scorecard. */
import { z } from 'zod';
import { verdictSchema } from '../../contract/verdict-words.ts';
import { scorecardBlockSchema } from './scorecard-schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const named = {
  generated_at: z.iso.datetime(),
  system: z.string(),
  environment: z.string(),
  release: z.string(),
  commit: z.string().nullable(),
  run_id: z.string(),
};
const pillarStatus = scorecardBlockSchema.shape.status;

export const readinessReportSchema = z.object({
  schema: z.literal('gate10/readiness-report/v1'),
  ...named,
  owner: z.string(),
  overall_passed: z.boolean(),
  overall_because: z.array(z.string()),
  verdict: verdictSchema,
  because: z.array(z.string()),
  pillars: z
    .array(
      z.object({
        name: z.enum(['deployment-governance', 'testing-coverage', 'observability-and-response']),
        status: pillarStatus.describe('the worst of its parts; what is unknown or stale is worse than what warns'),
        parts: z.array(
          z.object({ name: z.string(), status: z.union([pillarStatus, z.literal('measured')]), said: z.string() }),
        ),
      }),
    )
    .length(3),
  suites: z.array(z.object({ name: z.string(), status: verdictSchema, duration: z.number().optional() })),
  failures: z
    .array(z.object({ check: z.string(), status: verdictSchema, severity: z.string(), said: z.string() }))
    .describe('what was observed and is not passed, worst first'),
  files: z.array(z.object({ what: z.string(), file: z.string(), sha256 })).describe('relative to the state folder'),
});
export type ReadinessReport = z.output<typeof readinessReportSchema>;

export const readinessMetricsSchema = z.object({
  schema: z.literal('gate10/readiness-metrics/v1'),
  ...named,
  metrics: z.array(
    z.object({
      name: z.string().regex(/^readiness\.[a-z0-9_.]+$/),
      value: z.number().nullable().describe('null = not known; the note says why'),
      unit: z.string().describe('UCUM, as OpenTelemetry has it: 1, ms, s'),
      attributes: z.record(z.string(), z.string()).optional(),
      note: z.string().optional(),
    }),
  ),
});
export type ReadinessMetrics = z.output<typeof readinessMetricsSchema>;

/** A line of `readiness_logs/`: the readiness programme's fields, in its order. */
export const readinessLogSchema = z.object({
  timestamp: z.iso.datetime(),
  tenant: z.string().nullable().describe('null = the run is of no tenant'),
  environment: z.string(),
  component: z.string(),
  command: z.string(),
  artifact: z.string(),
  trace_id: z.string().nullable().describe('null = no trace was made'),
  span_id: z.string().nullable(),
  outcome: z.enum(['ok', 'warned', 'failed', 'inconclusive']),
  duration_ms: z.number().nonnegative().nullable(),
  error: z.string().nullable(),
});
export type ReadinessLog = z.output<typeof readinessLogSchema>;
