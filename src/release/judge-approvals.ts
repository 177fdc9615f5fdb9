/** Which approvals count, and whether they are enough. Pure: the same statements, policy and time give the same answer. */
import type { ReleasePolicy } from '../contract/release-policy-schema.ts';
import type { ApprovalStatement } from './attest/schema.ts';
import { isOwnWork, newestFirst, type Rules, refuseClaims, type Signed, type Target } from './judge-claims.ts';
import type { Refused } from './refusal.ts';
import type { CountedApproval, RefusedStatement } from './sign-off-schema.ts';

export interface ApprovalJudgement {
  readonly isComplete: boolean;
  readonly counted: readonly CountedApproval[];
  readonly refused: readonly RefusedStatement[];
  /** What is still needed, as sentences without their full stop; empty only where it is complete. */
  readonly missing: readonly string[];
}

/** A person counts once, in one role, by his newest word. */
export function judgeApprovals(
  target: Target,
  signed: readonly Signed<ApprovalStatement>[],
  rules: Rules,
): ApprovalJudgement {
  const counted: CountedApproval[] = [];
  const refused: RefusedStatement[] = [];
  for (const one of newestFirst(signed)) {
    const wrong = refuseClaims(one, target, rules) ?? refuseExpired(one, rules) ?? refuseRepeated(one, counted);
    const { approver } = one.statement.predicate;
    if (wrong === undefined) counted.push(toCounted(one, target, rules.policy));
    else refused.push({ file: one.file, kind: 'approval', approver, ...wrong });
  }
  const missing = findMissing(counted, rules.policy);
  return { isComplete: missing.length === 0 && counted.length > 0, counted, refused, missing };
}

/** Until when it counts: as the policy says, or sooner by its own words. */
function endOf({ predicate }: ApprovalStatement, { approvals }: ReleasePolicy): Date {
  const byPolicy = Date.parse(predicate.signedAt) + approvals.maxAge;
  return new Date(predicate.expiresAt === undefined ? byPolicy : Math.min(byPolicy, Date.parse(predicate.expiresAt)));
}

function refuseExpired({ statement }: Signed<ApprovalStatement>, { policy, now }: Rules): Refused | undefined {
  const end = endOf(statement, policy);
  return now < end ? undefined : { code: 'expired', why: `it counted until ${end.toISOString()}` };
}

function refuseRepeated({ signer }: Signed, counted: readonly CountedApproval[]): Refused | undefined {
  const newer = counted.find(({ approver }) => approver.toLowerCase() === signer.toLowerCase());
  if (newer === undefined) return undefined;
  return { code: 'duplicate', why: `${signer} counts once, by ${newer.file} as ${newer.role}` };
}

function toCounted(
  { file, statement, signer, key }: Signed<ApprovalStatement>,
  { manifest }: Target,
  policy: ReleasePolicy,
): CountedApproval {
  const { role, signedAt, note } = statement.predicate;
  return {
    file,
    approver: signer,
    role,
    key,
    signedAt,
    until: endOf(statement, policy).toISOString(),
    ownWork: isOwnWork(signer, manifest),
    ...(note === undefined ? {} : { note }),
  };
}

function findMissing(counted: readonly CountedApproval[], { approvals }: ReleasePolicy): string[] {
  const roles = Object.entries(approvals.roles);
  if (roles.length === 0) return ['contracts/policy.yaml declares nobody who may approve: add release.approvals.roles'];
  const ofRoles = roles.flatMap(([role, { members, minimum }]) => {
    const count = counted.filter((one) => one.role === role).length;
    return count >= minimum ? [] : [`"${role}": ${count} of ${minimum} (${members.join(', ')})`];
  });
  if (counted.length >= approvals.minimum) return ofRoles;
  return [...ofRoles, `in all: ${counted.length} of ${approvals.minimum}`];
}
