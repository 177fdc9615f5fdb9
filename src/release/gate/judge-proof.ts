/** Was this commit proven where it is to be, and what of that which failed does a waiver let pass? */
import { applyWaivers } from '../apply-waivers.ts';
import { ageProblem } from './age.ts';
import type { GateInputs, GateReason } from './schema.ts';

const FIX = 'npx playwright test --project=production';

type Proof = Extract<GateInputs['proof'], { state: 'read' }>['value'];
type Finding = Proof['failed'][number];

export function judgeProof(inputs: GateInputs): readonly GateReason[] {
  const { proof: input, now, policy } = inputs;
  if (input.state !== 'read')
    return [
      { rule: 'proof', status: 'inconclusive', code: `proof-${input.state}`, message: input.why, fix: input.fix },
    ];
  const proof = input.value;
  const reasons: GateReason[] = [];
  const add = (status: GateReason['status'], code: string, message: string): void => {
    reasons.push({ rule: 'proof', status, code, message, fix: FIX });
  };
  const age = proof.endedAt === undefined ? undefined : ageProblem(proof.endedAt, now, policy.rules.proofMaxAgeMs);
  if (age !== undefined) add('inconclusive', `proof-${age.code}`, `the proof ${age.message}`);
  switch (proof.outcome) {
    case 'inconclusive':
      add('inconclusive', 'unproven', proof.message);
      break;
    case 'proven':
      // a waiver that nothing needs is told all the same
      reasons.push(...provenReason(inputs), ...judgeWaivers(inputs, []));
      break;
    case 'failed':
      reasons.push(...judgeFailed(inputs, proof));
      break;
  }
  return reasons;
}

function provenReason({ proof: input }: GateInputs): readonly GateReason[] {
  if (input.state !== 'read') return [];
  const { verdict, message } = input.value;
  const isWhole = verdict === 'passed' || verdict === 'warned';
  return [{ rule: 'proof', status: isWhole ? verdict : 'inconclusive', code: 'proven', message }];
}

/**
 * Only rows that failed can be waived. What the run's integrity or its controls say, and what nobody could judge, is not
 * touched: nobody knows what a waiver would let pass there.
 */
function judgeFailed(inputs: GateInputs, { failed, rest, message }: Proof): readonly GateReason[] {
  const beyond = (status: GateReason['status'], text: string): GateReason => {
    return { rule: 'proof', status, code: 'beyond-rows', message: text, fix: FIX };
  };
  const reasons = judgeWaivers(inputs, failed);
  if (failed.length === 0 || rest === undefined) return [beyond('failed', message), ...reasons];
  if (rest.verdict === 'passed' || rest.verdict === 'warned') return reasons;
  const because = rest.because.length > 0 ? rest.because : [message];
  return [...reasons, ...because.map((text) => beyond(rest.verdict, text))];
}

function judgeWaivers({ signOff, policy }: GateInputs, failed: readonly Finding[]): readonly GateReason[] {
  const inForce = signOff.state === 'read' ? signOff.value.waivers : [];
  const rows = failed.map((row) => ({ ...row, status: 'failed' as const }));
  const { waived, standing, unused } = applyWaivers(rows, inForce, policy.rules.unwaivable);
  const messages = new Map(failed.map(({ id, message }) => [id, message]));
  const describe = (id: string): string => `${id}: ${messages.get(id) ?? ''}`;
  return [
    ...standing.map(({ id }): GateReason => {
      return { rule: 'proof', status: 'failed', code: 'proven-broken', message: describe(id), fix: FIX };
    }),
    ...waived.map(({ check, by }): GateReason => {
      const { owner, approver, expires, reason, file } = by;
      const terms = `waived by ${file}: ${owner} answers for it, ${approver} approved it, until ${expires}: ${reason}`;
      return { rule: 'waivers', status: 'warned', code: 'waived', message: `${describe(check.id)}; ${terms}` };
    }),
    ...unused.map(({ file, covers }): GateReason => {
      const what = 'check' in covers ? covers.check : covers.layer;
      const message = `${file} waives ${what}, which did not fail`;
      return { rule: 'waivers', status: 'warned', code: 'waiver-unused', message, fix: 'Remove it.' };
    }),
  ];
}
