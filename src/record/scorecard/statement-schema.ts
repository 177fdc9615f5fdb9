/** `readiness-scorecard.intoto.json`: in-toto Statement v1 with the predicate test-result v0.1 (in-toto/attestation, spec/v1 and spec/predicates). */
import { z } from 'zod';

/** DigestSet: lower-case hex under the name of its algorithm; a gitCommit is SHA-1 or SHA-256. */
const digestSet = z
  .object({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    gitCommit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  })
  .partial()
  .refine((set) => Object.keys(set).length > 0, 'at least one digest');

/** A ResourceDescriptor names its resource by a digest here, so that it needs neither "uri" nor "content". */
const resource = z.object({
  name: z.string().min(1).optional(),
  digest: digestSet,
  annotations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

export const statementSchema = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(resource).min(1),
  predicateType: z.literal('https://in-toto.io/attestation/test-result/v0.1'),
  predicate: z.object({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(resource),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
  }),
});
export type TestResultStatement = z.output<typeof statementSchema>;
