/** `coverage json` (coverage.py ≥ 5, format 2 and 3). Its lines are its statements: the first line of each. */
import { z } from 'zod';
import { notJson } from '../results/json-fault.ts';
import { lineOfKey, parseJson } from './istanbul.ts';
import { type CoverageRead, type FileCoverage, linePoints, type Points } from './model.ts';

const line = z.int().nonnegative();
const jump = z.tuple([z.int(), z.int()]);
const region = z.object({ executed_lines: z.array(line), missing_lines: z.array(line), start_line: line.optional() });

const file = region.extend({
  executed_branches: z.array(jump).optional(),
  missing_branches: z.array(jump).optional(),
  functions: z.record(z.string(), region).optional(),
});

const report = z.object({
  meta: z.object({ version: z.string(), branch_coverage: z.boolean().optional() }),
  files: z.record(z.string(), file),
});

export function readCoveragePy(text: string): CoverageRead {
  const parsed = parseJson(text);
  if (parsed === undefined) return { ok: false, problems: [notJson(text)] };
  const checked = report.safeParse(parsed.value);
  if (checked.success) {
    const { files, meta } = checked.data;
    const entries = Object.entries(files);
    return { ok: true, files: entries.map((entry) => toFile(entry, meta.branch_coverage === true)), doubts: [] };
  }
  const problems = checked.error.issues.slice(0, 20).map(({ path, message }) => ({
    code: 'wrong-shape',
    line: lineOfKey(text, String(path[1] ?? path[0] ?? '')),
    path: path.join('.'),
    what: message,
  }));
  return { ok: false, problems };
}

function toFile([path, entry]: readonly [string, z.output<typeof file>], withBranches: boolean): FileCoverage {
  const { executed_lines, missing_lines, executed_branches = [], missing_branches = [], functions } = entry;
  const lines = new Map([
    ...missing_lines.map((at) => [at, 0] as const),
    ...executed_lines.map((at) => [at, 1] as const),
  ]);
  const points = (pairs: Iterable<readonly [string, number]>): Points => ({
    kind: 'points',
    space: 'coverage-py',
    hits: new Map(pairs),
  });
  const named = (jumps: readonly (readonly [number, number])[], hits: number) =>
    jumps.map(([from, to]) => [`${from}>${to}`, hits] as const);
  return {
    path: path.replaceAll('\\', '/'),
    measures: {
      lines: linePoints(lines),
      branches: withBranches ? points([...named(missing_branches, 0), ...named(executed_branches, 1)]) : undefined,
      functions: functions === undefined ? undefined : points(toFunctions(functions)),
      statements: points([...lines].map(([at, hits]) => [String(at), hits] as const)),
    },
  };
}

/** The region without a name is what stands outside of functions; one without lines has nothing to run. */
function toFunctions(functions: Readonly<Record<string, z.output<typeof region>>>): (readonly [string, number])[] {
  return Object.entries(functions)
    .filter(
      ([name, { executed_lines, missing_lines }]) => name !== '' && executed_lines.length + missing_lines.length > 0,
    )
    .map(([name, { executed_lines, start_line }]) => [`${start_line ?? ''} ${name}`, executed_lines.length] as const);
}
