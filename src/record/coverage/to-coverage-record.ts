/** What was measured, as the record that a scorecard reads. */
import type { InconclusiveReason, VerdictWord } from '../../contract/verdict-words.ts';
import type { SuiteCheck } from '../suite.ts';
import type { CoverageRecord } from './coverage-record-schema.ts';
import type { CoverageGroup, GroupMeasure } from './judge-coverage.ts';
import { MEASURES, type Measure } from './model.ts';

export interface CoverageFacts {
  /** ISO-8601 UTC */
  readonly generatedAt: string;
  readonly commit: string | undefined;
  readonly verdict: VerdictWord;
  readonly reason: InconclusiveReason | undefined;
  readonly inputs: CoverageRecord['inputs'];
  readonly groups: readonly CoverageGroup[];
  readonly checks: readonly SuiteCheck[];
  readonly notes: readonly string[];
}

export function toCoverageRecord(facts: CoverageFacts): CoverageRecord {
  const { generatedAt, commit, verdict, reason, inputs, groups, checks, notes } = facts;
  return {
    schema: 'gate10/coverage/v1',
    generated_at: generatedAt,
    commit: commit ?? null,
    verdict,
    reason: reason ?? null,
    inputs,
    groups: groups.map(({ measures, ...group }) => ({
      ...group,
      measures: Object.fromEntries(MEASURES.map((measure) => [measure, toMeasure(measures[measure])])) as Record<
        Measure,
        ReturnType<typeof toMeasure>
      >,
    })),
    checks: checks.map(toRecordedCheck),
    notes: [...notes],
  };
}

export function toRecordedCheck({ name, status, reason, message }: SuiteCheck): CoverageRecord['checks'][number] {
  return { name, status, ...(reason !== undefined && { reason }), message };
}

function toMeasure({ covered, total, unknown, atLeast, percent }: GroupMeasure) {
  return {
    covered,
    total,
    unknown_files: unknown,
    at_least: atLeast,
    percent: percent === null ? null : Math.floor(percent * 100) / 100,
  };
}
