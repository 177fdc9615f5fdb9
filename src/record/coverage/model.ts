/** What every coverage report becomes: per file, what could have been reached, and how often it was. */
import { COVERAGE_MEASURES } from '../../contract/tests-schema.ts';
import type { Problem } from '../../errors.ts';
import type { Doubt } from '../results/model.ts';

export const MEASURES = COVERAGE_MEASURES;
export type Measure = (typeof MEASURES)[number];

export interface Counted {
  readonly covered: number;
  readonly total: number;
}

/** Each place by a name of its own, and its hits; 0 = never reached. */
export interface Points {
  readonly kind: 'points';
  /** names mean the same only within one space */
  readonly space: string;
  readonly hits: ReadonlyMap<string, number>;
}

/** Cobertura: of a line it is known how many ways lead on and how many were taken, and by some tools which were not. */
export interface Ways {
  readonly kind: 'ways';
  readonly lines: ReadonlyMap<
    number,
    { readonly covered: number; readonly total: number; readonly missing?: ReadonlySet<string> }
  >;
}

/** Nothing but numbers: cannot be merged with anything. */
export interface Counts extends Counted {
  readonly kind: 'counts';
}

/** undefined = the report does not have it: unknown, never full. */
export type FileMeasure = Points | Ways | Counts | undefined;

export interface FileCoverage {
  /** as the report has it, with "/" */
  readonly path: string;
  readonly measures: Readonly<Record<Measure, FileMeasure>>;
}

export const COVERAGE_FORMATS = {
  istanbul: 'coverage-final.json of Istanbul',
  'istanbul-summary': 'coverage-summary.json of Istanbul',
  lcov: 'lcov',
  cobertura: 'Cobertura XML',
  'coverage-py': 'the JSON of coverage.py',
} as const;
export type CoverageFormat = keyof typeof COVERAGE_FORMATS;

export interface CoverageParts {
  readonly files: readonly FileCoverage[];
  readonly doubts: readonly Doubt[];
}

export interface CoverageReport extends CoverageParts {
  readonly format: CoverageFormat;
  /** hex, of the bytes of the file */
  readonly sha256: string;
}

export type CoverageRead =
  | ({ readonly ok: true } & CoverageParts)
  | { readonly ok: false; readonly problems: readonly Omit<Problem, 'file'>[] };

/** What a line is called, in every format that has lines. */
export function linePoints(hits: ReadonlyMap<number, number>): Points {
  return { kind: 'points', space: 'line', hits: new Map([...hits].map(([line, count]) => [String(line), count])) };
}
