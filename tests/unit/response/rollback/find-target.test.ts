import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/schema.ts';
import {
  type Candidate,
  chooseTarget,
  listCandidates,
  type SchemaFacts,
} from '../../../../src/response/rollback/find-target.ts';
import { toRollbackHistory } from '../../../../src/response/rollback/read-rollbacks.ts';
import { A, B, C, candidate, failedRun, intended, rows, run, SCOPE, settled } from './sample-rollbacks.ts';

function list(...events: LedgerEvent[]): string[] {
  const found = listCandidates(toRollbackHistory(rows(...events), SCOPE), B);
  return found.map(({ expected }) => expected.commit?.[0] ?? '');
}

describe('the releases that can be gone back to', () => {
  it.each<[string, LedgerEvent[], string[]]>([
    ['the one that passed', [run(A, 1), failedRun(B, 5)], ['a']],
    ['the newest first', [run(C, 1), run(A, 2), failedRun(B, 5)], ['a', 'c']],
    ['each once', [run(A, 1), run(A, 2), failedRun(B, 5)], ['a']],
    ['the newest by their end, not by their place', [run(A, 3), run(C, 2), failedRun(B, 5)], ['a', 'c']],
    ['not the failed one, though it passed once', [run(A, 1), run(B, 2), failedRun(B, 5)], ['a']],
    ['none that only warned', [run(A, 1, { verdict: 'warned' }), failedRun(B, 5)], []],
    ['none that was not complete', [run(A, 1, { complete: false }), failedRun(B, 5)], []],
    ['none that failed since', [run(A, 1), failedRun(A, 2), failedRun(B, 5)], []],
    ['one that passed again since', [failedRun(A, 1), run(A, 2), failedRun(B, 5)], ['a']],
    ['one that nobody could judge since', [run(A, 1), run(A, 2, { verdict: 'inconclusive', complete: false })], ['a']],
    ['none of a check', [run(A, 1, { kind: 'check' }), failedRun(B, 5)], []],
    ['none of another environment', [run(A, 1, { environment: 'staging' }), failedRun(B, 5)], []],
    ['none of another system', [run(A, 1, { system: 'shop' }), failedRun(B, 5)], []],
    [
      'none that was rolled back from',
      [run(C, 1), run(A, 2), intended('rb', A, C, 3), settled('rb', A, 'restored', 4)],
      ['c'],
    ],
    ['none without a commit', [run(A, 1, { expected: { version: '1' } })], []],
  ])('are %s', (_, events, expected) => {
    expect(list(...events)).toEqual(expected);
  });
});

const NONE = { version: undefined, isAbsent: false, migrations: undefined };
const reason = 'the new column has a default';

describe('the target', () => {
  it.each<[string, Candidate[], SchemaFacts, string]>([
    ['has the same schema', [candidate(A)], { ...NONE, version: '4' }, 'found a'],
    [
      'has the same schema, written otherwise',
      [candidate(A, { version: '0004' })],
      { ...NONE, version: '4' },
      'found a',
    ],
    ['is of an older schema', [candidate(A, { version: '3' })], { ...NONE, version: '4' }, 'misfit'],
    ['is of a newer schema', [candidate(A, { version: '5' })], { ...NONE, version: '4' }, 'misfit'],
    ['is of a schema that is declared to fit', [candidate(A, { version: '2' })], { ...NONE, version: '4' }, 'found a'],
    [
      'is of a schema that fits another database',
      [candidate(A, { version: '2' })],
      { ...NONE, version: '5' },
      'misfit',
    ],
    [
      'is the older one, which fits',
      [candidate(A, { version: '3' }), candidate(C)],
      { ...NONE, version: '4' },
      'found c',
    ],
    ['says no schema', [candidate(A, NONE)], { ...NONE, version: '4' }, 'unknown'],
    ['meets a database that says none', [candidate(A)], NONE, 'unknown'],
    ['is unknown, and an older one fits', [candidate(A, NONE), candidate(C)], { ...NONE, version: '4' }, 'unknown'],
    [
      'has the same migrations',
      [candidate(A, { ...NONE, migrations: ['1_a.sql'] })],
      { ...NONE, migrations: ['1_a.sql'] },
      'found a',
    ],
    ['lacks a migration', [candidate(A, { ...NONE, migrations: [] })], { ...NONE, migrations: ['1_a.sql'] }, 'misfit'],
    [
      'has one that was taken away',
      [candidate(A, { ...NONE, migrations: ['1_a.sql'] })],
      { ...NONE, migrations: [] },
      'misfit',
    ],
    [
      'has no schema, as both contracts say',
      [candidate(A, { ...NONE, isAbsent: true })],
      { ...NONE, isAbsent: true },
      'found a',
    ],
    ['has no schema, but the failed release has', [candidate(A, { ...NONE, isAbsent: true })], NONE, 'unknown'],
    ['is none', [], { ...NONE, version: '4' }, 'none'],
  ])('that %s: %#', (_, candidates, database, expected) => {
    const finding = chooseTarget(candidates, database, [{ database: '4', release: '2', reason }]);
    const name = finding.kind === 'found' ? `found ${finding.candidate.commit[0]}` : finding.kind;
    expect(name).toBe(expected);
  });
});
