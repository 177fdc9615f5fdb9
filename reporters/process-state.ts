/** What configuration, set-up and reporter share: they are loaded apart, but run in one process. */
import type { Plan, RunContext } from '../src/probe/schema.ts';
import { createGuardState, type GuardState, installGuard } from '../src/run/exit-guard.ts';
import type { IntegrityFinding } from '../src/run/schema.ts';

/** A run whose intent stands in the ledger. */
export interface AnnouncedRun {
  readonly runId: string;
  readonly runDir: string;
  readonly stateDir: string;
  readonly plan: Plan;
  readonly context: RunContext;
  readonly secrets: ReadonlyMap<string, string>;
}

export interface ProcessState {
  readonly guard: GuardState;
  /** called at the very end, so that no other exit listener has the last word */
  readonly moveGuardLast: () => void;
  run: AnnouncedRun | undefined;
  /** what set-up and teardown found out about the run itself */
  readonly findings: IntegrityFinding[];
}

const KEY = Symbol.for('gate10.process-state');

/** The state of this process; the first caller installs the exit guard. */
export function processState(): ProcessState {
  const place = globalThis as { [KEY]?: ProcessState };
  place[KEY] ??= createProcessState();
  return place[KEY];
}

function createProcessState(): ProcessState {
  const guard = createGuardState();
  ignoreClosedOutput();
  const moveGuardLast = installGuard(guard, {
    on: (event, listener) => process.on(event, listener),
    off: (event, listener) => process.off(event, listener),
    setExitCode: (code) => {
      process.exitCode = code;
    },
    stderr: (text) => {
      process.stderr.write(text);
    },
  });
  return { guard, moveGuardLast, run: undefined, findings: [] };
}

/** `gate10 … | head` closes our output; that says nothing about production. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Ends the process with own fault (70) when the end of the run takes longer than `limitMs`. */
export function startEndDeadline(limitMs: number): void {
  const { guard } = processState();
  setTimeout(() => {
    guard.forced = 70;
    guard.why = `the end of the run took longer than ${limitMs} ms (a reporter hangs or writes to a place that never answers)`;
    process.exit(70);
  }, limitMs);
}
