/** One results file of any suite: what it is by its content, then its tests. */
import type { Problem } from '../../errors.ts';
import type { NothingKnown, WrongFile } from '../json-report.ts';
import { readCtrf } from './ctrf.ts';
import { readGoTest } from './go-test.ts';
import { readJestJson } from './jest-json.ts';
import { jsonFault, notJson } from './json-fault.ts';
import type { JsonRead } from './json-results.ts';
import { readJunit } from './junit.ts';
import { type Doubt, RESULT_FORMATS, type ResultFormat, type ResultsFile } from './model.ts';
import { readPlaywrightJson } from './playwright-json.ts';
import { readTestRun } from './test-run.ts';
import { EncodingFault, openText, type TextFile } from './text-chunks.ts';

export type ReadResults = { readonly outcome: 'read'; readonly results: ResultsFile } | NothingKnown | WrongFile;

/** Of a larger file that is no known format, only the beginning is looked at. */
const MAX_LOOKED_AT = 50_000_000;

/** `file` is absolute; `shownAs` is how messages name it. Never throws. */
export function readResults(file: string, shownAs: string): ReadResults {
  const opened = openText(file, shownAs);
  if (opened.outcome !== 'open') return opened;
  try {
    const read = readOpened(opened);
    if (!read.ok) return { outcome: 'wrong', problems: read.problems.map((one) => ({ file: shownAs, ...one })) };
    const { results, format } = read;
    if (results.tests.length === 0)
      return { outcome: 'nothing', why: `it is ${RESULT_FORMATS[format]} and holds no test` };
    const doubts = [...nameDoubts(shownAs, format), ...results.doubts];
    return { outcome: 'read', results: { ...results, doubts, format, sha256: opened.sha256() } };
  } finally {
    opened.close();
  }
}

type Read = (JsonRead & { readonly ok: true; readonly format: ResultFormat }) | (JsonRead & { readonly ok: false });

function readOpened(file: TextFile): Read {
  const start = file.head.trimStart();
  if (start.startsWith('<')) {
    const read = readJunit(file);
    return read.ok ? { ok: true, format: 'junit', results: read } : { ok: false, problems: [read.problem] };
  }
  if (!start.startsWith('{')) {
    const what = 'this is neither XML nor a JSON document';
    const fix = 'Give the results of a suite: CTRF, JUnit XML, the JSON of Vitest, Jest, Playwright or go test.';
    return refused({ code: 'unknown-format', line: 1, what, fix });
  }
  const format = formatOf(file.head);
  try {
    if (format === undefined) return refused(unknownJson(file));
    const read = READERS[format](file.chunks());
    return read.ok ? { ...read, format } : read;
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    return refused({ code: 'wrong-encoding', line: 1, what: error.message, fix: 'Have it written as UTF-8.' });
  }
}

function refused(problem: Omit<Problem, 'file'>): Read {
  return { ok: false, problems: [problem] };
}

const READERS: Readonly<Record<Exclude<ResultFormat, 'junit'>, (chunks: Iterable<string>) => JsonRead>> = {
  ctrf: readCtrf,
  'jest-json': readJestJson,
  'playwright-json': readPlaywrightJson,
  'go-test': readGoTest,
  'test-run': readTestRun,
};

/** By what only that format has, in the first piece of it; keys may come in any order. */
function formatOf(text: string): Exclude<ResultFormat, 'junit'> | undefined {
  const has = (name: string): boolean => new RegExp(`"${name}"\\s*:`).test(text);
  const [first = ''] = text.trimStart().split('\n', 1);
  if (/"Action"\s*:/.test(first) && /"Time"|"Package"|"ImportPath"/.test(first)) return 'go-test';
  if (/"schema"\s*:\s*"gate10\/test-run\/v1"/.test(text)) return 'test-run';
  if (/"reportFormat"\s*:\s*"CTRF"/.test(text)) return 'ctrf';
  if (has('testResults') && has('numTotalTests')) return 'jest-json';
  if (has('suites') && has('config')) return 'playwright-json';
  return has('results') && has('summary') && has('tool') ? 'ctrf' : undefined;
}

function unknownJson(file: TextFile): Omit<Problem, 'file'> {
  const text = file.bytes > MAX_LOOKED_AT ? file.head : [...file.chunks()].join('');
  const fault = file.bytes > MAX_LOOKED_AT ? undefined : jsonFault(text);
  if (fault !== undefined) return notJson(text);
  const isCoverage = /"statementMap"|"executed_lines"|"statements"\s*:\s*\{\s*"total"/.test(text);
  const what = isCoverage ? 'this is a coverage report' : 'this is JSON of another kind';
  const fix = isCoverage
    ? 'Give it to `gate10 coverage`.'
    : 'Give CTRF, or the JSON of Vitest, Jest, Playwright or go test.';
  return { code: 'unknown-format', line: 1, what, fix };
}

/** A name that says something else: read all the same, but told. */
function nameDoubts(shownAs: string, format: ResultFormat): Doubt[] {
  const isXml = /\.xml$/i.test(shownAs);
  const isJson = /\.(?:json|ndjson|jsonl)$/i.test(shownAs);
  if (format === 'junit' ? !isJson : !isXml) return [];
  return [{ message: `the name says ${isXml ? 'XML' : 'JSON'}, but it holds ${RESULT_FORMATS[format]}`, hides: false }];
}
