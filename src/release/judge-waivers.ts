/** Which waivers are in force. Pure: the same statements, policy and time give the same answer. */
import type { ReleasePolicy } from '../contract/release-policy-schema.ts';
import type { WaiverClaims, WaiverStatement } from './attest/schema.ts';
import { isOwnWork, newestFirst, type Rules, refuseClaims, type Signed, type Target } from './judge-claims.ts';
import type { Refused } from './refusal.ts';
import { isSamePerson } from './same-person.ts';
import type { RefusedStatement, WaiverInForce } from './sign-off-schema.ts';
import { whyUnwaivable } from './unwaivable.ts';

export interface WaiverJudgement {
  readonly inForce: readonly WaiverInForce[];
  readonly refused: readonly RefusedStatement[];
}

const DAY_MS = 86_400_000;

/** Of two for the same thing the newest counts; of too many, those that were signed first. */
export function judgeWaivers(
  target: Target,
  signed: readonly Signed<WaiverStatement>[],
  rules: Rules,
): WaiverJudgement {
  const { policy } = rules;
  const right: Signed<WaiverStatement>[] = [];
  const refused: RefusedStatement[] = [];
  const refuse = ({ file, statement }: Signed<WaiverStatement>, wrong: Refused): void => {
    const { approver, covers } = statement.predicate;
    refused.push({ file, kind: 'waiver', approver, covers: coveredBy(covers), ...wrong });
  };
  for (const one of newestFirst(signed)) {
    const wrong = refuseClaims(one, target, rules) ?? refuseTerms(one, rules) ?? refuseRepeated(one, right);
    if (wrong === undefined) right.push(one);
    else refuse(one, wrong);
  }
  const { maximum } = policy.waivers;
  const firstSigned = right.reverse();
  for (const one of firstSigned.slice(maximum))
    refuse(one, { code: 'over-cap', why: `a release may have ${maximum} waivers, and has ${firstSigned.length}` });
  return { inForce: firstSigned.slice(0, maximum).map((one) => toInForce(one, target, policy)), refused };
}

/** `tls.app.hsts`, `layer dns`: what a waiver is about, in a word. */
export function coveredBy(covers: WaiverClaims['covers']): string {
  return 'layer' in covers ? `layer ${covers.layer}` : covers.check;
}

function refuseTerms({ statement, signer }: Signed<WaiverStatement>, { policy, now }: Rules): Refused | undefined {
  const { role, owner, covers, signedAt, expires } = statement.predicate;
  const { maxDays, roles } = policy.waivers;
  if (roles !== undefined && !roles.includes(role))
    return { code: 'wrong-role', why: `"${role}" may approve, and not waive` };
  if (policy.soloMaintainer === undefined && isSamePerson(signer, owner))
    return { code: 'self-approval', why: `${signer} owns the risk` };
  const unwaivable = whyUnwaivable(covers, policy.unwaivable);
  if (unwaivable !== undefined) return { code: 'unwaivable', why: unwaivable };
  if (now.getTime() >= Date.parse(expires)) return { code: 'expired', why: `it was void from ${expires}` };
  const days = (Date.parse(expires) - Date.parse(signedAt)) / DAY_MS;
  if (days <= maxDays) return undefined;
  return { code: 'too-long', why: `it lasts ${Math.ceil(days)} days, ${maxDays} is the most` };
}

function refuseRepeated(
  { statement }: Signed<WaiverStatement>,
  right: readonly Signed<WaiverStatement>[],
): Refused | undefined {
  const what = coveredBy(statement.predicate.covers);
  const newer = right.find((other) => coveredBy(other.statement.predicate.covers) === what);
  return newer === undefined
    ? undefined
    : { code: 'duplicate', why: `${newer.file} waives ${what} as well, and is newer` };
}

function toInForce(
  { file, statement, signer, key }: Signed<WaiverStatement>,
  { manifest }: Target,
  { soloMaintainer }: ReleasePolicy,
): WaiverInForce {
  const { covers, owner, reason, role, signedAt, expires } = statement.predicate;
  const ownWork = isOwnWork(signer, manifest) || isSamePerson(signer, owner);
  return {
    file,
    covers,
    owner,
    reason,
    approver: signer,
    role,
    key,
    signedAt,
    expires,
    ownWork: soloMaintainer !== undefined && ownWork,
  };
}
