/** One exit code for several commands: the one that says most about what to do next. */
import { EXIT, type ExitCode } from '../../src/errors.ts';

const WORST_FIRST: readonly ExitCode[] = [EXIT.ownFault, EXIT.wrongInput, EXIT.failed, EXIT.inconclusive, EXIT.proven];

/** null = it was killed; that, any other code, and no command at all are gate10's own fault. */
export function worstCode(codes: readonly (number | null)[]): ExitCode {
  const known = codes.map((code) => WORST_FIRST.find((one) => one === code) ?? EXIT.ownFault);
  return WORST_FIRST.find((code) => known.includes(code)) ?? EXIT.ownFault;
}
