/**
 * The exit guard. A runner's exit code is evidence, never the verdict: a reporter whose `onEnd` never settles, a
 * `process.exit(0)` or another reporter's "passed" would turn red into green (measured, Playwright 1.65.1). So the
 * process ends with 70 unless the verdict was sealed, read back and the runner came to its own end; then it ends with
 * exactly the verdict's code.
 */
import { EXIT, type ExitCode } from '../errors.ts';

/** What has happened so far in this process. One per process, shared by config, set-up and reporter. */
export interface GuardState {
  /** the command line asks for a run at all; `--list` and other commands do not */
  armed: boolean;
  /** the global set-up came to the point where a run was announced */
  intended: boolean;
  /** our reporter was built: `--reporter=x` drops it */
  reporterBuilt: boolean;
  /** the verdict's code, once its record was sealed and read back */
  sealed: ExitCode | undefined;
  /** the runner reached the reporter's last call */
  finished: boolean;
  /** a code that stands before every other: wrong input (2), own fault (70), interruption (3) */
  forced: ExitCode | undefined;
  /** why, for the person at the terminal */
  why: string | undefined;
  /** a shard with a blob report: the merge will judge */
  leftToMerge: boolean;
}

export function createGuardState(): GuardState {
  return {
    armed: false,
    intended: false,
    reporterBuilt: false,
    sealed: undefined,
    finished: false,
    forced: undefined,
    why: undefined,
    leftToMerge: false,
  };
}

export interface GuardedExit {
  readonly code: number;
  readonly why?: string;
}

/** The code this process has to end with. `native` is what the runner would have returned. */
export function decideExit(state: GuardState, native: number): GuardedExit {
  if (!state.armed) return { code: native };
  if (state.forced !== undefined) return { code: state.forced, ...(state.why !== undefined && { why: state.why }) };
  if (!state.intended && !state.reporterBuilt)
    return native === 0
      ? { code: native }
      : { code: EXIT.ownFault, why: 'the runner ended before the run began; see the error above' };
  if (!state.reporterBuilt)
    return {
      code: EXIT.inconclusive,
      why: 'the gate10 reporter was not loaded (--reporter replaces it; use --add-reporter), so nothing was judged or recorded',
    };
  if (!state.finished)
    return {
      code: EXIT.ownFault,
      why:
        state.sealed === undefined
          ? 'the run ended before its verdict was sealed (a reporter exited, threw or never ended)'
          : 'the verdict was sealed, and the runner did not come to its end (another reporter exited, threw or never ended)',
    };
  if (state.leftToMerge) return { code: native };
  if (state.sealed === undefined) return { code: EXIT.ownFault, why: 'the verdict was not sealed' };
  return { code: state.sealed };
}

/** The parts of a process that the guard needs. */
export interface GuardHost {
  readonly on: (event: 'exit', listener: (code: number) => void) => unknown;
  readonly off: (event: 'exit', listener: (code: number) => void) => unknown;
  readonly setExitCode: (code: number) => void;
  readonly stderr: (text: string) => void;
}

/** Returns a function that moves the guard behind all exit listeners that were added since. */
export function installGuard(state: GuardState, host: GuardHost): () => void {
  const listener = (native: number): void => {
    const { code, why } = decideExit(state, native);
    if (why !== undefined) host.stderr(`gate10: exit ${code}: ${why}\n`);
    host.setExitCode(code);
  };
  host.on('exit', listener);
  return () => {
    host.off('exit', listener);
    host.on('exit', listener);
  };
}
