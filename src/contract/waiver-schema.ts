/** `waivers` of `contracts/policy.yaml`: who lets what pass, why, and until when. */
import { z } from 'zod';

const person = z.string().trim().min(1).max(120);
const date = z.iso.date();

/** What every waiver says, whatever it covers. Days are UTC; `expires` is the first day on which it is void. */
export const waiverTerms = {
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, 'letters, digits and dashes, at most 63'),
  owner: person.describe('who answers for the risk'),
  approvedBy: person.describe('who granted it: somebody else than the owner'),
  reason: z.string().trim().min(10).max(1000),
  granted: date,
  expires: date,
};

const vulnerabilityWaiverSchema = z.strictObject({
  covers: z.literal('vulnerability'),
  ...waiverTerms,
  finding: z.string().trim().min(1).max(200).describe('an id of the finding: CVE, GHSA, the rule of a scanner'),
  package: z.string().trim().min(1).max(200).optional().describe('only in this package'),
  file: z.string().trim().min(1).max(500).optional().describe('only in this file'),
});
export type VulnerabilityWaiver = z.output<typeof vulnerabilityWaiverSchema>;

const breakingChangeWaiverSchema = z.strictObject({
  covers: z.literal('breaking-change'),
  ...waiverTerms,
  operation: z.string().regex(/^[A-Z]+ \/\S*$/, 'an operation such as "GET /jobs/{id}"'),
  kind: z.string().regex(/^[a-z-]+$/, 'a kind as it is printed, such as response-property-removed'),
  place: z.string().trim().min(1).max(500).optional().describe('only there, as it is printed'),
});
export type BreakingChangeWaiver = z.output<typeof breakingChangeWaiverSchema>;

export const waiverSchema = z.discriminatedUnion('covers', [vulnerabilityWaiverSchema, breakingChangeWaiverSchema]);
export type Waiver = z.output<typeof waiverSchema>;
