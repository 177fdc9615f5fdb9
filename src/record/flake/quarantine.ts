/** `tests.quarantine` of the policy: a test whose failure is shown and does not fail; for a while, and not many of them. */
import type { Quarantined, TestsPolicy } from '../../contract/tests-schema.ts';
import { nameMatcher } from '../results/glob.ts';
import type { ResultStatus } from '../results/model.ts';
import type { SuiteCheck } from '../suite.ts';

export interface Quarantine {
  /** In force on that day, for this test. */
  readonly holds: (id: string) => boolean;
  readonly entries: readonly QuarantineEntry[];
}

interface QuarantineEntry extends Quarantined {
  readonly inForce: boolean;
  readonly matches: (id: string) => boolean;
}

/** A test of the run at hand, or as the history saw it last. */
export interface QuarantinedTest {
  readonly id: string;
  readonly status: ResultStatus;
}

/** An entry begins on `granted`, and is void from `expires` on; days are UTC. */
export function toQuarantine({ tests }: TestsPolicy['quarantine'], now: Date): Quarantine {
  const day = now.toISOString().slice(0, 10);
  const entries = tests.map((entry): QuarantineEntry => {
    const inForce = entry.granted <= day && day < entry.expires;
    return { ...entry, inForce, matches: nameMatcher(entry.test) };
  });
  const active = entries.filter(({ inForce }) => inForce);
  return { entries, holds: (id) => active.some(({ matches }) => matches(id)) };
}

/** Lapsed, unused, too many, or kept from running: a quarantine that nobody looks after is a hole. */
export function checkQuarantine(
  { entries, holds }: Quarantine,
  tests: readonly QuarantinedTest[],
  { maxTests }: Pick<TestsPolicy['quarantine'], 'maxTests'>,
): SuiteCheck[] {
  const ofEntries = entries.flatMap((entry) => checkEntry(entry, tests));
  const held = tests.filter(({ id }) => holds(id)).length;
  if (held <= maxTests) return ofEntries;
  const message = `${held} tests are in quarantine, ${maxTests} are allowed at once.`;
  return [{ name: 'quarantine cap', status: 'failed', message }, ...ofEntries];
}

function checkEntry(
  { test, owner, granted, expires, inForce, matches }: QuarantineEntry,
  tests: readonly QuarantinedTest[],
): SuiteCheck[] {
  const name = `quarantine ${test}`;
  const found = tests.filter(({ id }) => matches(id));
  if (!inForce) {
    const message = `the quarantine of "${test}" (${owner}) is void: granted ${granted}, expires ${expires}.`;
    return [{ name, status: 'failed', message }];
  }
  if (found.length === 0) {
    return [
      { name, status: 'warned', message: `the quarantine of "${test}" (${owner}) is about no test of these results.` },
    ];
  }
  const idle = found.filter(({ status }) => status === 'skipped' || status === 'pending');
  if (idle.length === 0) return [];
  const message = `${idle.length} tests in quarantine did not run (${idle[0]?.id}): a test in quarantine still runs.`;
  return [{ name: `${name} idle`, status: 'warned', message }];
}
