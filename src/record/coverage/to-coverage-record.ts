/** What was measured, as the record that a scorecard reads. */
import type { ReadinessFile } from '../results/readiness-file-schema.ts';
import type { CoverageRecord } from './coverage-record-schema.ts';
import type { CoverageGroup, GroupMeasure } from './judge-coverage.ts';
import { MEASURES } from './model.ts';

type RecordedGroup = CoverageRecord['groups'][number];

export function toCoverageRecord(file: ReadinessFile, groups: readonly CoverageGroup[]): CoverageRecord {
  return {
    schema: 'gate10/coverage/v1',
    ...file,
    groups: groups.map(({ measures, ...group }) => ({
      ...group,
      measures: Object.fromEntries(
        MEASURES.map((measure) => [measure, toMeasure(measures[measure])]),
      ) as RecordedGroup['measures'],
    })),
  };
}

/** For one line of a screen: percent overall. */
export function coverageTotals(groups: readonly CoverageGroup[]): ReadinessFile['totals'] {
  const overall = groups.find(({ kind }) => kind === 'overall');
  return Object.fromEntries(
    MEASURES.map((measure) => [measure, roundedDown(overall?.measures[measure].percent ?? null)]),
  );
}

function toMeasure({ covered, total, unknown, atLeast, percent }: GroupMeasure): RecordedGroup['measures']['lines'] {
  return { covered, total, unknown_files: unknown, at_least: atLeast, percent: roundedDown(percent) };
}

function roundedDown(percent: number | null): number | null {
  return percent === null ? null : Math.floor(percent * 100) / 100;
}
