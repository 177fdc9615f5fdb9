/** What every signed statement has to hold to, whatever it says: this release, a role of the signer, not his own work, a time that was. */
import type { ReleasePolicy } from '../contract/release-policy-schema.ts';
import { isSamePrincipal } from './attest/allowed-signers.ts';
import type { SignedStatement } from './attest/schema.ts';
import type { ReleaseManifest } from './manifest/schema.ts';
import type { Refused } from './refusal.ts';
import { isSamePerson } from './same-person.ts';

/** A statement whose signature is good. */
export interface Signed<Statement extends SignedStatement = SignedStatement> {
  /** as messages name it */
  readonly file: string;
  readonly statement: Statement;
  /** the principal whose key signed */
  readonly signer: string;
  /** fingerprint of the key */
  readonly key: string;
}

/** What the statements have to be about. */
export interface Target {
  readonly manifest: ReleaseManifest;
  /** of the bytes of the manifest */
  readonly sha256: string;
}

export interface Rules {
  readonly policy: ReleasePolicy;
  readonly now: Date;
}

/** By when they were signed; of two at once by their names, so that the order of a folder decides nothing. */
export function newestFirst<One extends Signed>(signed: readonly One[]): One[] {
  const time = ({ statement }: Signed): number => Date.parse(statement.predicate.signedAt);
  return [...signed].sort((a, b) => time(b) - time(a) || (a.file < b.file ? -1 : 1));
}

/** undefined = nothing speaks against it so far. */
export function refuseClaims({ statement, signer }: Signed, target: Target, rules: Rules): Refused | undefined {
  return (
    refuseOtherRelease(statement, target) ??
    refuseRole(statement, signer, rules.policy) ??
    refuseAuthor(signer, target.manifest, rules.policy) ??
    refuseFuture(statement, rules)
  );
}

/** Solo-maintainer mode lets it count; it is shown wherever it does. */
export function isOwnWork(signer: string, { authors }: Pick<ReleaseManifest, 'authors'>): boolean {
  return authors.some((author) => isSamePerson(signer, author));
}

function refuseOtherRelease(
  { predicate, subject }: SignedStatement,
  { manifest, sha256 }: Target,
): Refused | undefined {
  const { system, release, environment } = predicate;
  if (system !== manifest.system) return { code: 'other-system', why: `it is about the system ${system}` };
  if (release !== manifest.release) return { code: 'other-release', why: `it is about the release ${release}` };
  if (environment !== manifest.environment)
    return { code: 'other-environment', why: `it is about the environment ${environment}` };
  const signed = subject[0].digest.sha256;
  if (signed === sha256) return undefined;
  const why = `it was signed for the manifest ${signed.slice(0, 12)}…, this one is ${sha256.slice(0, 12)}…: it was changed since`;
  return { code: 'other-digest', why };
}

function refuseRole({ predicate }: SignedStatement, signer: string, { approvals }: ReleasePolicy): Refused | undefined {
  const { role } = predicate;
  const declared = Object.hasOwn(approvals.roles, role) ? approvals.roles[role] : undefined;
  if (declared === undefined) return { code: 'wrong-role', why: `the policy declares no role "${role}"` };
  if (declared.members.some((member) => isSamePrincipal(member, signer))) return undefined;
  return { code: 'wrong-role', why: `${signer} is no member of "${role}"` };
}

function refuseAuthor(
  signer: string,
  manifest: ReleaseManifest,
  { soloMaintainer }: ReleasePolicy,
): Refused | undefined {
  if (soloMaintainer !== undefined) return undefined;
  // the same commit once more has no commits of its own
  if (manifest.authors.length === 0 && manifest.commit !== manifest.previous?.commit)
    return { code: 'unknown-authors', why: 'the manifest does not say who wrote the release' };
  if (!isOwnWork(signer, manifest)) return undefined;
  return { code: 'self-approval', why: `${signer} is an author of this release` };
}

function refuseFuture({ predicate }: SignedStatement, { policy, now }: Rules): Refused | undefined {
  if (Date.parse(predicate.signedAt) <= now.getTime() + policy.approvals.maxClockSkew) return undefined;
  return { code: 'future', why: `it was signed ${predicate.signedAt}, which is later than now` };
}
