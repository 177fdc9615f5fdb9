/** A sign-off as a person reads it: who approved, what is missing, what was waived, what did not count and why. */
import { coveredBy } from '../release/judge-waivers.ts';
import type { CountedApproval, SignOff, UnverifiableStatement, WaiverInForce } from '../release/sign-off-schema.ts';
import { plainLine } from '../run/plain-text.ts';
import type { SignedNow } from './sign-statement.ts';

const MAX_LINE = 1000;

export function drawSignOff(signOff: SignOff): string {
  const { outcome, release, system, environment, commit, manifestSha256, soloMaintainer } = signOff;
  return draw([
    ['', `sign-off: ${WORDS[outcome]}`],
    ['', `release ${release} of ${system} in ${environment}, commit ${commit.slice(0, 12)}`],
    ['', `manifest sha256:${manifestSha256}`],
    ...(soloMaintainer === undefined
      ? []
      : [['', `solo-maintainer mode, authors may approve: ${soloMaintainer.reason}`] as const]),
    ...signOff.approvals.map((one) => ['approved', approvalLine(one)] as const),
    ...signOff.missing.map((what) => ['missing', what] as const),
    ...signOff.waivers.map((one) => ['waived', waiverLine(one)] as const),
    ...signOff.refused.map((one) => ['refused', `${one.code}: ${whichLine(one)}`] as const),
    ...signOff.unverifiable.map((one) => ['unverifiable', whichLine(one)] as const),
  ]);
}

function approvalLine({ approver, role, signedAt, until, ownWork, note }: CountedApproval): string {
  const own = ownWork ? ', his own work' : '';
  return `${approver} as ${role}, ${signedAt}, counts until ${until}${own}${note === undefined ? '' : `: ${note}`}`;
}

function waiverLine({ covers, owner, approver, role, expires, ownWork, reason }: WaiverInForce): string {
  const own = ownWork ? ', his own work' : '';
  return `${coveredBy(covers)} until ${expires}: ${reason} (owner ${owner}, approved by ${approver} as ${role}${own})`;
}

function whichLine({ file, kind, approver, covers, why }: UnverifiableStatement): string {
  return `${kind}${covers === undefined ? '' : ` of ${covers}`} by ${approver}, ${file}: ${why}`;
}

const WORDS: Readonly<Record<SignOff['outcome'], string>> = {
  complete: 'complete',
  incomplete: 'NOT COMPLETE',
  unverifiable: 'CANNOT BE VERIFIED HERE',
};

export function drawSigned({ file, statement, keyid, signOff }: SignedNow): string {
  const { predicate, subject } = statement;
  const { release, system, environment, approver, role, signedAt } = predicate;
  const what =
    'covers' in predicate
      ? `waiver of ${coveredBy(predicate.covers)} until ${predicate.expires}, owner ${predicate.owner}: ${predicate.reason}`
      : `approval${predicate.note === undefined ? '' : `: ${predicate.note}`}`;
  const own = [...signOff.approvals, ...signOff.waivers].some((one) => one.file === file && one.ownWork);
  return draw([
    ['', `Signed: ${what}`],
    ['release', `${release} of ${system} in ${environment}`],
    ['manifest', `sha256:${subject[0].digest.sha256}`],
    ['by', `${approver} as ${role}, ${signedAt}, key ${keyid}`],
    ...(own
      ? [['his own work', `counts in solo-maintainer mode only (${signOff.soloMaintainer?.reason ?? ''})`] as const]
      : []),
    ['written', file],
    ['', standing(signOff)],
  ]);
}

function standing({ outcome, missing }: SignOff): string {
  switch (outcome) {
    case 'complete':
      return 'The sign-off is complete.';
    case 'incomplete':
      return `The sign-off is not complete. Missing: ${missing.join('; ')}`;
    case 'unverifiable':
      return 'Whether the sign-off is complete cannot be verified on this machine.';
  }
}

/** What a person reads is one line each, whatever stood in the statements. */
function draw(lines: readonly (readonly [label: string, text: string])[]): string {
  return lines
    .map(([label, text]) => (label === '' ? '' : `  ${label.padEnd(13)} `) + plainLine(text, MAX_LINE))
    .map((line) => `${line}\n`)
    .join('');
}
