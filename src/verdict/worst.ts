/** The join of verdicts: the worst wins. */
import type { InconclusiveReason, VerdictWord } from '../contract/verdict-words.ts';

const ORDER: readonly VerdictWord[] = ['failed', 'inconclusive', 'warned', 'passed'];
const REASONS: readonly InconclusiveReason[] = ['blind', 'wrong-build', 'not-run', 'stale', 'insufficient'];

/** undefined for an empty list: the caller says what nothing means (it is never `passed`). */
export function worstVerdict(words: readonly VerdictWord[]): VerdictWord | undefined {
  return ORDER.find((word) => words.includes(word));
}

export function worstReason(reasons: readonly (InconclusiveReason | undefined)[]): InconclusiveReason | undefined {
  return REASONS.find((reason) => reasons.includes(reason));
}

/** Sorts what is not passed before what is: failed, inconclusive, warned, passed. */
export function bySeverity(a: { readonly status: VerdictWord }, b: { readonly status: VerdictWord }): number {
  return ORDER.indexOf(a.status) - ORDER.indexOf(b.status);
}
