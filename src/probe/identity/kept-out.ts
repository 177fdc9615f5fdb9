/** Identity samples that the system refused to this run: they say nothing about the build, good or bad. */
import type { Judgement } from '../row.ts';
import type { IdentitySample } from '../schema.ts';

/** Undefined where one of them was not merely kept out (429, 423, a firewall's question), or there is none. */
export function judgeKeptOut(silent: readonly IdentitySample[], asked: number): Judgement | undefined {
  const [first] = silent;
  if (first === undefined || silent.some(({ limited }) => limited !== true)) return undefined;
  const message = `${first.via} does not let this run see which build answers (${silent.length} of ${asked} samples): ${first.error}.`;
  return { status: 'inconclusive', reason: 'insufficient', message, actual: first.error };
}
