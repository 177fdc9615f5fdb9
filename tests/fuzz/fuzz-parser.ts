/** A parser under fuzz: what it is given, and what has to hold of whatever it answers. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../../src/contract/canonical.ts';
import { InputError, type Problem } from '../../src/errors.ts';

export type Form = 'json' | 'yaml' | 'lines' | 'text';

/** Taken as a value, or refused in words. Anything else that a parser does is a finding. */
export type Outcome = 'read' | 'refused';

export interface FuzzParser {
  readonly name: string;
  /** what it reads, for `--list` */
  readonly reads: string;
  /** How its inputs are taken apart; `lines` = JSON on every line. */
  readonly form: Form;
  /** Right inputs, which are then damaged. The same in every process. */
  readonly samples: () => readonly string[] | Promise<readonly string[]>;
  /** Words that mean something to it. */
  readonly words?: readonly string[];
  /** Cases of a run in CI, where 5,000 take too long. */
  readonly inCi?: number;
  /** `folder` is its own; the reader throws what is a finding. */
  readonly open: (folder: string) => (bytes: Uint8Array) => Outcome | Promise<Outcome>;
}

export class Finding extends Error {
  override readonly name = 'Finding';
}

export interface Fairness {
  /** every problem has its line */
  readonly lines: boolean;
}

/** Codes of what is wrong with a file as a whole. */
const WHOLE_FILE: ReadonlySet<string> = new Set([
  ...['wrong-encoding', 'too-large', 'not-a-file', 'unreadable-file', 'missing-file', 'more'],
]);

/** Problems that a person can work with: each has a code, says what, and where. */
export function fair(problems: readonly Problem[], { lines }: Fairness = { lines: true }): Outcome {
  if (problems.length === 0) throw new Finding('it is refused without a reason');
  for (const problem of problems) {
    const { code, what, file, line } = problem;
    if (code === '' || what.trim() === '') throw new Finding(`a problem says nothing: ${JSON.stringify(problem)}`);
    if (lines && file === undefined) throw new Finding(`a problem names no file: ${JSON.stringify(problem)}`);
    const hasLine = line !== undefined && Number.isInteger(line) && line > 0;
    if (lines && !hasLine && !WHOLE_FILE.has(code))
      throw new Finding(`a problem names no line: ${JSON.stringify(problem)}`);
  }
  return 'refused';
}

/** What `read` does with its input; `check` looks at what it took. An InputError is an answer, any other error is a finding. */
export function judged<T>(read: () => T, check: (value: T) => void = () => undefined, fairness?: Fairness): Outcome {
  let value: T;
  try {
    value = read();
  } catch (error) {
    if (error instanceof InputError) return fair(error.problems, fairness);
    throw error;
  }
  check(value);
  return 'read';
}

/** The same for a parser that reads a file. */
export function fromFile(
  name: string,
  read: (file: string, bytes: Uint8Array) => Outcome,
): (folder: string) => (bytes: Uint8Array) => Outcome {
  return (folder) => {
    const file = path.join(folder, name);
    return (bytes) => {
      writeFileSync(file, bytes);
      return read(file, bytes);
    };
  };
}

/** Of values that are nested deeper than they can be printed, nothing is said. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  try {
    compare(actual, expected, what);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function compare(actual: unknown, expected: unknown, what: string): void {
  // through JSON: members that are undefined are none, and their order says nothing
  const [a, b] = [actual, expected].map((value) => canonicalJson(JSON.parse(JSON.stringify(value) ?? 'null')));
  if (a !== b) throw new Finding(`${what}: ${a?.slice(0, 300)} is not ${b?.slice(0, 300)}`);
}

/** As lenient as a parser of text may be: what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
