/** Was it approved by those who may, as it is now? */
import type { GateInputs, GateReason } from './schema.ts';

export function judgeSignOff({ signOff: input, manifest }: GateInputs): readonly GateReason[] {
  if (input.state !== 'read')
    return [
      { rule: 'sign-off', status: 'inconclusive', code: `sign-off-${input.state}`, message: input.why, fix: input.fix },
    ];
  const { outcome, approvals, missing, refused, unverifiable, soloMaintainer, manifestSha256 } = input.value;
  const reasons: GateReason[] = [];
  const add = (status: GateReason['status'], code: string, message: string, fix?: string): void => {
    reasons.push({ rule: 'sign-off', status, code, message, ...(fix && { fix }) });
  };
  if (manifest.state === 'read' && manifest.value.sha256 !== manifestSha256)
    add('inconclusive', 'sign-off-of-other-manifest', 'the manifest was changed while it was read', 'Ask again.');
  for (const { file, code, why } of refused)
    add('warned', `refused-${code}`, `${file} does not count: ${why}`, 'Remove it, or have it signed again.');
  for (const { file, why } of unverifiable)
    add('warned', 'unverifiable', `${file} cannot be verified here: ${why}`, 'Ask where it can be verified.');
  switch (outcome) {
    case 'complete': {
      if (approvals.some(({ ownWork }) => ownWork))
        add(
          'warned',
          'solo-maintainer',
          `approved by the one who made it: ${soloMaintainer?.reason ?? 'no reason is given'}`,
        );
      const by = approvals.map(({ approver, role }) => `${approver} (${role})`).join(', ');
      add('passed', 'approved', `approved by ${by}`);
      break;
    }
    case 'incomplete':
      for (const each of missing.length > 0 ? missing : ['approvals'])
        add('failed', 'approval-missing', `missing: ${each}`, 'gate10 approve --role <role>');
      break;
    case 'unverifiable':
      add(
        'inconclusive',
        'approval-unverifiable',
        'what would make it complete cannot be verified here',
        'Ask where it can be verified.',
      );
      break;
  }
  return reasons;
}
