/** The exit code of a verdict where nothing else bears on it; a whole run has its own reasons besides (`judge.ts`). */
import type { VerdictWord } from '../contract/verdict-words.ts';
import { EXIT, type ExitCode } from '../errors.ts';

export const VERDICT_EXIT_CODES: Readonly<Record<VerdictWord, ExitCode>> = {
  passed: EXIT.proven,
  warned: EXIT.proven,
  failed: EXIT.failed,
  inconclusive: EXIT.inconclusive,
};
