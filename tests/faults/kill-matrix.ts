/**
 * Which checks are needed: each kind in turn is taken out of plan and record, and the record judged again. A kind without
 * which every trial is still seen and called by its name is decoration. Pure; the judge is, so the replay is exact for
 * everything that was observed.
 */
import type { RunRecord } from '../../src/run/schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { type Due, type Grade, grade } from './grade.ts';

export interface Replayed {
  readonly name: string;
  readonly due: Due;
  readonly record: RunRecord;
  readonly output: string;
}

export interface KindLine {
  readonly kind: string;
  /** Trials that are no longer right without it. */
  readonly needs: readonly { readonly name: string; readonly grade: Grade }[];
  /** Trials in which it said something, needed or not. */
  readonly spokeIn: number;
}

export function killMatrix(trials: readonly Replayed[], kindOf: (id: string) => string): KindLine[] {
  const lines = new Map<string, { needs: { name: string; grade: Grade }[]; spokeIn: number }>();
  for (const trial of trials) {
    for (const { id } of trial.record.plan.rows) {
      const kind = kindOf(id);
      if (!lines.has(kind)) lines.set(kind, { needs: [], spokeIn: 0 });
    }
    for (const kind of redKinds(trial.record, kindOf)) {
      const line = lines.get(kind) ?? { needs: [], spokeIn: 0 };
      lines.set(kind, line);
      line.spokeIn++;
      const without = replayWithout(trial, kind, kindOf);
      if (without !== 'right') line.needs.push({ name: trial.name, grade: without });
    }
  }
  return [...lines].map(([kind, line]) => ({ kind, ...line })).sort((a, b) => a.kind.localeCompare(b.kind));
}

/** Only what was not passed can change a verdict by being left out. */
function redKinds(record: RunRecord, kindOf: (id: string) => string): Set<string> {
  const red = record.rows.filter(({ status, reason }) => status !== 'passed' && reason !== 'not-run');
  return new Set(red.map(({ id }) => kindOf(id)));
}

/** The grade as it would have been without every check of the kind. */
export function replayWithout({ due, record, output }: Replayed, kind: string, kindOf: (id: string) => string): Grade {
  const stays = ({ id }: { readonly id: string }): boolean => kindOf(id) !== kind;
  const plan = { ...record.plan, rows: record.plan.rows.filter(stays) };
  const verdict = judge({ ...record, plan, rows: record.rows.filter(stays) });
  return grade(due, { exitCode: verdict.exitCode, hung: false, output, verdict });
}

export function drawKillMatrix(lines: readonly KindLine[]): string {
  const width = Math.max(...lines.map(({ kind }) => kind.length));
  const drawn = lines.map(({ kind, needs, spokeIn }) => {
    const [first] = needs;
    const said = first === undefined ? 'DECORATION' : `needed by ${needs.length}: ${first.name} (${first.grade})`;
    return `${kind.padEnd(width)}  spoke in ${String(spokeIn).padStart(3)}  ${said}`;
  });
  const idle = lines.filter(({ needs }) => needs.length === 0).length;
  return [...drawn, '', `${lines.length} kinds of checks, ${idle} without which nothing goes unseen`, ''].join('\n');
}
