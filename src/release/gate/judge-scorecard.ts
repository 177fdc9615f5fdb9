/** Is the scorecard of this release, fresh, and does it say yes? */
import { ageProblem } from './age.ts';
import type { GateInputs, GateReason } from './schema.ts';

const FIX = 'Run the suites that it is made of, then gate10 scorecard, then gate10 manifest.';

export function judgeScorecard({
  scorecard: input,
  manifest,
  environment,
  now,
  policy,
}: GateInputs): readonly GateReason[] {
  if (input.state !== 'read')
    return [
      {
        rule: 'scorecard',
        status: 'inconclusive',
        code: `scorecard-${input.state}`,
        message: input.why,
        fix: input.fix,
      },
    ];
  const card = input.value;
  const reasons: GateReason[] = [];
  const add = (status: GateReason['status'], code: string, message: string): void => {
    reasons.push({ rule: 'scorecard', status, code, message, fix: FIX });
  };
  if (manifest.state === 'read') {
    const { scorecard: named, commit } = manifest.value.manifest;
    if (named === null) add('failed', 'scorecard-not-named', 'the manifest names no scorecard');
    else if (named.sha256 !== card.sha256)
      add('failed', 'scorecard-other', `${named.path} is not the one that was approved`);
    if (card.commit !== commit)
      add('failed', 'scorecard-of-other-commit', `the scorecard is of commit ${card.commit ?? 'nobody knows which'}`);
  }
  if (card.environment !== environment)
    add('failed', 'scorecard-of-other-environment', `the scorecard is of ${card.environment}`);
  const age = ageProblem(card.generatedAt, now, policy.rules.scorecardMaxAgeMs);
  if (age !== undefined) add('inconclusive', `scorecard-${age.code}`, `the scorecard ${age.message}`);
  for (const obstacle of card.outcome === 'passed' ? [] : card.obstacles)
    add(card.outcome === 'failed' ? 'failed' : 'inconclusive', `scorecard-${card.outcome}`, obstacle);
  if (card.outcome !== 'passed' && card.obstacles.length === 0)
    add('inconclusive', `scorecard-${card.outcome}`, 'the scorecard does not say what keeps it from being passed');
  if (reasons.length > 0) return reasons;
  return [{ rule: 'scorecard', status: 'passed', code: 'scorecard', message: `passed, ${card.generatedAt}` }];
}
