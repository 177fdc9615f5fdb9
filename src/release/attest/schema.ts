/**
 * What a person signs about a release: in-toto Statement v1 (in-toto/attestation, spec/v1) over the digest of the release
 * manifest, in a DSSE envelope (secure-systems-lab/dsse, protocol 1.0.2). No standard has a predicate for an approval or a
 * waiver, so the two below are ours and published.
 */
import { z } from 'zod';
import { LAYERS } from '../../contract/layers.ts';
import { principalSchema, roleNameSchema } from '../../contract/release-policy-schema.ts';
import { releaseNameSchema } from '../manifest/schema.ts';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Of every manifest, whatever its file is called: the digest is what counts. */
export const SUBJECT_NAME = 'release-manifest.json';
export const APPROVAL_TYPE = 'urn:gate10:release-approval:v1';
export const WAIVER_TYPE = 'urn:gate10:release-waiver:v1';

/** One envelope, one signature: each person signs a statement of his own, with his own name and role in it. */
export const envelopeSchema = z.strictObject({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: z.string().min(1).describe('the statement, standard base64 with padding'),
  signatures: z
    .tuple([
      z.strictObject({
        keyid: z.string().max(200).optional().describe('a hint for people; nothing is decided by it'),
        sig: z.string().min(1).describe('64 bytes of ed25519, or a whole SSHSIG; standard base64 with padding'),
      }),
    ])
    .describe('exactly one'),
});

/** One line of plain text: nothing in it moves a cursor or turns the direction of reading. */
const line = (min: number, max: number) =>
  z
    .string()
    .max(max)
    .regex(
      /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$/,
      'one line without control and direction characters',
    )
    .refine((text) => text.trim().length >= min, { error: `at least ${min} characters` });

const subject = z.strictObject({
  name: z.literal(SUBJECT_NAME),
  digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 lower-case hex digits') }),
});

/** The manifest holds the first three as well; said here too, so that a mistake is named by its kind. */
const claims = {
  system: z.string().min(1).max(200),
  release: releaseNameSchema,
  environment: z.string().min(1).max(200),
  approver: principalSchema.describe('who signs, as contracts/allowed_signers names him'),
  role: roleNameSchema.describe('a role of contracts/policy.yaml that the approver is a member of'),
  signedAt: z.iso.datetime().describe('UTC'),
};

const statement = { _type: z.literal(STATEMENT_TYPE), subject: z.tuple([subject]) };

export const approvalStatementSchema = z.strictObject({
  ...statement,
  predicateType: z.literal(APPROVAL_TYPE),
  predicate: z.strictObject({
    ...claims,
    expiresAt: z.iso
      .datetime()
      .optional()
      .describe('UTC; void from then on. None = as long as the policy lets it count'),
    note: line(1, 1000).optional(),
  }),
});
export type ApprovalStatement = z.output<typeof approvalStatementSchema>;

export const waiverStatementSchema = z.strictObject({
  ...statement,
  predicateType: z.literal(WAIVER_TYPE),
  predicate: z.strictObject({
    ...claims,
    covers: z.union([
      z.strictObject({
        check: line(1, 300)
          .regex(/^[^*]*$/, 'the whole id of one check, without "*"')
          .describe('the id of one check'),
      }),
      z.strictObject({ layer: z.enum(LAYERS).describe('every check of it that is not P0') }),
    ]),
    owner: line(1, 120).describe('who answers for the risk: somebody else than the approver'),
    reason: line(10, 1000),
    expires: z.iso.date().describe('the first day (UTC) on which it is void'),
  }),
});
export type WaiverStatement = z.output<typeof waiverStatementSchema>;

export const signedStatementSchema = z.discriminatedUnion('predicateType', [
  approvalStatementSchema,
  waiverStatementSchema,
]);
export type SignedStatement = z.output<typeof signedStatementSchema>;
export type ApprovalClaims = ApprovalStatement['predicate'];
export type WaiverClaims = WaiverStatement['predicate'];
