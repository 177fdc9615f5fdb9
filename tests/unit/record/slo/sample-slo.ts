/** Objectives, sealed runs and records in short form, for the tests of readings and verdicts. */
import type { Indicator, Objective } from '../../../../src/contract/objectives/objective.ts';
import type { SealedEvent } from '../../../../src/ledger/schema.ts';
import type { SliResult } from '../../../../src/probe/schema.ts';
import type { RunSource } from '../../../../src/record/slo/read-runs.ts';
import type { KnownReading } from '../../../../src/record/slo/reading.ts';
import type { RunRecord } from '../../../../src/run/schema.ts';
import { healthyRecord } from '../../verdict/sample-record.ts';

export const NOW = new Date('2026-11-21T12:00:00.000Z');
export const DAY = 86_400;

export const COUNTED: Indicator = {
  kind: 'prometheus',
  counts: 'good',
  numerator: 'sum(increase(ok[{{.window}}]))',
  total: 'sum(increase(all[{{.window}}]))',
};

export function objective(over: Partial<Objective> = {}): Objective {
  return {
    id: 'shop',
    service: 'shop',
    title: 'Shop',
    target: 0.999,
    window: { text: '30d', seconds: 30 * DAY },
    budgeting: 'Occurrences',
    indicator: COUNTED,
    errorBudgetPolicy: 'report',
    source: 'objectives.yaml:3',
    ...over,
  };
}

export function reading(over: Partial<KnownReading> & { readonly misses?: number } = {}): KnownReading {
  const { misses = 0, ...rest } = over;
  const base = {
    known: true,
    basis: 'sample',
    n: 1000,
    fewest: misses,
    most: misses,
    unit: 'ratio',
    notes: [],
  } as const;
  const n = rest.n ?? base.n;
  return { ...base, value: n === 0 ? null : 1 - misses / n, ...rest };
}

export function sli(over: Partial<SliResult> = {}): SliResult {
  return {
    name: 'availability',
    n: 600,
    misses: 0,
    value: 1,
    bound: 0.995,
    objective: 0.999,
    unit: 'ratio',
    confidence: 0.95,
    status: 'passed',
    ...over,
  };
}

export interface ShortRun {
  /** hours before NOW */
  readonly hoursAgo: number;
  readonly verdict?: SealedEvent['verdict'];
  readonly complete?: boolean;
  readonly slis?: readonly SliResult[];
  readonly record?: Partial<RunRecord>;
  /** instead of its record */
  readonly problem?: string;
}

/** Runs in the order given; ids are r1, r2, … */
export function runSource(...runs: readonly ShortRun[]): RunSource {
  const sealed = runs.map(({ hoursAgo, verdict = 'passed', complete = true }, index): SealedEvent => {
    const endedAt = new Date(NOW.getTime() - hoursAgo * 3_600_000).toISOString();
    return {
      type: 'run.sealed',
      runId: `r${index + 1}`,
      system: 'mosaic',
      environment: 'production',
      kind: 'production',
      expected: { commit: 'a'.repeat(40) },
      startedAt: endedAt,
      endedAt,
      verdict,
      exitCode: verdict === 'failed' ? 1 : 0,
      complete,
      because: [],
      failedLayers: [],
      planDigest: 'p',
      contractDigest: 'c',
      recordDigest: 'd'.repeat(64),
      recordPath: `runs/r${index + 1}/record.json`,
    };
  });
  const readRecord: RunSource['readRecord'] = ({ runId }) => {
    const run = runs[sealed.findIndex((one) => one.runId === runId)];
    if (run?.problem !== undefined) return { problem: run.problem };
    return { record: healthyRecord({ runId, slis: [...(run?.slis ?? [sli()])], ...run?.record }) };
  };
  return { runs: sealed, readRecord, now: NOW };
}
