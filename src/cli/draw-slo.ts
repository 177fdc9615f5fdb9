/** `slo.json` as a table for people: one line an objective, below it what has to be said. */
import { createPaint, mark } from '../page/screen.ts';
import type { ObjectiveState, SloReport } from '../record/slo/slo-schema.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';

const HEAD = ['objective', 'target', 'SLI', 'bound', 'n', 'budget left', 'burn'] as const;
const MAX_NOTE = 400;

export function drawSlo(report: SloReport, { colour }: Pick<CliContext, 'colour'>): string {
  const paint = createPaint(colour);
  const rows = report.objectives.map(toCells);
  const widths = HEAD.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [
    paint('strong', plainLine(`${report.system ?? 'all systems'} · ${report.environment} · ${report.generated_at}`)),
    ...(rows.length === 0 ? [] : [paint('dim', `  ${line(HEAD)}`)]),
    ...report.objectives.flatMap((state, index) => [
      `${mark(state.status, paint)} ${line(rows[index] ?? [])}`,
      ...below(state).map((text) => paint('dim', `    ${plainLine(text, MAX_NOTE)}`)),
    ]),
    ...report.not_for_this_environment.map(({ id, environments }) =>
      paint('dim', plainLine(`· ${id} is about ${environments.join(', ')} only`)),
    ),
    ...report.not_used.map((text) => paint('dim', plainLine(`· ${text}`, MAX_NOTE))),
    ...drawPolicy(report),
    plainLine(`SLO: ${report.verdict.toUpperCase()}${report.reason === undefined ? '' : ` (${report.reason})`}`),
    ...report.because.map((text) => `  ${plainLine(text, MAX_NOTE * 2)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function toCells(state: ObjectiveState): string[] {
  const { id, target, limit_ms, value, unit, bound, n, error_budget, basis } = state;
  const show = (figure: number | null) =>
    figure === null ? '-' : unit === 'ms' ? `${round(figure, 1)} ms` : percent(figure);
  const promised = limit_ms === undefined ? percent(target) : `P${round(target * 100, 3)} ≤ ${limit_ms} ms`;
  const sign = unit === 'ms' ? '≤' : '≥';
  const claimed = bound === null ? '-' : basis === 'counted' ? 'counted' : `${sign} ${show(bound)}`;
  const left = error_budget.left === null ? '-' : percent(error_budget.left);
  return [plainLine(id, 60), promised, show(value), claimed, n === null ? '-' : String(n), left, burnOf(state)];
}

/** The fastest of all windows: where to look first. */
function burnOf({ burn_rates }: ObjectiveState): string {
  const known = burn_rates.flatMap(({ window, burn }) => (burn === null ? [] : [{ window, burn }]));
  const worst = known.toSorted((a, b) => b.burn - a.burn)[0];
  return worst === undefined ? '-' : `${round(worst.burn, 2)} (${worst.window})`;
}

function below(state: ObjectiveState): string[] {
  const burning = state.alerts.filter((pair) => pair.burning === true);
  return [
    ...burning.map(({ severity, long, short, burn }) => `burns: ${severity} at ${burn} over ${long} and ${short}`),
    ...state.left_out,
    ...state.notes,
  ];
}

function drawPolicy({ objectives, changes, change }: SloReport): string[] {
  if (!objectives.some(({ policy }) => policy?.rule === 'enforce')) return [];
  const kind = change === 'other' ? 'changes other than P0 and security' : `changes (${change})`;
  return [`Error-budget policy (SRE workbook, appendix B): ${kind}: ${changes}`];
}

function percent(share: number): string {
  return `${round(share * 100, 4)} %`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
