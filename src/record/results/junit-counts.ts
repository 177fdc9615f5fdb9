/** What a JUnit suite says of itself, against what is in it. */
import type { Doubt } from './model.ts';

/** What was seen: `own` directly in a suite, `all` with the suites inside. */
export interface JunitSeen {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
}

export const NOTHING_SEEN: Readonly<JunitSeen> = { tests: 0, failures: 0, errors: 0, skipped: 0 };

export function addSeen(to: JunitSeen, seen: Readonly<JunitSeen>): void {
  to.tests += seen.tests;
  to.failures += seen.failures;
  to.errors += seen.errors;
  to.skipped += seen.skipped;
}

type Attributes = Readonly<Record<string, string>>;

export interface JunitCounted {
  /** directly in it */
  readonly own: JunitSeen;
  /** with the suites inside */
  readonly all: JunitSeen;
  /** how many suites are inside */
  readonly suites: number;
}

/**
 * Counts that are missing say nothing. Nested suites may be in or out, or count as one test each (node:test); errors may be
 * counted as failures, failures as errors (Mocha): all of it is usual. A suite that promises more than it holds hides something;
 * one that promises less is only wrong.
 */
export function countDoubts(what: string, attributes: Attributes, counted: JunitCounted): Doubt[] {
  const { own, all } = counted;
  const bad = [own.failures + own.errors, all.failures + all.errors];
  const [failures, errors] = [numberOf(attributes['failures']), numberOf(attributes['errors'])];
  const isSumRight = failures !== undefined && errors !== undefined && bad.includes(failures + errors);
  const ofOutcomes = isSumRight
    ? []
    : [
        ...doubtOf(what, 'failures', failures, [own.failures, all.failures, ...bad], true, counted),
        ...doubtOf(what, 'errors', errors, [own.errors, all.errors], true, counted),
      ];
  const ofTests = isAccounted(attributes, counted)
    ? []
    : doubtOf(what, 'tests', numberOf(attributes['tests']), [own.tests, all.tests], true, counted);
  return [
    ...ofTests,
    ...ofOutcomes,
    ...(isAccounted(attributes, counted)
      ? []
      : doubtOf(what, 'skipped', numberOf(attributes['skipped']), [own.skipped, all.skipped], false, counted)),
  ];
}

/** What is skipped may be counted and not listed (mocha-junit-reporter): the sums tell. */
export function isAccounted(attributes: Attributes, { own, all }: JunitCounted): boolean {
  const [tests, skipped] = [numberOf(attributes['tests']), numberOf(attributes['skipped'])];
  if (tests === undefined || skipped === undefined) return false;
  return [own, all].some((seen) => seen.tests - seen.skipped + skipped === tests);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

function doubtOf(
  what: string,
  name: string,
  declared: number | undefined,
  seen: readonly number[],
  grave: boolean,
  { suites }: JunitCounted,
): Doubt[] {
  if (declared === undefined || seen.includes(declared)) return [];
  const most = Math.max(...seen);
  if (declared < most && suites > 0) return [];
  return [{ message: `${what} says ${name}="${declared}", ${most} are in it`, hides: grave && declared > most }];
}
