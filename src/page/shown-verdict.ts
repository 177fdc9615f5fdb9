/** A verdict as lists print it: what needs somebody is in capitals. */
import type { VerdictWord } from '../contract/verdict-words.ts';

export const SHOWN_VERDICT: Readonly<Record<VerdictWord, string>> = {
  failed: 'FAILED',
  inconclusive: 'INCONCLUSIVE',
  warned: 'warned',
  passed: 'passed',
};
