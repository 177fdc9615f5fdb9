/** L5: a way back that nobody has walked lately is no way back. */
import { ageProblem, toWords } from './age.ts';
import type { GateInputs, GateReason } from './schema.ts';

const FIX = 'gate10 rehearse';

export function judgeRehearsal({ rehearsal: input, now, policy }: GateInputs): readonly GateReason[] {
  const { required, maxAgeMs, maxDurationMs } = policy.rules.rehearsal;
  if (!required) {
    const message = 'the policy asks for no rehearsal of the rollback';
    return [{ rule: 'rehearsal', status: 'warned', code: 'rehearsal-not-required', message }];
  }
  if (input.state !== 'read')
    return [
      { rule: 'rehearsal', status: 'failed', code: `rehearsal-${input.state}`, message: input.why, fix: input.fix },
    ];
  const { at, environment, outcome, durationSeconds } = input.value;
  const reasons: GateReason[] = [];
  const failed = (code: string, message: string): void => {
    reasons.push({ rule: 'rehearsal', status: 'failed', code, message, fix: FIX });
  };
  if (outcome !== 'restored') failed('rehearsal-failed', `the last rehearsal of the rollback, ${at}, failed`);
  const age = ageProblem(at, now, maxAgeMs);
  if (age !== undefined) failed(`rehearsal-${age.code}`, `the last rehearsal of the rollback ${age.message}`);
  if (durationSeconds * 1000 > maxDurationMs)
    failed('rehearsal-slow', `the rehearsed rollback took ${durationSeconds} s (at most ${toWords(maxDurationMs)})`);
  if (reasons.length > 0) return reasons;
  return [
    {
      rule: 'rehearsal',
      status: 'passed',
      code: 'rehearsed',
      message: `rehearsed ${at} on ${environment} in ${durationSeconds} s`,
    },
  ];
}
