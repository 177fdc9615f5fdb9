/** The same file in several reports: the union of what they reached. Percentages are never averaged. */
import {
  type Counted,
  type FileCoverage,
  type FileMeasure,
  MEASURES,
  type Measure,
  type Points,
  type Ways,
} from './model.ts';

export interface MergedMeasure extends Counted {
  /** the least that is known: one report cannot say which ways it took, or does not have the measure */
  readonly atLeast: boolean;
}

export interface MergedFile {
  /** relative to the project, with "/" */
  readonly path: string;
  /** undefined = unknown */
  readonly measures: Readonly<Record<Measure, MergedMeasure | undefined>>;
}

export interface Merged {
  /** by path */
  readonly files: readonly MergedFile[];
  /** files that stand in a summary and in another report besides: they cannot be merged */
  readonly unmergeable: readonly string[];
  readonly notes: readonly string[];
}

interface Part {
  readonly measure: FileMeasure;
  readonly atLeast: boolean;
  /** two ways of counting, and no way from one to the other */
  readonly conflict: boolean;
}

/** `files` carry paths relative to the project. */
export function mergeCoverage(files: readonly FileCoverage[]): Merged {
  const byPath = new Map<string, FileCoverage[]>();
  for (const file of files) byPath.set(file.path, [...(byPath.get(file.path) ?? []), file]);
  const unmergeable: string[] = [];
  const notes: string[] = [];
  const merged = [...byPath].map(([path, same]): MergedFile => {
    if (same.length > 1 && same.some(({ measures }) => measures.lines?.kind === 'counts')) unmergeable.push(path);
    const entries = MEASURES.map((measure) => {
      const { measure: one, atLeast, conflict } = mergeMeasure(same.map(({ measures }) => measures[measure]));
      if (conflict) notes.push(`${path}: ${measure} are counted in two ways and cannot be merged; give one format`);
      return [measure, one === undefined || conflict ? undefined : { ...countOf(one), atLeast }] as const;
    });
    return { path, measures: Object.fromEntries(entries) as Record<Measure, MergedMeasure | undefined> };
  });
  return { files: merged.sort((a, b) => (a.path < b.path ? -1 : 1)), unmergeable, notes };
}

function mergeMeasure(parts: readonly FileMeasure[]): Part {
  const [first, ...rest] = parts.map((measure): Part => ({ measure, atLeast: false, conflict: false }));
  return rest.reduce(mergeTwo, first ?? { measure: undefined, atLeast: false, conflict: false });
}

function mergeTwo(a: Part, b: Part): Part {
  const conflict = a.conflict || b.conflict;
  if (a.measure === undefined || b.measure === undefined) {
    return { measure: a.measure ?? b.measure, atLeast: true, conflict };
  }
  if (a.measure.kind === 'points' && b.measure.kind === 'points' && a.measure.space === b.measure.space) {
    return { measure: mergePoints(a.measure, b.measure), atLeast: a.atLeast || b.atLeast, conflict };
  }
  if (a.measure.kind === 'ways' && b.measure.kind === 'ways') {
    const { ways, exact } = mergeWays(a.measure, b.measure);
    return { measure: ways, atLeast: a.atLeast || b.atLeast || !exact, conflict };
  }
  return { measure: a.measure, atLeast: true, conflict: true };
}

function mergePoints(a: Points, b: Points): Points {
  const hits = new Map(a.hits);
  for (const [name, count] of b.hits) hits.set(name, (hits.get(name) ?? 0) + count);
  return { ...a, hits };
}

/** Missing by both is missing. Where one does not name what it missed, the larger number is the least that is known. */
function mergeWays(a: Ways, b: Ways): { readonly ways: Ways; readonly exact: boolean } {
  const lines = new Map(a.lines);
  let exact = true;
  for (const [number, other] of b.lines) {
    const own = lines.get(number);
    if (own === undefined) {
      lines.set(number, other);
      continue;
    }
    const total = Math.max(own.total, other.total);
    if (own.missing !== undefined && other.missing !== undefined && own.total === other.total) {
      const missing = new Set([...own.missing].filter((way) => other.missing?.has(way)));
      lines.set(number, { total, covered: total - missing.size, missing });
    } else {
      const covered = Math.max(own.covered, other.covered);
      if (covered < total && own.covered > 0 && other.covered > 0) exact = false;
      lines.set(number, { total, covered });
    }
  }
  return { ways: { kind: 'ways', lines }, exact };
}

function countOf(measure: NonNullable<FileMeasure>): Counted {
  switch (measure.kind) {
    case 'points': {
      let covered = 0;
      for (const hits of measure.hits.values()) if (hits > 0) covered += 1;
      return { covered, total: measure.hits.size };
    }
    case 'ways': {
      let [covered, total] = [0, 0];
      for (const way of measure.lines.values()) {
        covered += Math.min(way.covered, way.total);
        total += way.total;
      }
      return { covered, total };
    }
    case 'counts':
      return { covered: measure.covered, total: measure.total };
  }
}
