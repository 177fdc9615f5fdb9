/** The tests of each level: how many there are, ran, and came to what end. */
import type { MergedTest } from '../results/merge-results.ts';
import { LEVELS, type Level, succeeded, wasExecuted } from '../results/model.ts';
import type { LevelOf } from './level-of.ts';

export interface LevelCount {
  readonly tests: number;
  /** ran to an end */
  readonly executed: number;
  /** at once */
  readonly passed: number;
  readonly flaky: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  readonly pending: number;
  /** failed, and in quarantine: in neither part of the success rate */
  readonly quarantined: number;
  /** share of what ran that ended well; null = nothing ran */
  readonly successRate: number | null;
  readonly durationMs: number;
  /** ids; a few */
  readonly failures: readonly string[];
}

export interface LevelCounts {
  readonly levels: Readonly<Record<Level, LevelCount>>;
  /** tests whose level nobody says */
  readonly unknown: { readonly tests: number; readonly examples: readonly string[] };
}

const MAX_NAMED = 5;

interface Counting {
  readonly byStatus: Record<MergedTest['status'], number>;
  quarantined: number;
  durationMs: number;
  readonly failures: string[];
}

export function countLevels(
  tests: readonly MergedTest[],
  levelOf: LevelOf,
  isQuarantined: (id: string) => boolean,
): LevelCounts {
  const counting = new Map<Level, Counting>(LEVELS.map((level) => [level, nothing()]));
  let unknown = 0;
  const examples: string[] = [];
  for (const { id, test, status, report } of tests) {
    const level = levelOf(test, report);
    const counted = level === undefined ? undefined : counting.get(level);
    if (counted === undefined) {
      unknown += 1;
      if (examples.length < MAX_NAMED) examples.push(id);
      continue;
    }
    counted.byStatus[status] += 1;
    counted.durationMs += test.durationMs ?? 0;
    if (!wasExecuted({ status }) || succeeded({ status })) continue;
    if (isQuarantined(id)) counted.quarantined += 1;
    else if (counted.failures.length < MAX_NAMED) counted.failures.push(id);
  }
  const levels = Object.fromEntries([...counting].map(([level, counted]) => [level, toCount(counted)]));
  return { levels: levels as Record<Level, LevelCount>, unknown: { tests: unknown, examples } };
}

function nothing(): Counting {
  const byStatus = { passed: 0, failed: 0, skipped: 0, flaky: 0, error: 0, pending: 0 };
  return { byStatus, quarantined: 0, durationMs: 0, failures: [] };
}

function toCount({ byStatus, quarantined, durationMs, failures }: Counting): LevelCount {
  const { passed, flaky, failed, error, skipped, pending } = byStatus;
  const executed = passed + flaky + failed + error;
  const judged = executed - quarantined;
  return {
    tests: executed + skipped + pending,
    ...{ executed, passed, flaky, failed, errors: error, skipped, pending, quarantined, durationMs, failures },
    successRate: judged === 0 ? null : (passed + flaky) / judged,
  };
}
