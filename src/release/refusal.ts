/** Why a signed statement does not count: one named reason each. */

export const REFUSALS = [
  'forged', // the signature is not by a key of the person named, or not over these words
  'unknown-signer', // the person named has no key in allowed_signers
  'key-not-valid', // a key that may not sign here, or not at this time
  'other-system',
  'other-release',
  'other-environment',
  'other-digest', // of another manifest, or of this one before it was changed
  'wrong-role', // a role that is not declared, that the signer is no member of, or that may not do this
  'self-approval', // by an author of the release, or by the owner of the risk
  'unknown-authors', // who wrote the release is not known, so nobody can be told from its authors
  'future', // signed later than now
  'expired',
  'too-long', // a waiver for longer than the policy lets one last
  'duplicate', // the same person, or the same thing to be waived, once more: the newest counts
  'unwaivable',
  'over-cap', // more waivers than the policy lets a release have
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refused<Code extends RefusalCode = RefusalCode> {
  readonly code: Code;
  /** A sentence without its full stop. */
  readonly why: string;
}
