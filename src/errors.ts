/**
 * The errors that a user may see, and the exit codes of every gate10 command.
 *
 * A problem says where, what is wrong, what was expected and how to mend it. Problems are collected: a command
 * reports all of them at once, then ends with the exit code of its class.
 */

/** Exit codes of every gate10 command and of a gated Playwright run. */
export const EXIT = {
  /** passed or warned: everything that had to be proven was proven */
  proven: 0,
  /** failed: production is broken, or a promise is not kept */
  failed: 1,
  /** the input is wrong (contract, environment, arguments) */
  wrongInput: 2,
  /** inconclusive: it cannot be judged */
  inconclusive: 3,
  /** gate10's own fault (EX_SOFTWARE of sysexits.h) */
  ownFault: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One thing that is wrong with an input. `line` and `column` count from 1. */
export interface Problem {
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Path inside the document, e.g. `environments.production.services.app.url`. */
  readonly path?: string;
  readonly what: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** The input cannot be used: exit 2. Carries every problem found, not the first. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly exitCode = EXIT.wrongInput;
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options);
    this.problems = problems;
  }
}

/** gate10 itself failed (disk full, ledger unreadable, engine died): exit 70, never a statement about production. */
export class OwnFaultError extends Error {
  override readonly name = 'OwnFaultError';
  readonly exitCode = EXIT.ownFault;
}

/** `file:line:column path CODE what (expected …) fix: …` on one line. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const parts = [
    place && `${place}:`,
    problem.path && `${problem.path}:`,
    problem.what,
    problem.expected && `(expected ${problem.expected})`,
    problem.fix && `Fix: ${problem.fix}`,
    `[${problem.code}]`,
  ];
  return parts.filter(Boolean).join(' ');
}
