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

/**
 * Counts that are missing say nothing. Those of nested suites may be in or out, and errors may be counted as failures: both
 * are usual. A suite that promises more than it holds hides something; one that promises less is only wrong.
 */
export function countDoubts(what: string, attributes: Attributes, own: JunitSeen, all: JunitSeen): Doubt[] {
  const failures = [own.failures, all.failures, own.failures + own.errors, all.failures + all.errors];
  const errors = [own.errors, all.errors];
  return [
    ...doubtOf(what, 'tests', attributes['tests'], [own.tests, all.tests], true),
    ...doubtOf(what, 'failures', attributes['failures'], failures, true),
    ...doubtOf(what, 'errors', attributes['errors'], errors, true),
    ...doubtOf(what, 'skipped', attributes['skipped'], [own.skipped, all.skipped], false),
  ];
}

function doubtOf(what: string, name: string, text: string | undefined, seen: number[], grave: boolean): Doubt[] {
  if (text === undefined || !/^\d+$/.test(text.trim())) return [];
  const declared = Number(text);
  if (seen.includes(declared)) return [];
  const most = Math.max(...seen);
  return [{ message: `${what} says ${name}="${declared}", ${most} are in it`, hides: grave && declared > most }];
}
