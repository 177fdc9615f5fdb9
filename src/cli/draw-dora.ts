/** DORA's metrics as a person reads them: value, what it rests on, rating and where the rating comes from. */
import type { DoraMetrics } from '../record/schema.ts';
import { plainLine } from '../run/plain-text.ts';

const NAME_WIDTH = 34;

/** Lines of one block: one system in one environment. */
export function drawDora(metrics: DoraMetrics, days: number): string[] {
  const { system, environment, period_start: first, period_end: last, standard } = metrics;
  return [
    `${plainLine(system, 80)} in ${plainLine(environment, 80)}, ${first} to ${last} (${days} days)`,
    `rated by ${standard.id}: ${standard.title} <${standard.source}>`,
    '',
    ...drawMetrics(metrics),
    ...drawQuickCheck(metrics),
    ...metrics.notes.map((note) => `  note: ${plainLine(note)}`),
  ];
}

function drawMetrics(metrics: DoraMetrics): string[] {
  const { deployment_frequency: often, lead_time_for_changes: lead, change_failure_rate: failed } = metrics;
  const { time_to_restore_service: restore, deployment_rework_rate: rework } = metrics;
  const what = lead.method === 'commits' ? 'commits' : 'deployed commits (git was not asked)';
  return [
    ...row('Change lead time', `${spread(lead)}; n = ${lead.changes} ${what}`, lead),
    ...row(
      'Deployment frequency',
      `${often.deployments_per_day} a day, ${often.deployments_per_week} a week; n = ${often.total_deployments}`,
      often,
    ),
    ...row(
      'Failed deployment recovery time',
      `${spread(restore)}; n = ${restore.incidents - restore.open_incidents}`,
      restore,
    ),
    ...row(
      'Change fail rate',
      `${percent(failed.percentage)}; ${failed.failed_deployments} of n = ${failed.total_deployments}`,
      failed,
    ),
    ...row(
      'Deployment rework rate',
      `${percent(rework.percentage)}; ${rework.rework_deployments} of n = ${rework.total_deployments}`,
      rework,
    ),
  ];
}

function row(
  name: string,
  value: string,
  { rating, note }: { rating: string | null; note?: string | undefined },
): string[] {
  const indent = ' '.repeat(NAME_WIDTH + 2);
  return [
    `  ${name.padEnd(NAME_WIDTH)}${value}`,
    ...(rating === null ? [] : [`${indent}${rating}`]),
    ...(note === undefined ? [] : note.split('; ').map((part) => `${indent}${plainLine(part)}`)),
  ];
}

function drawQuickCheck({ quick_check: quick }: DoraMetrics): string[] {
  const name = 'Quick Check (2025), of 10'.padEnd(NAME_WIDTH);
  const indent = ' '.repeat(NAME_WIDTH + 2);
  const parts = `throughput ${quick.throughput ?? 'unknown'}, stability ${quick.stability ?? 'unknown'}`;
  return [
    `  ${name}${quick.overall ?? 'unknown'}; ${parts}`,
    ...Object.entries(quick.scores).map(([what, score]) => {
      const others = quick.benchmark[what as keyof typeof quick.benchmark];
      const label = what.replaceAll('_', ' ');
      return `${indent}${label} ${score ?? 'unknown'} (all industries: ${others.mean} ± ${others.deviation})`;
    }),
    ...(quick.note === undefined ? [] : [`${indent}${quick.note}`]),
    ...(quick.link === null ? [] : [`${indent}${quick.link}`]),
  ];
}

interface Spread {
  readonly p50_minutes: number | null;
  readonly avg_minutes: number | null;
  readonly p95_minutes: number | null;
}

function spread({ p50_minutes: p50, avg_minutes: mean, p95_minutes: p95 }: Spread): string {
  if (p50 === null) return 'unknown';
  return `P50 ${duration(p50)}, mean ${duration(mean)}, P95 ${duration(p95)}`;
}

/** `45 min`, `3.2 h`, `12.5 d`. */
export function duration(minutes: number | null): string {
  if (minutes === null) return 'unknown';
  if (minutes < 90) return `${Number(minutes.toFixed(1))} min`;
  if (minutes < 2 * 1440) return `${Number((minutes / 60).toFixed(1))} h`;
  return `${Number((minutes / 1440).toFixed(1))} d`;
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${value} %`;
}
