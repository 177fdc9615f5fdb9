/** The service levels of a run: what was measured, what can be claimed, what it was judged by. */
import type { SliResult } from '../probe/schema.ts';
import { plainText } from '../run/plain-text.ts';
import { mark, type Paint } from './screen.ts';

/** One line an indicator, one more where the objective is not what was judged; each at most `columns` wide. */
export function drawSlis(slis: readonly SliResult[], paint: Paint, columns: number): string[] {
  return slis.flatMap((sli) => [
    ...drawMedian(sli, paint, columns),
    `${mark(sli.status, paint)} ${clip(judged(sli), columns - 2)}`,
    ...drawObjective(sli, paint, columns),
  ]);
}

const clip = (text: string, width: number): string => plainText(text).slice(0, width);
const label = (name: string): string => name.padEnd(13);

function judged(sli: SliResult): string {
  const sign = sli.unit === 'ms' ? '≤' : '≥';
  const limit =
    sli.gate === undefined ? `objective ${sign} ${plain(sli, sli.objective)}` : `gate ${sign} ${plain(sli, sli.gate)}`;
  const value = sli.value === null ? 'no data' : measured(sli, sli.value);
  const bound = sli.bound === null ? 'no data' : measured(sli, sli.bound);
  return `${label(sli.name)} ${value.padEnd(10)} bound ${sign} ${bound} (${sli.confidence * 100} %), n ${sli.n}, ${limit}`;
}

/** A year's objective takes more samples than a deployment may cost: said, so that the gate is not taken for it. */
function drawObjective(sli: SliResult, paint: Paint, columns: number): string[] {
  if (sli.gate === undefined) return [];
  const { n, objectiveNeeds } = sli;
  const state =
    objectiveNeeds === undefined
      ? 'no number of samples shows it'
      : n >= objectiveNeeds
        ? 'shown'
        : `needs ${objectiveNeeds} samples`;
  return [paint('dim', clip(`${' '.repeat(16)}objective ≥ ${plain(sli, sli.objective)}: ${state}`, columns))];
}

function drawMedian(sli: SliResult, paint: Paint, columns: number): string[] {
  if (sli.p50 === undefined) return [];
  const value = sli.p50 === null ? 'no data' : measured(sli, sli.p50);
  return [paint('dim', clip(`· ${label('latency-p50')} ${value.padEnd(10)} reported, not judged`, columns))];
}

function measured({ unit }: SliResult, value: number): string {
  return unit === 'ms' ? `${Math.round(value * 10) / 10} ms` : `${(value * 100).toFixed(3)} %`;
}

/** A limit as the contract has it. */
function plain({ unit }: SliResult, value: number): string {
  return unit === 'ms' ? `${value} ms` : `${Number((value * 100).toFixed(6))} %`;
}
