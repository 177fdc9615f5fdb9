/** `apiCoverage` of `contracts/policy.yaml`: how much of an API contract has to be seen at work. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const gap = z
  .strictObject({
    operation: z.string().regex(/^(?:[A-Z]+ \/\S*|\*)$/, 'an operation such as "GET /jobs/{id}", or "*" for all'),
    status: z
      .string()
      .regex(/^(?:[1-5](?:\d\d|XX)|default)$/, 'a status as the contract declares it')
      .optional(),
    field: z.string().startsWith('/').optional().describe('JSON pointer of an optional field; an item of a list is *'),
    reason: z.string().trim().min(10).max(1000),
  })
  .describe('what is known never to be seen, and why; it still counts as a gap');

export const apiCoverageSchema = z.strictObject({
  operations: share.describe('share of operations with a valid 2xx'),
  statuses: share.describe('share of the declared statuses that were seen'),
  optionalFields: share.describe('share of the optional fields of answers that were seen'),
  gaps: z.array(gap),
});
export type ApiCoveragePolicy = z.output<typeof apiCoverageSchema>;
export type ExplainedGap = ApiCoveragePolicy['gaps'][number];
