/** Cobertura XML as coverage.py (pytest-cov), Istanbul, gcovr and coverlet write it; statements it does not know. */
import type { Problem } from '../../errors.ts';
import type { Doubt } from '../results/model.ts';
import { parseXml, type XmlElement } from '../results/parse-xml.ts';
import type { TextFile } from '../results/text-chunks.ts';
import { type CoverageRead, type FileCoverage, linePoints, type Ways } from './model.ts';

interface OpenClass {
  readonly path: string;
  readonly lines: Map<number, number>;
  readonly ways: Map<number, { covered: number; total: number; missing?: ReadonlySet<string> }>;
  readonly functions: Map<string, number>;
}

interface Reading {
  readonly classes: Map<string, OpenClass>;
  readonly sources: string[];
  current: OpenClass | undefined;
  method: string | undefined;
  inSource: boolean;
  branches: boolean;
  functions: boolean;
  declaredLines: number | undefined;
  isRoot: boolean;
}

/** `exists` says whether a file of that path, relative to a `<source>`, is there; it decides between several sources. */
export function readCobertura(file: TextFile, exists: (path: string) => boolean): CoverageRead {
  const reading: Reading = {
    ...{ classes: new Map(), sources: [], current: undefined, method: undefined, inSource: false },
    ...{ branches: false, functions: false, declaredLines: undefined, isRoot: true },
  };
  const problem = parseXml(file, {
    open: (element) => open(element, reading),
    close: (name) => {
      if (name === 'class') reading.current = undefined;
      if (name === 'method') reading.method = undefined;
      if (name === 'source') reading.inSource = false;
    },
    text: (text) => {
      if (reading.inSource && text.trim() !== '') reading.sources.push(text.trim().replaceAll('\\', '/'));
    },
  });
  if (problem !== undefined) return { ok: false, problems: [problem] };
  const classes = [...reading.classes.values()];
  return { ok: true, files: classes.map((one) => toFile(one, reading, exists)), doubts: doubtsOf(reading) };
}

function open(element: XmlElement, reading: Reading): Omit<Problem, 'file'> | undefined {
  const { name, attributes, line } = element;
  if (reading.isRoot && name !== 'coverage') {
    const what = name.startsWith('testsuite')
      ? 'this is JUnit XML: give it to `gate10 pyramid`'
      : `this is XML of another kind (<${name}>)`;
    return { code: 'not-cobertura', line, what, expected: 'Cobertura XML: <coverage>' };
  }
  if (reading.isRoot) {
    reading.isRoot = false;
    reading.declaredLines = wholeNumber(attributes['lines-valid']);
  } else if (name === 'source') reading.inSource = true;
  else if (name === 'class') return openClass(element, reading);
  else if (name === 'method' && reading.current !== undefined) {
    reading.functions = true;
    reading.method = `${reading.current.path}:${attributes['name'] ?? ''}${attributes['signature'] ?? ''}`;
    addMax(reading.current.functions, reading.method, wholeNumber(attributes['hits']) ?? 0);
  } else if (name === 'line' && reading.current !== undefined) return takeLine(element, reading, reading.current);
  return undefined;
}

/** Several classes may lie in one file. */
function openClass({ attributes, line }: XmlElement, reading: Reading): Omit<Problem, 'file'> | undefined {
  const path = attributes['filename']?.replaceAll('\\', '/');
  if (path === undefined || path === '') return { code: 'no-filename', line, what: 'a <class> has no filename' };
  const existing = reading.classes.get(path);
  reading.current = existing ?? { path, lines: new Map(), ways: new Map(), functions: new Map() };
  reading.classes.set(path, reading.current);
  return undefined;
}

function takeLine(
  { attributes, line }: XmlElement,
  reading: Reading,
  to: OpenClass,
): Omit<Problem, 'file'> | undefined {
  const number = wholeNumber(attributes['number']);
  const hits = wholeNumber(attributes['hits']);
  if (number === undefined || hits === undefined) {
    return { code: 'wrong-line', line, what: 'a <line> without a number or hits', expected: 'two whole numbers' };
  }
  if (reading.method !== undefined) {
    // A method counts as reached by its lines; the class lists them once more.
    addMax(to.functions, reading.method, hits);
    return undefined;
  }
  addMax(to.lines, number, hits);
  const [, covered, total] = /\((\d+)\/(\d+)\)/.exec(attributes['condition-coverage'] ?? '') ?? [];
  if (attributes['branch'] === 'true' || covered !== undefined) reading.branches = true;
  if (covered === undefined || total === undefined) return undefined;
  const missing = attributes['missing-branches'];
  const ways = { covered: Number(covered), total: Number(total) };
  const isFull = ways.covered >= ways.total;
  const named = missing !== undefined ? new Set(missing.split(',')) : isFull ? new Set<string>() : undefined;
  to.ways.set(number, { ...ways, ...(named !== undefined && { missing: named }) });
  return undefined;
}

function addMax<Key>(to: Map<Key, number>, key: Key, hits: number): void {
  to.set(key, Math.max(to.get(key) ?? 0, hits));
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What no class has was not measured (coverage.py writes no methods; and no branches without `--cov-branch`). */
function toFile(
  { path, lines, ways, functions }: OpenClass,
  { sources, ...known }: Reading,
  exists: (path: string) => boolean,
): FileCoverage {
  const branches: Ways = { kind: 'ways', lines: ways };
  return {
    path: underSource(path, sources, exists),
    measures: {
      lines: linePoints(lines),
      branches: known.branches ? branches : undefined,
      functions: known.functions ? { kind: 'points', space: 'cobertura', hits: functions } : undefined,
      statements: undefined,
    },
  };
}

function underSource(path: string, sources: readonly string[], exists: (path: string) => boolean): string {
  if (/^(?:\/|[A-Za-z]:\/)/.test(path)) return path;
  const candidates = sources.map((source) => (source === '.' ? path : `${source.replace(/\/$/, '')}/${path}`));
  return candidates.find(exists) ?? candidates[0] ?? path;
}

function doubtsOf({ classes, declaredLines }: Reading): Doubt[] {
  const seen = [...classes.values()].reduce((sum, { lines }) => sum + lines.size, 0);
  if (declaredLines === undefined || declaredLines <= seen) return [];
  return [{ message: `it says lines-valid="${declaredLines}", ${seen} lines are listed`, hides: true }];
}
