/** `coverage-final.json`: Istanbul's own shape, written by Jest, nyc, c8 and Vitest (v8 and Istanbul alike). */
import { z } from 'zod';
import { notJson } from '../results/json-fault.ts';
import type { CoverageRead, FileCoverage, Points } from './model.ts';

const position = z.object({ line: z.number().nullish(), column: z.number().nullish() });
const range = z.object({ start: position, end: position });
const hits = z.number().nonnegative();

const file = z.object({
  path: z.string().min(1),
  statementMap: z.record(z.string(), range),
  fnMap: z.record(z.string(), z.object({ name: z.string().optional(), decl: range.optional(), loc: range })),
  branchMap: z.record(
    z.string(),
    z.object({ type: z.string().optional(), loc: range.optional(), locations: z.array(range) }),
  ),
  s: z.record(z.string(), hits),
  f: z.record(z.string(), hits),
  b: z.record(z.string(), z.array(hits)),
});
type IstanbulFile = z.output<typeof file>;
type Range = z.output<typeof range>;

const report = z.record(z.string(), file);
const MAX_PROBLEMS = 20;

export function readIstanbul(text: string): CoverageRead {
  const parsed = parseJson(text);
  if (parsed === undefined) return { ok: false, problems: [notJson(text)] };
  const checked = report.safeParse(parsed.value);
  if (checked.success) return { ok: true, files: Object.values(checked.data).map(toFile), doubts: [] };
  const problems = checked.error.issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    const [name = ''] = path.map(String);
    const line = lineOfKey(text, name);
    return { code: 'wrong-shape', line, path: path.slice(1).join('.'), what: `the entry of a file: ${message}` };
  });
  return { ok: false, problems };
}

export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Of the first place where the text has this key. */
export function lineOfKey(text: string, key: string): number {
  const at = text.indexOf(JSON.stringify(key));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

/** Places are named by where they stand: two suites may number them differently (istanbul-lib-coverage merges alike). */
function toFile({ path, statementMap, fnMap, branchMap, s, f, b }: IstanbulFile): FileCoverage {
  const statements = new Map<string, number>();
  const lines = new Map<string, number>();
  for (const [id, place] of Object.entries(statementMap)) {
    const count = own(s, id) ?? 0;
    add(statements, nameOf(place), count);
    const line = String(place.start.line ?? 0);
    lines.set(line, Math.max(lines.get(line) ?? 0, count));
  }
  const functions = new Map<string, number>();
  for (const [id, { decl, loc }] of Object.entries(fnMap)) add(functions, nameOf(decl ?? loc), own(f, id) ?? 0);
  const branches = new Map<string, number>();
  for (const [id, branch] of Object.entries(branchMap)) {
    // The way past an `if` without `else` has no place of its own: its number names it.
    const [first] = branch.locations;
    const where = `${branch.type ?? ''}@${branch.loc ? nameOf(branch.loc) : first ? nameOf(first) : id}`;
    for (const arm of branch.locations.keys()) add(branches, `${where}#${arm}`, own(b, id)?.[arm] ?? 0);
  }
  const points = (space: string, hits: ReadonlyMap<string, number>): Points => ({ kind: 'points', space, hits });
  return {
    path: path.replaceAll('\\', '/'),
    measures: {
      lines: points('line', lines),
      branches: points('istanbul', branches),
      functions: points('istanbul', functions),
      statements: points('istanbul', statements),
    },
  };
}

/** Ids are whatever the file says, `constructor` too. */
function own<Value>(of: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.hasOwn(of, id) ? of[id] : undefined;
}

function nameOf({ start, end }: Range): string {
  return `${start.line ?? ''}:${start.column ?? ''}-${end.line ?? ''}:${end.column ?? ''}`;
}

function add(to: Map<string, number>, name: string, count: number): void {
  to.set(name, (to.get(name) ?? 0) + count);
}
