/** DORA's metrics as a scorecard quotes them. */
import type { DoraSnapshot } from '../record/scorecard/scorecard-schema.ts';
import { plainLine } from '../run/plain-text.ts';
import { inColumns } from './columns.ts';
import { mark, type Paint } from './screen.ts';

/** A heading and a line each, or why there are none; each at most `columns` wide. */
export function drawDora(dora: DoraSnapshot, paint: Paint, columns: number): string[] {
  const cut = (text: string): string => plainLine(text, Math.max(20, columns - 2));
  if (dora.status === 'unknown') return [`${mark('inconclusive', paint)} ${cut(`DORA: ${dora.why ?? 'unknown'}`)}`];
  const heading = cut(`DORA, ${dora.period_start} to ${dora.period_end}, rated by ${dora.standard}`);
  const doubt = dora.why === undefined ? [] : [`${mark('inconclusive', paint)} ${cut(`stale: ${dora.why}`)}`];
  const { deployment_frequency: often, lead_time_for_changes: lead } = dora;
  const { change_failure_rate: failed, time_to_restore_service: restore, deployment_rework_rate: rework } = dora;
  const lines = [
    ['deployments', `${often?.total_deployments ?? 0}, ${show(often?.deployments_per_day, ' a day')}`, often?.rating],
    ['lead time', `P50 ${show(lead?.p50_minutes, ' min')}, P95 ${show(lead?.p95_minutes, ' min')}`, lead?.rating],
    ['change failures', show(failed?.percentage, ' %'), failed?.rating],
    ['time to restore', show(restore?.avg_minutes, ' min'), restore?.rating],
    ['rework', show(rework?.percentage, ' %'), rework?.rating],
  ] as const;
  return [
    paint('strong', heading),
    ...doubt,
    ...lines.map(([name, value, rating]) => {
      const cells = [
        [name, 15],
        [value, 30],
        [rating ?? 'not rated', 0],
      ] as const;
      return `  ${inColumns(cells, columns - 2)}`;
    }),
  ];
}

function show(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? 'no data' : `${Number(value.toFixed(2))}${unit}`;
}
