/** One coverage report of any tool: what it is by its content, then its files. */
import type { Problem } from '../../errors.ts';
import type { NothingKnown, WrongFile } from '../json-report.ts';
import { notJson } from '../results/json-fault.ts';
import { EncodingFault, openText, type TextFile } from '../results/text-chunks.ts';
import { readCobertura } from './cobertura.ts';
import { readCoveragePy } from './coverage-py.ts';
import { parseJson, readIstanbul } from './istanbul.ts';
import { readIstanbulSummary } from './istanbul-summary.ts';
import { readLcov } from './lcov.ts';
import { COVERAGE_FORMATS, type CoverageFormat, type CoverageRead, type CoverageReport } from './model.ts';

export type ReadCoverage = { readonly outcome: 'read'; readonly report: CoverageReport } | NothingKnown | WrongFile;

/** The engine holds texts of half a gigabyte at most. */
const MAX_TEXT_BYTES = 400_000_000;

/** `file` is absolute; `shownAs` is how messages name it; `exists` see `readCobertura`. Never throws. */
export function readCoverage(file: string, shownAs: string, exists: (path: string) => boolean): ReadCoverage {
  const opened = openText(file, shownAs);
  if (opened.outcome !== 'open') return opened;
  try {
    const { format, read } = readOpened(opened, exists);
    if (!read.ok) return { outcome: 'wrong', problems: read.problems.map((one) => ({ file: shownAs, ...one })) };
    const { files, doubts } = read;
    if (files.length === 0) return { outcome: 'nothing', why: `it is ${COVERAGE_FORMATS[format]} and holds no file` };
    return { outcome: 'read', report: { format, files, doubts, sha256: opened.sha256() } };
  } finally {
    opened.close();
  }
}

interface Opened {
  readonly format: CoverageFormat;
  readonly read: CoverageRead;
}

function readOpened(file: TextFile, exists: (path: string) => boolean): Opened {
  const start = file.head.trimStart();
  if (start.startsWith('<')) return { format: 'cobertura', read: readCobertura(file, exists) };
  if (file.bytes > MAX_TEXT_BYTES) {
    const what = `${file.bytes} bytes; ${MAX_TEXT_BYTES} are read at most`;
    return refused({ code: 'too-large', line: 1, what, fix: 'Split it.' });
  }
  const text = wholeText(file);
  if (typeof text !== 'string') return refused(text);
  if (/^(?:TN:|SF:|#)/.test(start)) return { format: 'lcov', read: readLcov(text) };
  if (start.startsWith('{')) return readJson(text);
  const fix = 'Give coverage-final.json, coverage-summary.json, lcov, Cobertura XML, or the JSON of coverage.py.';
  return refused({ code: 'unknown-format', line: 1, what: 'this is no coverage report', fix });
}

function refused(problem: Omit<Problem, 'file'>): Opened {
  return { format: 'lcov', read: { ok: false, problems: [problem] } };
}

function readJson(text: string): Opened {
  const value = parseJson(text)?.value as Record<string, unknown> | undefined;
  if (value === undefined) return refused(notJson(text));
  if ('meta' in value && 'files' in value) return { format: 'coverage-py', read: readCoveragePy(text) };
  const first = Object.values(value)[0] as Record<string, unknown> | null | undefined;
  if (first === undefined) return { format: 'istanbul', read: { ok: true, files: [], doubts: [] } };
  if (typeof first === 'object' && first !== null && 'statementMap' in first) {
    return { format: 'istanbul', read: readIstanbul(text) };
  }
  if ('total' in value) return { format: 'istanbul-summary', read: readIstanbulSummary(text) };
  const isResults = 'testResults' in value || 'results' in value;
  const what = isResults ? 'these are the results of tests' : 'this is JSON of another kind';
  const fix = isResults ? 'Give it to `gate10 pyramid`.' : 'Give coverage-final.json or the JSON of coverage.py.';
  return refused({ code: 'unknown-format', line: 1, what, fix });
}

function wholeText(file: TextFile): string | Omit<Problem, 'file'> {
  try {
    let text = '';
    for (const chunk of file.chunks()) text += chunk;
    return text;
  } catch (error) {
    if (!(error instanceof EncodingFault)) throw error;
    return { code: 'wrong-encoding', line: 1, what: error.message, fix: 'Have it written as UTF-8.' };
  }
}
