/** `metricSource.spec` of each type that gate10 reads SLIs from, and `connectionDetails` of a Prometheus. */
import { z } from 'zod';

export const SOURCE_TYPES = ['gate10-run', 'gate10-history', 'prometheus', 'k6'] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/** What is filled with `5m`, `1h`, …: the same query is asked over every window. The notation is sloth's. */
export const WINDOW_PLACEHOLDER = '{{.window}}';

const unit = z.enum(['s', 'ms']).describe("the unit of the objective's value");
const runs = z
  .enum(['newest', 'window'])
  .default('newest')
  .describe('newest: the samples of the last complete run; window: of all complete runs in the time window, added up');

/** Samples of sealed production runs (`slis` of the contract). */
export const runRatioSchema = z.strictObject({ sli: z.enum(['availability', 'correctness']), runs });
export const runLatencySchema = z.strictObject({ sli: z.literal('latency'), unit, runs });

/** Looks that the ledger remembers: `proven` ones (passed, warned) among those that were `judged` (and failed). */
export const historySchema = z.strictObject({ looks: z.enum(['proven', 'failed', 'judged']) });

const file = z.string().min(1).max(500).describe('summary of k6, relative to the working folder');
const k6Metric = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the name of a metric of k6');
export const k6RatioSchema = z.strictObject({ file, metric: k6Metric });
export const k6LatencySchema = z.strictObject({ file, metric: k6Metric, unit });

const query = z
  .string()
  .min(1)
  .max(5000)
  .refine((text) => text.includes(WINDOW_PLACEHOLDER), {
    error: `the query has no ${WINDOW_PLACEHOLDER}: count events over it, as in sum(increase(http_requests_total[${WINDOW_PLACEHOLDER}]))`,
  })
  .refine((text) => !/\bi?rate\s*\(/.test(text), {
    error: 'rate() tells no number of events, so that nobody can say how much it shows: write increase()',
  });
const series = z
  .string()
  .max(500)
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})?$/, 'a series such as http_requests_total{status="200"}');
export const prometheusSchema = z.strictObject({ query });
export const prometheusTotalSchema = z.strictObject({
  query: query.refine((text) => !/\bvector\s*\(/.test(text), {
    error: 'vector() in "total" hides that nothing is counted: remove it',
  }),
  examples: z
    .strictObject({ good: z.array(series).min(1), bad: z.array(series).min(1) })
    .optional()
    .describe(
      'series that grow by one with a good event, and with a bad one: what the generated rules are tested with',
    ),
});

export const connectionSchema = z.strictObject({
  tokenSecret: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')
    .optional()
    .describe('environment variable with a bearer token'),
});
