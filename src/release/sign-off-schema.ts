/** Who signed off a release, what is missing, and what did not count. Nothing here says that the release is healthy. */
import { z } from 'zod';
import { waiverStatementSchema } from './attest/schema.ts';
import { REFUSALS } from './refusal.ts';

const file = z.string().describe('relative to the folder of the manifest');

const signed = {
  file,
  approver: z.string().describe('the principal whose key signed'),
  role: z.string(),
  key: z.string().describe('fingerprint of the key'),
  signedAt: z.iso.datetime(),
  ownWork: z.boolean().describe('of an author or owner; counts in solo-maintainer mode only'),
};

const countedApprovalSchema = z.strictObject({
  ...signed,
  until: z.iso.datetime().describe('it counts no more from then on'),
  note: z.string().optional(),
});
export type CountedApproval = Readonly<z.output<typeof countedApprovalSchema>>;

const { covers, owner, reason, expires } = waiverStatementSchema.shape.predicate.shape;
const waiverInForceSchema = z.strictObject({ ...signed, covers, owner, reason, expires });
export type WaiverInForce = Readonly<z.output<typeof waiverInForceSchema>>;

const about = {
  file,
  kind: z.enum(['approval', 'waiver']),
  approver: z.string().describe('who is said to have signed'),
  covers: z.string().optional().describe('of a waiver'),
  why: z.string(),
};

const refusedStatementSchema = z.strictObject({ ...about, code: z.enum(REFUSALS) });
export type RefusedStatement = Readonly<z.output<typeof refusedStatementSchema>>;

const unverifiableSchema = z.strictObject(about);
export type UnverifiableStatement = Readonly<z.output<typeof unverifiableSchema>>;

export const signOffSchema = z.strictObject({
  schema: z.literal('gate10/sign-off/v1'),
  outcome: z
    .enum(['complete', 'incomplete', 'unverifiable'])
    .describe('unverifiable = signatures that could make the difference cannot be verified on this machine'),
  at: z.iso.datetime(),
  system: z.string(),
  release: z.string(),
  environment: z.string(),
  commit: z.string(),
  manifestSha256: z.string(),
  approvals: z.array(countedApprovalSchema).describe('those that count'),
  missing: z.array(z.string()),
  waivers: z.array(waiverInForceSchema).describe('those in force; what each of them lets pass stays a warning'),
  refused: z.array(refusedStatementSchema),
  unverifiable: z.array(unverifiableSchema),
  soloMaintainer: z.strictObject({ reason: z.string() }).optional(),
});
export type SignOff = z.output<typeof signOffSchema>;
