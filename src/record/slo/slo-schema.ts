/** `slo.json`: how every objective stands in one environment. Times are ISO-8601 UTC, shares 0 to 1. */
import { z } from 'zod';
import { reasonSchema } from '../../contract/verdict-words.ts';

const status = z.enum(['passed', 'failed', 'inconclusive']);
const share = z.number().nullable();

const burnRateSchema = z.strictObject({
  window: z.string().describe('such as 5m'),
  n: z.int().nonnegative().nullable().describe('events; null = not known'),
  burn: z.number().nonnegative().nullable().describe('error rate / (1 − target); null = not known'),
});

const pairSchema = z.strictObject({
  severity: z.enum(['page', 'ticket']),
  long: z.string(),
  short: z.string(),
  burn: z.number().positive().describe('what both windows have to burn at'),
  burning: z.boolean().nullable().describe('whether they do now; null = not known'),
  one_failure: z.number().nonnegative().nullable().describe('what a single failure in the long window burns at'),
  events_for_one_failure: z
    .int()
    .positive()
    .describe('events in the long window from which on one failure is not enough'),
});

const objectiveSchema = z.strictObject({
  id: z.string(),
  service: z.string(),
  title: z.string(),
  source: z.string().describe('file:line'),
  severity: z
    .enum(['P0', 'P1', 'P2', 'P3'])
    .nullable()
    .describe('how much a miss weighs for a rollback; null = the contract does not say'),
  sli: z.enum(['gate10-run', 'gate10-history', 'k6', 'prometheus']),
  budgeting: z.enum(['Occurrences', 'Timeslices']),
  target: z.number().gt(0).lt(1),
  limit_ms: z.number().positive().optional().describe('of latencies: what "target" of the requests may take at most'),
  window: z.strictObject({ duration: z.string(), seconds: z.number().positive() }),
  claim: z.string(),
  status,
  reason: reasonSchema.optional(),
  message: z.string(),
  basis: z
    .enum(['sample', 'counted'])
    .nullable()
    .describe('sample: judged by a bound; counted: all events of the window'),
  n: z.int().nonnegative().nullable(),
  misses: z.int().nonnegative().nullable().describe('bad events; null where they are not exactly known'),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'ratio']).nullable(),
  bound: z.number().nullable().describe('what can be claimed at the confidence'),
  needed: z.int().optional().describe('events that would show the target at this number of bad ones'),
  error_budget: z.strictObject({
    minutes: z.number().nonnegative().describe('of complete failure in the window: (1 − target) × window'),
    left: share.describe('1 = untouched, 0 = spent, below = overspent; null = not known'),
  }),
  burn_rates: z.array(burnRateSchema),
  alerts: z.array(pairSchema),
  left_out: z.array(z.string()).describe('pairs of windows that cannot be used, and why'),
  policy: z
    .strictObject({
      rule: z.enum(['report', 'enforce']),
      window: z.string(),
      left: share,
      state: z.enum(['within', 'overspent', 'unknown']),
      message: z.string(),
    })
    .nullable()
    .describe('error-budget policy (SRE workbook, appendix B); null = the source cannot look back'),
  notes: z.array(z.string()),
});
export type ObjectiveState = z.output<typeof objectiveSchema>;

export const sloReportSchema = z.strictObject({
  schema: z.literal('gate10/slo/v1'),
  generated_at: z.iso.datetime(),
  system: z.string().nullable(),
  environment: z.string(),
  standard: z.strictObject({ id: z.string(), title: z.string() }),
  confidence: z.number(),
  verdict: status,
  reason: reasonSchema.optional(),
  because: z.array(z.string()).describe('the sentences a person reads, worst first'),
  change: z.enum(['other', 'P0', 'security']).describe('what the policy was asked about'),
  changes: z
    .enum(['allowed', 'blocked', 'exempt', 'unknown'])
    .describe('what the error-budget policy says to such a change'),
  objectives: z.array(objectiveSchema),
  not_for_this_environment: z.array(z.strictObject({ id: z.string(), environments: z.array(z.string()) })),
  not_used: z.array(z.string()).describe('what objectives.yaml holds and gate10 does not use'),
  inputs: z.array(z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
export type SloReport = z.output<typeof sloReportSchema>;
