/** lcov's tracefile (geninfo(1), 1.x and 2.x): DA, BRDA, FN/FNDA and FNL/FNA; statements it does not know. */
import type { Problem } from '../../errors.ts';
import type { Doubt } from '../results/model.ts';
import { type CoverageRead, type FileCoverage, linePoints, type Points } from './model.ts';

interface OpenRecord {
  readonly path: string;
  readonly line: number;
  readonly lines: Map<number, number>;
  readonly branches: Map<string, number>;
  readonly functions: Map<string, number>;
  /** lcov 2: index → hits; a function under several names is one */
  readonly byIndex: Map<string, number>;
  declared: { lines?: number; branches?: number; functions?: number };
}

interface Seen {
  branches: boolean;
  functions: boolean;
}

const MAX_PROBLEMS = 20;
/** What says nothing about coverage, or is said by the rest. */
const PASSED_OVER = /^(?:TN|VER|LH|BRH|FNH|MCDC|MCF|MCH):?/;

export function readLcov(text: string): CoverageRead {
  const records: OpenRecord[] = [];
  const problems: Omit<Problem, 'file'>[] = [];
  const seen: Seen = { branches: false, functions: false };
  let open: OpenRecord | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const source = raw.trim();
    if (source === '' || source.startsWith('#') || problems.length >= MAX_PROBLEMS) continue;
    if (source === 'end_of_record') {
      if (open !== undefined) records.push(open);
      open = undefined;
    } else if (source.startsWith('SF:')) open = openRecord(source.slice(3), index + 1);
    else if (!PASSED_OVER.test(source) && !(open !== undefined && take(source, open, seen))) {
      problems.push({ code: 'not-lcov', line: index + 1, what: 'this is no line of an lcov tracefile' });
    }
  }
  if (open !== undefined) problems.push(cutOff(open));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, files: records.map((record) => toFile(record, seen)), doubts: records.flatMap(doubtsOf) };
}

function openRecord(path: string, line: number): OpenRecord {
  const maps = { lines: new Map(), branches: new Map(), functions: new Map(), byIndex: new Map() };
  return { path: path.replaceAll('\\', '/'), line, ...maps, declared: {} };
}

function cutOff({ line }: OpenRecord): Omit<Problem, 'file'> {
  const fix = 'The tool was stopped, or the disk was full: have it written anew.';
  return { code: 'cut-off', line, what: 'this record has no "end_of_record"', fix };
}

/** Whether the line was understood. */
function take(source: string, open: OpenRecord, seen: Seen): boolean {
  const colon = source.indexOf(':');
  const [key, value] = [source.slice(0, colon), source.slice(colon + 1)];
  const fields = value.split(',');
  const count = (text: string | undefined): number | undefined => (/^\d+$/.test(text ?? '') ? Number(text) : undefined);
  switch (key) {
    case 'DA':
      return addHits(open.lines, count(fields[0]), count(fields[1]));
    case 'BRDA': {
      seen.branches = true;
      const taken = fields.at(-1) === '-' ? 0 : count(fields.at(-1));
      return addHits(open.branches, fields.length < 4 ? undefined : fields.slice(0, -1).join(','), taken);
    }
    case 'FN':
      seen.functions = true;
      // The name is last, and may hold commas; lcov ≥ 1.16 has the last line before it.
      return addHits(open.functions, /^\d+,(?:\d+,)?(.+)$/.exec(value)?.[1], 0);
    case 'FNDA':
      return addHits(open.functions, /^\d+,(.+)$/.exec(value)?.[1], count(fields[0]));
    case 'FNL':
      seen.functions = true;
      return addHits(open.byIndex, fields[0], 0);
    case 'FNA':
      return addHits(open.byIndex, fields[0], count(fields[1]));
    case 'LF':
    case 'BRF':
    case 'FNF': {
      const name = key === 'LF' ? 'lines' : key === 'BRF' ? 'branches' : 'functions';
      if (name !== 'lines') seen[name] = true;
      open.declared = { ...open.declared, [name]: count(value) };
      return count(value) !== undefined;
    }
    default:
      return false;
  }
}

function addHits<Key>(to: Map<Key, number>, key: Key | undefined, hits: number | undefined): boolean {
  if (key === undefined || hits === undefined) return false;
  to.set(key, (to.get(key) ?? 0) + hits);
  return true;
}

/** What no record of the file has was not measured; where others have it, this one has none of it. */
function toFile({ path, lines, branches, functions, byIndex }: OpenRecord, seen: Seen): FileCoverage {
  const points = (hits: ReadonlyMap<string, number>): Points => ({ kind: 'points', space: 'lcov', hits });
  return {
    path,
    measures: {
      lines: linePoints(lines),
      branches: seen.branches ? points(branches) : undefined,
      functions: seen.functions ? points(byIndex.size > 0 ? byIndex : functions) : undefined,
      statements: undefined,
    },
  };
}

function doubtsOf({ path, line, lines, branches, functions, byIndex, declared }: OpenRecord): Doubt[] {
  const seen = { lines: lines.size, branches: branches.size, functions: byIndex.size || functions.size };
  return (['lines', 'branches', 'functions'] as const).flatMap((name) => {
    const said = declared[name];
    if (said === undefined || said <= seen[name]) return [];
    return [{ message: `${path} (line ${line}) says ${said} ${name}, ${seen[name]} are listed`, hides: true }];
  });
}
