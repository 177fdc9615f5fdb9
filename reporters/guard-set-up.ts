/** A set-up that fails ends the run with the code of what failed: 2 for a wrong input, 70 for our own trouble. */
import { EXIT, formatProblem, InputError } from '../src/errors.ts';
import { processState } from './process-state.ts';

export async function guardSetUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { guard } = processState();
    const isInput = error instanceof InputError;
    guard.armed = true;
    guard.forced = isInput ? EXIT.wrongInput : EXIT.ownFault;
    guard.why = isInput ? `the input is wrong\n${error.problems.map(formatProblem).join('\n')}` : describe(error);
    // Playwright prints the stack of what a set-up throws; a person needs the sentence.
    if (isInput) error.stack = error.message;
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
