/** `overall_passed`: recomputed from the parts, so that a summary that contradicts them never opens anything. */
import type { ReadinessBlock } from '../../contract/scorecard-policy-schema.ts';
import type { Scorecard, ScorecardBlock } from './scorecard-schema.ts';

type Blocks = Readonly<Record<ReadinessBlock, ScorecardBlock>>;

/** Why it is not passed; empty = it is. `problem` = the policy cannot be read. */
export function findObstacles(blocks: Blocks, problem: string | undefined): string[] {
  const { production, ...others } = blocks;
  const required = Object.entries({ production: { ...production, required: true }, ...others }).filter(
    ([, block]) => block.required,
  );
  const open = required.filter(([, { status }]) => status !== 'passed' && status !== 'warned');
  return [
    ...(problem === undefined ? [] : [`it is not known what is required: ${problem}`]),
    ...open.map(([name, { status, why, because }]) => {
      const reason = why ?? because[0];
      return `${name} is required and ${status}${reason === undefined ? '' : `: ${reason}`}`;
    }),
  ];
}

/** `failed` = something that is required was seen to be broken; `unjudged` = nothing was, but not all is known. */
export function outcomeOf(scorecard: Pick<Scorecard, 'overall_passed' | 'blocks'>): 'passed' | 'failed' | 'unjudged' {
  if (scorecard.overall_passed) return 'passed';
  const blocks = Object.entries(scorecard.blocks);
  const isBroken = blocks.some(
    ([name, block]) => (name === 'production' || block.required) && block.status === 'failed',
  );
  return isBroken ? 'failed' : 'unjudged';
}
