/** Is this the manifest of what is asked for, is what it names still what it was, and may it go out now? */
import type { GateInputs, GateReason } from './schema.ts';

const AGAIN = 'Make the manifest again (gate10 manifest) and have it approved again.';

export function judgeManifest(inputs: GateInputs): readonly GateReason[] {
  const { manifest: input, environment, commit } = inputs;
  if (input.state !== 'read') {
    return [
      { rule: 'manifest', status: 'inconclusive', code: `manifest-${input.state}`, message: input.why, fix: input.fix },
    ];
  }
  const { manifest } = input.value;
  const reasons: GateReason[] = [];
  const failed = (code: string, message: string): void => {
    reasons.push({ rule: 'manifest', status: 'failed', code, message, fix: AGAIN });
  };
  if (manifest.environment !== environment)
    failed('other-environment', `the manifest is for ${manifest.environment}, the gate for ${environment}`);
  if (commit !== undefined && !isSame(commit, manifest.commit))
    failed('other-commit', `the manifest is of commit ${manifest.commit}, asked for is ${commit}`);
  if (manifest.artifacts.length === 0) failed('no-artifacts', 'the manifest names no artifact: nothing is released');
  if (reasons.length === 0)
    reasons.push({
      rule: 'manifest',
      status: 'passed',
      code: 'manifest',
      message: `release ${manifest.release}, commit ${manifest.commit}`,
    });
  return [
    ...reasons,
    ...judgeArtifacts(inputs, manifest.artifacts.length),
    ...judgeWindow(inputs),
    ...judgeWayBack(inputs),
  ];
}

const STATES = {
  changed: 'is not what it was',
  absent: 'is gone',
  outside: 'leads outside the folder of the manifest',
  'not-a-file': 'is not a regular file any more',
  unreadable: 'cannot be read',
} as const;

/** Every artifact has to have been looked at: those that nobody looked at are not the same. */
function judgeArtifacts({ artifacts }: GateInputs, named: number): readonly GateReason[] {
  const reasons = artifacts.flatMap(({ path, state }): GateReason[] => {
    if (state === 'same') return [];
    const status = state === 'unreadable' ? 'inconclusive' : 'failed';
    const fix = 'Bring back what was approved, or make the manifest again.';
    return [{ rule: 'artifacts', status, code: `artifact-${state}`, message: `${path} ${STATES[state]}`, fix }];
  });
  if (artifacts.length !== named)
    reasons.push({
      rule: 'artifacts',
      status: 'inconclusive',
      code: 'artifacts-unseen',
      message: `${artifacts.length} of ${named} artifacts were looked at`,
    });
  if (reasons.length > 0) return reasons;
  return [{ rule: 'artifacts', status: 'passed', code: 'artifacts', message: `${named} artifacts are what they were` }];
}

function judgeWindow({ manifest: input, now }: GateInputs): readonly GateReason[] {
  const window = input.state === 'read' ? input.value.manifest.rollout : null;
  if (window === null) return [];
  const { notBefore, notAfter } = window;
  const reason = (status: GateReason['status'], code: string, message: string): GateReason => ({
    rule: 'window',
    status,
    code,
    message,
  });
  if (Date.parse(now) < Date.parse(notBefore))
    return [{ ...reason('failed', 'too-early', `the rollout window opens ${notBefore}`), fix: 'Wait for it.' }];
  if (Date.parse(now) >= Date.parse(notAfter))
    return [{ ...reason('failed', 'too-late', `the rollout window closed ${notAfter}`), fix: AGAIN }];
  return [reason('passed', 'in-window', `within the rollout window, until ${notAfter}`)];
}

/** A release without a way back may go on: that it has none is for people to see before they need it. */
function judgeWayBack({ manifest: input }: GateInputs): readonly GateReason[] {
  if (input.state !== 'read') return [];
  const { rollback } = input.value.manifest;
  if (rollback.veto !== undefined)
    return [{ rule: 'way-back', status: 'warned', code: 'no-way-back', message: `no way back: ${rollback.veto}` }];
  if (rollback.target === null)
    return [{ rule: 'way-back', status: 'warned', code: 'no-way-back', message: 'no way back: no release is named' }];
  return [{ rule: 'way-back', status: 'passed', code: 'way-back', message: `back to ${rollback.target}` }];
}

/** The beginning of an id of 7 digits or more stands for it, as in git. */
function isSame(asked: string, full: string): boolean {
  return asked.length >= 7 && full.startsWith(asked.toLowerCase());
}
