/** What each results file says, and whether that can be all. */
import type { Problem } from '../../errors.ts';
import type { SuiteCheck } from '../suite.ts';
import type { NamedResults } from './merge-results.ts';
import { RESULT_FORMATS } from './model.ts';
import type { ReadResults } from './read-results.ts';

export interface NamedRead {
  readonly name: string;
  readonly read: ReadResults;
}

/** Of all files at once. */
export function wrongInputs(reads: readonly NamedRead[]): Problem[] {
  return reads.flatMap(({ read }) => (read.outcome === 'wrong' ? read.problems : []));
}

/** Those that could be read; the same bytes under two names are one. */
export function readInputs(reads: readonly NamedRead[]): NamedResults[] {
  const byDigest = new Map<string, NamedResults>();
  for (const { name, read } of reads) {
    if (read.outcome !== 'read' || byDigest.has(read.results.sha256)) continue;
    byDigest.set(read.results.sha256, { name, results: read.results });
  }
  return [...byDigest.values()];
}

/** A file that says nothing, or may hide something, leaves the whole inconclusive. */
export function checkInputs(reads: readonly NamedRead[]): SuiteCheck[] {
  return reads.flatMap(({ name, read }): SuiteCheck[] => {
    const base = { name: `report ${name}`, file: name };
    if (read.outcome === 'wrong') return [];
    if (read.outcome === 'nothing') {
      return [
        { ...base, status: 'inconclusive', reason: 'not-run', message: `${name}: nothing is known, ${read.why}.` },
      ];
    }
    const { format, tests, doubts } = read.results;
    const said = `${name} (${RESULT_FORMATS[format]}): read, ${tests.length} tests`;
    if (doubts.length === 0) return [{ ...base, status: 'passed', message: `${said}.` }];
    const told = doubts.map(({ message }) => message).join('; ');
    if (!doubts.some(({ hides }) => hides)) return [{ ...base, status: 'warned', message: `${said}; ${told}.` }];
    return [{ ...base, status: 'inconclusive', reason: 'insufficient', message: `${said}, but ${told}.` }];
  });
}
