/** The summary as a person reads it. */
import type { Rate, Summary } from './summarise.ts';

export function drawSummary(summary: Summary): string {
  const confidence = `${Math.round(summary.confidence * 100)} %`;
  const rate = (name: string, { count, n, upper }: Rate): string =>
    n === 0 ? `${name}: not measured` : `${name}: ${count} of ${n}, at most ${percent(upper)} at ${confidence}`;
  const header = ['layer', 'faults', 'trials', 'false greens', 'misnamed', 'other'];
  const lines = summary.byLayer.map(({ layer, faults, trials, falseGreens, misnamed, other }) =>
    [layer, faults, trials, falseGreens, misnamed, other].map(String),
  );
  return [
    ...toTable([header, ...lines]),
    '',
    rate('false greens', summary.falseGreens),
    rate('false alarms', summary.falseAlarms),
    rate('another layer named', summary.misnamed),
    rate('another layer named, P0', summary.misnamedP0),
    rate('named, but another one first', summary.notFirst),
    ...summary.notRight.map(({ name, grade, because }) => `${grade.padEnd(13)} ${name}: ${because.slice(0, 200)}`),
    '',
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
