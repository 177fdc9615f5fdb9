/** What a gate sees and what it decides. Both are kept, so that every decision can be made again offline. */
import { z } from 'zod';
import { LAYERS } from '../../contract/layers.ts';
import { releaseDefaultsSchema } from '../../contract/release-policy-schema.ts';
import { verdictSchema } from '../../contract/verdict-words.ts';
import { releaseManifestSchema } from '../manifest/schema.ts';
import { signOffSchema } from '../sign-off-schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();
const namedDigest = z.strictObject({ path: z.string(), sha256 });

/** An input that is not there, or cannot be believed, is data too: the gate names it and the command that produces it. */
const obtained = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('read'), value }),
    z.strictObject({ state: z.enum(['missing', 'unusable']), why: z.string(), fix: z.string() }),
  ]);

const findingSchema = z.strictObject({
  id: z.string(),
  layer: z.enum(LAYERS),
  severity: z.enum(['P0', 'P1', 'P2', 'P3']),
  message: z.string(),
});

const proofSchema = z.strictObject({
  outcome: z.enum(['proven', 'failed', 'inconclusive']),
  message: z.string(),
  runId: z.string().optional(),
  endedAt: time.optional(),
  recordSha256: sha256.optional(),
  verdict: verdictSchema.optional(),
  failed: z.array(findingSchema).describe('rows that were seen to be broken'),
  rest: z
    .strictObject({ verdict: verdictSchema, because: z.array(z.string()) })
    .optional()
    .describe('of a failed run: what it would be if those rows had not failed; a waiver reaches no further'),
});

const scorecardSchema = z.strictObject({
  sha256,
  commit: z.string().nullable(),
  environment: z.string(),
  generatedAt: time,
  outcome: z.enum(['passed', 'failed', 'unjudged']).describe('recomputed from the blocks, never copied'),
  obstacles: z.array(z.string()),
});

const rehearsalSchema = z.strictObject({
  at: time,
  environment: z.string().describe('where it was made'),
  outcome: z.enum(['restored', 'failed']),
  durationSeconds: z.number().nonnegative(),
});

const { authors, configuration, migrations, rollback } = releaseManifestSchema.shape;

const claimsSchema = z.strictObject({
  derived: z.strictObject({ authors, configuration, migrations, rollback }).describe('as git has it now'),
  deployedBefore: releaseManifestSchema.shape.commit
    .nullable()
    .describe('what the history proves to have been deployed there before; null = nothing'),
  lostBefore: z.string().optional().describe('was proven there before, and is in no history of git any more'),
  unnamed: z.array(z.string()).describe('files that contracts/release.yaml names and the manifest does not'),
});

const ruledMetricSchema = z.strictObject({
  name: z.string(),
  query: z.string().describe('PromQL'),
  environment: z.string().describe('whose Prometheus was asked'),
  min: z.number().optional(),
  max: z.number().optional(),
  maxAgeMs: z.number().positive(),
});
export type RuledMetric = z.output<typeof ruledMetricSchema>;

const metricSchema = z.strictObject({
  name: z.string(),
  query: z.string(),
  answer: obtained(z.strictObject({ value: z.number(), at: time.describe('the moment that it is of') })),
});
export type MetricAnswer = z.output<typeof metricSchema>;

export const gatePolicySchema = z.strictObject({
  proofMaxAgeMs: z.number().positive(),
  scorecardMaxAgeMs: z.number().positive(),
  unwaivable: releaseDefaultsSchema.shape.unwaivable,
  rehearsal: z.strictObject({
    required: z.boolean(),
    maxAgeMs: z.number().positive(),
    maxDurationMs: z.number().positive(),
  }),
  metrics: z.array(ruledMetricSchema).optional().describe('none = none are declared'),
});

export const gateInputsSchema = z.strictObject({
  schema: z.literal('gate10/gate-inputs/v1'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/),
  traceId: z.string().regex(/^[0-9a-f]{32}$/, 'a trace id of W3C Trace Context'),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional()
    .describe('the span that asked for the decision, as TRACEPARENT named it'),
  now: time.describe('when reading began; everything is judged as of it'),
  readAt: time.optional().describe('when all of it had been read'),
  gate10: z.string().describe('the version that read the inputs'),
  environment: z.string(),
  commit: z.string().optional().describe('what was asked for; none = what the manifest says'),
  manifest: obtained(z.strictObject({ sha256, manifest: releaseManifestSchema })),
  claims: obtained(claimsSchema)
    .optional()
    .describe('what the manifest says, asked again; decisions before it have none'),
  artifacts: z.array(
    z.strictObject({
      path: z.string(),
      state: z.enum(['same', 'changed', 'absent', 'outside', 'not-a-file', 'unreadable']),
    }),
  ),
  thresholds: z.strictObject({
    now: z.array(namedDigest),
    before: z
      .strictObject({ decision: z.string(), files: z.array(namedDigest) })
      .nullable()
      .describe('those of the last decision here; null = this is the first'),
  }),
  records: z.array(namedDigest).describe('the records of threshold changes, as they are now'),
  scorecard: obtained(scorecardSchema),
  proof: obtained(proofSchema),
  signOff: obtained(signOffSchema),
  rehearsal: obtained(rehearsalSchema),
  metrics: z.array(metricSchema).optional().describe('what a Prometheus answered; their bounds: policy.rules.metrics'),
  policy: z.strictObject({ sha256, rules: gatePolicySchema }),
});
export type GateInputs = z.output<typeof gateInputsSchema>;
export type Obtained<Name extends 'manifest' | 'scorecard' | 'proof' | 'signOff' | 'rehearsal'> = GateInputs[Name];

export const RULES = [
  'manifest',
  'artifacts',
  'thresholds',
  'window',
  'sign-off',
  'scorecard',
  'proof',
  'waivers',
  'metrics',
  'rehearsal',
  'way-back',
] as const;

export const gateReasonSchema = z.strictObject({
  rule: z.enum(RULES),
  status: verdictSchema,
  code: z.string().describe('the same reason has the same code'),
  message: z.string(),
  fix: z.string().optional(),
});
export type GateReason = z.output<typeof gateReasonSchema>;

export const gateDecisionSchema = z.strictObject({
  schema: z.literal('gate10/gate-decision/v1'),
  id: z.string(),
  traceId: z.string(),
  decidedAt: time,
  environment: z.string(),
  release: z.string().nullable(),
  commit: z.string().nullable(),
  verdict: verdictSchema,
  exitCode: z.int(),
  reasons: z.array(gateReasonSchema).min(1).describe('every one, also those of what is in order'),
  inputsSha256: sha256.describe('of the canonical JSON of what the gate saw'),
});
export type GateDecision = z.output<typeof gateDecisionSchema>;
