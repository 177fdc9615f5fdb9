/** The check engine's first word, heard by the runner's process while it starts its worker. */
import { setTimeout as wait } from 'node:timers/promises';
import { processState } from '../../reporters/process-state.ts';
import { takeAnnouncement } from '../../reporters/take-announcement.ts';
import { EXIT, type ExitCode, formatProblem } from '../../src/errors.ts';
import { ANNOUNCED_WITHIN_MS, type FirstWord, type RunOrder, runDirOf } from '../../src/run/run-order.ts';

export interface Hearing {
  /** Settles when the word was heard, or when it is too late for it; from then on the run is not stopped any more. */
  readonly end: () => Promise<void>;
}

/** An announced run goes on; any other word stops the runner in order, and decides the exit code. */
export function hearFirstWord(firstWord: Promise<FirstWord>, order: RunOrder, env: NodeJS.ProcessEnv): Hearing {
  let ending = false;
  let stopProgress = (): void => undefined;
  const hear = async (): Promise<void> => {
    const word = await firstWord;
    if (!take(word, order)) {
      // As the user does it: workers and web servers are stopped, the reporters are asked. No test is left to wait.
      if (!ending && !wasInterrupted()) process.kill(process.pid, 'SIGINT');
    } else if (env['GATE10_SCREEN'] !== 'off' && !ending) {
      const { showProgress } = await import('./show-progress.ts');
      if (!ending) stopProgress = showProgress(runDirOf(order));
    }
  };
  const heard = hear();
  return {
    async end() {
      ending = true;
      const tooLate = new AbortController();
      const waited = wait(ANNOUNCED_WITHIN_MS, true, { signal: tooLate.signal }).catch(() => false);
      if ((await Promise.race([heard, waited])) === true) blame(EXIT.ownFault, 'the check engine never said a word');
      tooLate.abort();
      stopProgress();
    },
  };
}

function take(word: FirstWord, order: RunOrder): boolean {
  switch (word.type) {
    case 'announced':
      try {
        takeAnnouncement(order, new Map(word.secrets));
        return true;
      } catch (error) {
        return blame(EXIT.ownFault, error instanceof Error ? error.message : String(error));
      }
    case 'refused':
      return blame(EXIT.wrongInput, `the input is wrong\n${word.problems.map(formatProblem).join('\n')}`);
    case 'fault':
      // Ctrl-C reaches the engine too, and may end it before it can say anything else.
      return wasInterrupted() ? false : blame(EXIT.ownFault, word.message);
  }
}

function wasInterrupted(): boolean {
  return processState().findings.some(({ code }) => code === 'interrupted');
}

function blame(code: ExitCode, why: string): false {
  const { guard } = processState();
  guard.forced = code;
  guard.why = why;
  return false;
}
