/** `contracts/policy.yaml`: what may pass. All of it is optional; `authority/policy.yaml` holds what it leaves unsaid. */
import { z } from 'zod';
import { apiCoverageSchema } from './api-coverage-schema.ts';
import { citesWhatIsListed } from './authority-file.ts';
import { durationSchema } from './duration.ts';
import { gatePolicySchema } from './gate-policy-schema.ts';
import { releaseDefaultsSchema, releasePolicySchema } from './release-policy-schema.ts';
import { rollbackDefaultsSchema, rollbackPolicySchema } from './rollback-policy-schema.ts';
import { scorecardPolicySchema } from './scorecard-policy-schema.ts';
import { testsDefaultsSchema, testsSchema } from './tests-schema.ts';
import { waiverSchema } from './waiver-schema.ts';

/** Worst first. `none` = no impact (CVSS 0.0); `unknown` = the tool gave no severity. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];

const action = z.enum(['block', 'waiver', 'report']);

const vulnerabilities = z.strictObject({
  severities: z
    .partialRecord(z.enum(SEVERITIES), action)
    .describe('block = fails, waived or not; waiver = fails without a waiver; report = is shown'),
  maxAge: durationSchema.describe('how old a report may be that says when it was made'),
  suppressions: z.enum(['refuse', 'accept']).describe('what a scanner was told to ignore in its own files'),
});

const allowedSecret = z.strictObject({
  file: z.string().min(1).max(500),
  pattern: z.string().min(1).describe('the name of the pattern, as it is printed'),
  fingerprint: z.string().regex(/^[0-9a-f]{12}$/, 'the 12 hex digits that are printed with the finding'),
  reason: z.string().trim().min(10).max(1000),
  granted: z.iso.date(),
  expires: z.iso.date(),
});
export type AllowedSecret = z.output<typeof allowedSecret>;

const objectives = z.strictObject({ p95: durationSchema, p99: durationSchema.optional() });
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');
const measured = z.strictObject({
  class: slug.optional(),
  query: z
    .string()
    .regex(/^[^\s?#]+$/, 'a query without "?", such as "query=engineer"')
    .optional()
    .describe('besides what the API contract demands'),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'the name of a header'), z.string())
    .optional()
    .describe('such as authorization: "Bearer {{secret.NAME}}"'),
});
const leftOut = z.strictObject({ skip: z.string().trim().min(10).describe('why it is not measured') });

const performance = z.strictObject({
  classes: z.record(slug, objectives).describe('objectives of each class; milliseconds'),
  default: slug.describe('the class of operations that are not named'),
  operations: z
    .record(z.string().regex(/^[A-Z]+ \/\S*$/, 'an operation such as "GET /jobs/{id}"'), z.union([measured, leftOut]))
    .default({}),
  errors: z.number().gt(0).lt(1).describe('share of requests that may fail: no answer, or 5xx'),
  ratePerSecond: z.number().positive().max(5000),
  samples: z.int().min(20).max(200_000).describe('of each operation'),
  maxSamples: z.int().min(20).max(400_000).describe('sampling goes on to here while a claim is undecided'),
  warmup: z.int().nonnegative().describe('requests to each operation that are not counted'),
  confidence: z.number().gt(0.5).lt(1),
  maxInFlight: z.int().positive(),
});
export type PerformancePolicy = z.output<typeof performance>;

/** The file as a person writes it. */
export const policySchema = z.strictObject({
  schema: z.literal('gate10/policy/v1'),
  vulnerabilities: vulnerabilities.partial().prefault({}),
  secrets: z.strictObject({ allow: z.array(allowedSecret).default([]) }).prefault({}),
  performance: performance.partial().prefault({}),
  apiCoverage: apiCoverageSchema.partial().prefault({}),
  scorecard: scorecardPolicySchema.partial().prefault({}),
  tests: testsSchema.partial().prefault({}),
  gate: gatePolicySchema.partial().prefault({}),
  release: releasePolicySchema.prefault({}),
  rollback: rollbackPolicySchema.prefault({}),
  waivers: z.array(waiverSchema).default([]),
});
export type PolicyFile = z.output<typeof policySchema>;

const score = z.number().gt(0).max(10);

/** `authority/policy.yaml`. */
export const policyDefaultsSchema = z
  .strictObject({
    schema: z.literal('gate10/policy-defaults/v1'),
    sources: z.record(z.string(), z.string().min(10)),
    cites: z.record(z.string(), z.array(z.string()).min(1)),
    vulnerabilities: vulnerabilities.extend({
      severities: z.record(z.enum(SEVERITIES), action),
      cvss: z.strictObject({ critical: score, high: score, medium: score, low: score }),
      sarifLevels: z.record(z.enum(['error', 'warning', 'note', 'none']), z.enum(SEVERITIES)),
    }),
    waivers: z.strictObject({ maxDays: z.int().positive() }),
    secrets: z.strictObject({ maxDays: z.int().positive(), maxFileBytes: z.int().positive() }),
    performance,
    apiCoverage: apiCoverageSchema,
    tests: testsDefaultsSchema,
    scorecard: scorecardPolicySchema,
    gate: gatePolicySchema,
    release: releaseDefaultsSchema,
    rollback: rollbackDefaultsSchema,
  })
  .refine(citesWhatIsListed, { error: 'a source that is not listed' });
export type PolicyDefaults = z.output<typeof policyDefaultsSchema>;
