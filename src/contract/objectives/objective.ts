/** An objective as the rest of gate10 works with it: OpenSLO resolved, references followed, units made one. */

/** Over which runs the samples are added up. */
export type RunReach = 'newest' | 'window';

export interface PrometheusIndicator {
  readonly kind: 'prometheus';
  /** what `numerator` counts */
  readonly counts: 'good' | 'bad';
  readonly numerator: string;
  readonly total: string;
  readonly examples?: { readonly good: readonly string[]; readonly bad: readonly string[] } | undefined;
  /** name of the environment variable that holds a bearer token */
  readonly tokenSecret?: string | undefined;
  /** Timeslices: a slice is good where at least this share of its events is */
  readonly slices?: { readonly seconds: number; readonly target: number } | undefined;
}

export type Indicator =
  | { readonly kind: 'run-ratio'; readonly sli: 'availability' | 'correctness'; readonly runs: RunReach }
  | { readonly kind: 'run-latency'; readonly limitMs: number; readonly runs: RunReach }
  | { readonly kind: 'history' }
  | { readonly kind: 'k6-ratio'; readonly file: string; readonly bad: string; readonly total: string }
  | { readonly kind: 'k6-latency'; readonly file: string; readonly metric: string; readonly limitMs: number }
  | PrometheusIndicator;

export interface Objective {
  /** the SLO's name; with "#2" … where it has several objectives */
  readonly id: string;
  readonly service: string;
  readonly title: string;
  /** share of events (or slices) that have to be good, 0 < target < 1 */
  readonly target: number;
  readonly window: { readonly text: string; readonly seconds: number };
  readonly budgeting: 'Occurrences' | 'Timeslices';
  readonly indicator: Indicator;
  /** SRE workbook, appendix B: enforce = a budget spent over four weeks blocks changes */
  readonly errorBudgetPolicy: 'report' | 'enforce';
  /** how much a miss weighs for a rollback; undefined = the contract does not say */
  readonly severity?: 'P0' | 'P1' | 'P2' | 'P3' | undefined;
  /** the environments that it is about; undefined = all */
  readonly environments?: readonly string[] | undefined;
  /** file:line */
  readonly source: string;
}

export interface Objectives {
  readonly objectives: readonly Objective[];
  /** What was read and is not used, each a sentence with its place: nothing is left out silently. */
  readonly notUsed: readonly string[];
  /** hex SHA-256 of the file */
  readonly digest: string;
  readonly file: string;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `30d`, `4w`, `5m`; undefined for months, quarters and years, which have no fixed length. */
export function durationSeconds(text: string): number | undefined {
  const unit = UNIT_SECONDS[text.slice(-1)];
  return unit === undefined ? undefined : Number(text.slice(0, -1)) * unit;
}

/** Whether a source tells what was over windows of any length; one run, or one summary, does not. */
export function looksBack({ indicator }: Pick<Objective, 'indicator'>): boolean {
  switch (indicator.kind) {
    case 'run-ratio':
    case 'run-latency':
      return indicator.runs === 'window';
    case 'history':
    case 'prometheus':
      return true;
    case 'k6-ratio':
    case 'k6-latency':
      return false;
  }
}
