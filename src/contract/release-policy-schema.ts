/** `release` of `contracts/policy.yaml`: who has to approve a release, who may waive a failed check, and for how long. */
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { LAYERS } from './layers.ts';

/** As `contracts/allowed_signers` names a signer. An e-mail address, because git names the authors of a commit by theirs. */
export const principalSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,189}$/, 'an e-mail address');

export const roleNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63');

const roleSchema = z.strictObject({
  members: z.array(principalSchema).min(1).describe('as contracts/allowed_signers names them'),
  minimum: z.int().min(1).default(1).describe('how many of them have to approve'),
});
export type ApprovalRole = z.output<typeof roleSchema>;

const approvals = {
  minimum: z.int().min(1).describe('how many people have to approve, whatever their roles'),
  maxAge: durationSchema.describe('how long an approval counts; it may end sooner by its own words'),
  maxClockSkew: durationSchema.describe('how far the clock of a signer may be ahead'),
};
const waivers = {
  maxDays: z.int().min(1).describe('how long a waiver may last'),
  maximum: z.int().min(0).describe('how many waivers one release may have'),
};

/** The section as a person writes it. */
export const releasePolicySchema = z
  .strictObject({
    approvals: z
      .strictObject({
        ...approvals,
        roles: z.record(roleNameSchema, roleSchema).describe('who may approve; without a role nobody can'),
      })
      .partial(),
    soloMaintainer: z
      .strictObject({ reason: z.string().trim().min(10).max(1000) })
      .describe('one person maintains this: authors may approve their own release, and it is shown'),
    waivers: z
      .strictObject({ ...waivers, roles: z.array(roleNameSchema).min(1).describe('which roles may waive; none = all') })
      .partial(),
  })
  .partial();
export type ReleasePolicyFile = z.output<typeof releasePolicySchema>;

/** What `authority/policy.yaml` says: all of it. */
export const releaseDefaultsSchema = z.strictObject({
  approvals: z.strictObject(approvals),
  waivers: z.strictObject(waivers),
  unwaivable: z
    .strictObject({
      layers: z.array(z.enum(LAYERS)).describe('all of their checks'),
      checks: z.array(z.string().min(1)).describe('ids of rows'),
    })
    .describe('what nobody can waive'),
});
export type ReleaseDefaults = z.output<typeof releaseDefaultsSchema>;

/** Durations in milliseconds. */
export interface ReleasePolicy {
  readonly approvals: ReleaseDefaults['approvals'] & {
    readonly roles: Readonly<Record<string, ApprovalRole>>;
  };
  readonly soloMaintainer?: { readonly reason: string };
  /** `roles`: which may waive; undefined = all */
  readonly waivers: ReleaseDefaults['waivers'] & { readonly roles?: readonly string[] };
  readonly unwaivable: ReleaseDefaults['unwaivable'];
}
