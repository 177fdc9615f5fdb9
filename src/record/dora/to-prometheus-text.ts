/**
 * DORA's metrics in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), named as
 * prometheus.io/docs/practices/naming asks: base units, ratios from 0 to 1. What is not known has no sample: a zero
 * would be a claim, and NaN is forgotten by every sum. `gate10_dora_unknown` says so instead.
 */
import type { DoraMetrics } from '../schema.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  /** null = not known */
  readonly value: number | null;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: (metrics: DoraMetrics) => readonly Sample[];
}

const PREFIX = 'gate10_dora_';

const COUNTS: readonly Family[] = [
  family('deployments', 'Deployments in the period.', (m) => m.deployment_frequency.total_deployments),
  family('deployments_told', 'Those that nobody proved.', (m) => m.deployment_frequency.told_deployments),
  family(
    'deployments_judged',
    'Those of which it is known whether they failed.',
    (m) => m.change_failure_rate.total_deployments,
  ),
  family(
    'deployments_failed',
    'Those that needed an immediate intervention.',
    (m) => m.change_failure_rate.failed_deployments,
  ),
  family(
    'deployments_rework',
    'Those that were made because of an incident.',
    (m) => m.deployment_rework_rate.rework_deployments,
  ),
  family('changes', 'Changes of which the lead time is known.', (m) => m.lead_time_for_changes.changes),
  family('incidents', 'Incidents that a deployment caused.', (m) => m.time_to_restore_service.incidents),
  family('incidents_open', 'Those that have not ended.', (m) => m.time_to_restore_service.open_incidents),
  family('incidents_told', 'Those that nobody proved.', (m) => m.time_to_restore_service.told_incidents),
];

const VALUES: readonly Family[] = [
  family('deployments_per_day', 'How often is deployed.', (m) => m.deployment_frequency.deployments_per_day),
  spread('lead_time_seconds', 'From the commit to its deployment.', (m) => m.lead_time_for_changes),
  family('change_fail_ratio', 'Failed deployments of those that were judged.', (m) =>
    ratio(
      m.change_failure_rate.percentage,
      m.change_failure_rate.failed_deployments,
      m.change_failure_rate.total_deployments,
    ),
  ),
  spread('recovery_time_seconds', 'From a failed deployment to a good one.', (m) => m.time_to_restore_service),
  family('rework_ratio', 'Unplanned deployments of those of which it is known.', (m) =>
    ratio(
      m.deployment_rework_rate.percentage,
      m.deployment_rework_rate.rework_deployments,
      m.deployment_rework_rate.total_deployments,
    ),
  ),
  {
    name: 'quick_check_score',
    help: "Answers to DORA's Quick Check, from 0 to 10.",
    samples: ({ quick_check: { scores, throughput, stability, overall } }) =>
      Object.entries({ ...scores, throughput, stability, overall }).map(([score, value]) => ({
        labels: { score },
        value,
      })),
  },
];

const ABOUT: readonly Family[] = [
  family('period_start_timestamp_seconds', 'Beginning of the period.', (m) => midnight(m.period_start)),
  family('period_end_timestamp_seconds', 'End of the period.', (m) => midnight(m.period_end) + 86_400),
  {
    name: 'rating_info',
    help: 'What the standard calls it; no sample where there is too little data to rate.',
    samples: (metrics) => ratingsOf(metrics),
  },
  {
    name: 'unknown',
    help: 'Whether a figure is not known: 1 = there is no sample of it.',
    samples: (metrics) =>
      VALUES.flatMap(({ name, samples }) => samples(metrics).map((sample) => toUnknown(name, sample))),
  },
];

/** Of each system and environment once; ends with a line feed, as the format asks. An empty text where there is none. */
export function toPrometheusText(reports: readonly DoraMetrics[]): string {
  return [...COUNTS, ...VALUES, ...ABOUT].flatMap((each) => toLines(each, reports)).join('');
}

function toLines({ name, help, samples }: Family, reports: readonly DoraMetrics[]): string[] {
  const lines = reports.flatMap((metrics) => {
    const scope = { system: metrics.system, environment: metrics.environment };
    return samples(metrics).flatMap(({ labels, value }) =>
      isKnown(value) ? [`${PREFIX}${name}{${toLabels({ ...scope, ...labels })}} ${value}\n`] : [],
    );
  });
  if (lines.length === 0) return [];
  return [`# HELP ${PREFIX}${name} ${escapeHelp(help)}\n`, `# TYPE ${PREFIX}${name} gauge\n`, ...lines];
}

function family(name: string, help: string, toValue: (metrics: DoraMetrics) => number | null): Family {
  return { name, help, samples: (metrics) => [{ value: toValue(metrics) }] };
}

interface Spread {
  readonly avg_minutes: number | null;
  readonly p50_minutes: number | null;
  readonly p95_minutes: number | null;
}

function spread(name: string, help: string, spreadOf: (metrics: DoraMetrics) => Spread): Family {
  return {
    name,
    help,
    samples: (metrics) => {
      const { avg_minutes, p50_minutes, p95_minutes } = spreadOf(metrics);
      return Object.entries({ mean: avg_minutes, p50: p50_minutes, p95: p95_minutes }).map(([statistic, minutes]) => ({
        labels: { statistic },
        value: minutes === null ? null : Math.round(minutes * 60_000) / 1000,
      }));
    },
  };
}

/** The percentage is rounded for people; null stays null, whatever the counts are. */
function ratio(percentage: number | null, part: number, whole: number): number | null {
  return percentage === null || whole === 0 ? null : part / whole;
}

function ratingsOf(metrics: DoraMetrics): Sample[] {
  const blocks = {
    deployment_frequency: metrics.deployment_frequency,
    lead_time: metrics.lead_time_for_changes,
    change_fail_rate: metrics.change_failure_rate,
    recovery_time: metrics.time_to_restore_service,
    rework_rate: metrics.deployment_rework_rate,
  };
  return Object.entries(blocks).flatMap(([metric, { rating }]) =>
    rating === null ? [] : [{ labels: { metric, standard: metrics.standard.id, rating }, value: 1 }],
  );
}

/** `metric` is the name without its prefix; its own label, if it has one, stands beside it. */
function toUnknown(metric: string, { labels, value }: Sample): Sample {
  return { labels: { metric, of: Object.values(labels ?? {}).join(' ') }, value: isKnown(value) ? 0 : 1 };
}

function isKnown(value: number | null): boolean {
  return value !== null && Number.isFinite(value);
}

/** Seconds since 1970 of the beginning of a day in UTC. */
function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000;
}

function toLabels(labels: Labels): string {
  return Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

/** The format escapes the backslash, the quote and the line feed of a label's value, and nothing else. */
function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
