import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/schema.ts';
import type { Proof } from '../../../../src/record/find-proof.ts';
import { decideRollback, type RollbackView } from '../../../../src/response/rollback/decide-rollback.ts';
import { toRollbackHistory } from '../../../../src/response/rollback/read-rollbacks.ts';
import {
  A,
  B,
  C,
  candidate,
  confirmed,
  driven,
  failedRun,
  intended,
  minute,
  proofOf,
  rows,
  run,
  SCOPE,
  settled,
} from './sample-rollbacks.ts';

const POLICY: RollbackView['policy'] = {
  criticalLayers: ['endpoints', 'integration'],
  confirm: { times: 2, of: 3 },
  budget: 1,
  attributeWithin: 24 * 3_600_000,
};
const FAILED = failedRun(B, 5);
const USUAL: readonly LedgerEvent[] = [run(A, 1), FAILED];
const FOUND = { kind: 'found', candidate: candidate(A), why: 'it fits' } as const;
const TWICE = [confirmed(), confirmed()];

type Change = Partial<Omit<RollbackView, 'history'>> & { readonly events?: readonly LedgerEvent[] };

/** Everything is known and speaks for a rollback from B to A, but for the change. */
function decide({ events = USUAL, ...change }: Change = {}): string {
  const decision = decideRollback({
    proof: proofOf(FAILED),
    policy: POLICY,
    hasDriver: true,
    owner: undefined,
    served: { kind: 'one', commit: B },
    confirmations: TWICE,
    target: FOUND,
    now: new Date(minute(6)),
    history: toRollbackHistory(rows(...events), SCOPE),
    ...change,
  });
  switch (decision.kind) {
    case 'need':
      return `need ${decision.what}`;
    case 'refused':
      return `refused ${decision.reason}`;
    case 'due':
      return `due ${decision.target.commit[0]}`;
    case 'resume':
      return `resume ${decision.open.id}`;
    case 'nothing-due':
    case 'frozen':
      return decision.kind;
  }
}

const inconclusive = (reason: Extract<Proof, { outcome: 'inconclusive' }>['reason']): Proof => {
  return { outcome: 'inconclusive', reason, message: 'm' };
};
const BACK = [...USUAL, intended('rb', B, A, 6), driven('rb', A, 7), run(A, 8), settled('rb', B, 'restored', 9)];
const FAILED_BACK = [...USUAL, intended('rb', B, A, 6), driven('rb', A, 7), settled('rb', B, 'failed', 9)];
const OPEN = [...USUAL, intended('rb', B, A, 5)];

describe('a rollback', () => {
  it.each<[string, Change, string]>([
    ['a failed run, confirmed, still served, with a target that fits', {}, 'due a'],
    [
      'two confirmations and one that was not',
      { confirmations: [confirmed({ outcome: 'passed' }), ...TWICE] },
      'due a',
    ],
    ['an abbreviated commit that is served', { served: { kind: 'one', commit: B.slice(0, 7) } }, 'due a'],
    [
      'a failure in several layers, one of them critical',
      { proof: proofOf(failedRun(B, 5, { failedLayers: ['dns', 'endpoints'] })) },
      'due a',
    ],
    [
      'a commit that was proven an hour before it failed',
      { events: [run(A, 1), run(B, 2), failedRun(B, 62)], proof: proofOf(failedRun(B, 62)) },
      'due a',
    ],
    [
      'a commit that was proven long ago, replaced, and has just come back',
      { events: [run(B, 1), run(A, 2), failedRun(B, 49 * 60)], proof: proofOf(failedRun(B, 49 * 60)) },
      'due a',
    ],
    [
      'confirming runs that went on until the release was a day old',
      {
        events: [run(A, 1), run(B, 2), failedRun(B, 24 * 60 + 5)],
        proof: proofOf(failedRun(B, 24 * 60 + 5)),
        first: { run: failedRun(B, 24 * 60 - 5), commit: B },
      },
      'due a',
    ],
    [
      'an earlier rollback of another commit that ended well',
      {
        events: [...BACK, failedRun(C, 15)],
        proof: proofOf(failedRun(C, 15)),
        served: { kind: 'one', commit: C },
        confirmations: [confirmed({ commit: C }), confirmed({ commit: C })],
      },
      'due a',
    ],
    [
      'refusals before, which are no rollbacks',
      { events: [...USUAL, settled('x', B, 'refused', 5), settled('y', B, 'frozen', 5)] },
      'due a',
    ],
    [
      'a rollback of another system of that environment',
      { events: [...USUAL, intended('rb', B, A, 5, { system: 'shop' })] },
      'due a',
    ],
    [
      'a rollback of another environment',
      { events: [...USUAL, intended('rb', B, A, 5, { environment: 'staging' })] },
      'due a',
    ],
  ])('is due after %s', (_, change, expected) => {
    expect(decide(change)).toBe(expected);
  });

  it.each<[string, Change, string]>([
    ['what runs, first of all', { served: undefined, confirmations: [], target: undefined }, 'need runtime'],
    ['a first confirmation', { confirmations: [], target: undefined }, 'need confirmation'],
    ['a second confirmation', { confirmations: [confirmed()], target: undefined }, 'need confirmation'],
    [
      'a third one where one of two was not',
      { confirmations: [confirmed(), confirmed({ outcome: 'passed' })], target: undefined },
      'need confirmation',
    ],
    ['a target, last of all', { target: undefined }, 'need target'],
  ])('asks for %s', (_, change, expected) => {
    expect(decide(change)).toBe(expected);
  });

  it.each<[string, Proof]>([
    ['passed', proofOf(run(A, 5))],
    ['warned', proofOf(run(A, 5, { verdict: 'warned' }))],
  ])('is not due where the newest run %s', (_, proof) => {
    expect(decide({ proof })).toBe('nothing-due');
  });

  it.each<[string, Change, string]>([
    ['the newest run is stale', { proof: inconclusive('stale') }, 'refused cannot-be-judged'],
    ['the newest run was blind', { proof: inconclusive('blind') }, 'refused cannot-be-judged'],
    ['too little was seen', { proof: inconclusive('insufficient') }, 'refused cannot-be-judged'],
    ['another build was seen', { proof: inconclusive('wrong-build') }, 'refused cannot-be-judged'],
    ['nothing was ever run', { proof: inconclusive('not-run') }, 'refused cannot-be-judged'],
    ['a run was interrupted', { proof: inconclusive('interrupted') }, 'refused cannot-be-judged'],
    ['a run was refused', { proof: inconclusive('refused') }, 'refused cannot-be-judged'],
    [
      'the history was tampered with',
      { proof: { outcome: 'tampered', problems: [], message: 'm' } },
      'refused tampered',
    ],
    ['gate10 itself failed', { proof: { outcome: 'own-fault', message: 'm' } }, 'refused own-fault'],
    [
      'the run knows a version only',
      { proof: proofOf(failedRun(B, 5, { expected: { version: '1.4.0' } })) },
      'refused no-commit',
    ],
    [
      'no critical layer failed',
      { proof: proofOf(failedRun(B, 5, { failedLayers: ['dns', 'tls'] })) },
      'refused not-critical',
    ],
    ['no layer is named', { proof: proofOf(failedRun(B, 5, { failedLayers: [] })) }, 'refused not-critical'],
    [
      'the commit was rolled back from before, and is there again',
      { events: [...BACK, failedRun(B, 15)], proof: proofOf(failedRun(B, 15)) },
      'refused quarantined',
    ],
    ['its rollback failed before', { events: FAILED_BACK }, 'refused quarantined'],
    [
      'it is what was gone back to',
      { events: [...BACK, failedRun(A, 15)], proof: proofOf(failedRun(A, 15)), served: { kind: 'one', commit: A } },
      'refused was-target',
    ],
    [
      'it is the commit that a revert made',
      {
        events: [
          ...USUAL,
          intended('rb', B, A, 6),
          driven('rb', C, 7),
          settled('rb', B, 'failed', 9),
          failedRun(C, 10),
        ],
        proof: proofOf(failedRun(C, 10)),
      },
      'refused was-target',
    ],
    [
      'the budget is spent since the last proof',
      {
        events: [...FAILED_BACK, failedRun(C, 15)],
        proof: proofOf(failedRun(C, 15)),
        served: { kind: 'one', commit: C },
      },
      'refused budget',
    ],
    ['there is no budget at all', { policy: { ...POLICY, budget: 0 } }, 'refused budget'],
    [
      'it was proven the day before yesterday',
      { events: [run(A, 1), run(B, 2), failedRun(B, 2 + 49 * 60)], proof: proofOf(failedRun(B, 2 + 49 * 60)) },
      'refused proven-before',
    ],
    [
      'it was proven the day before yesterday, whatever another commit did first',
      {
        events: [run(A, 1), run(B, 2), failedRun(B, 2 + 49 * 60)],
        proof: proofOf(failedRun(B, 2 + 49 * 60)),
        first: { run: failedRun(C, 3), commit: C },
      },
      'refused proven-before',
    ],
    ['nothing here can roll back', { hasDriver: false }, 'refused no-driver'],
    ['what runs is not known', { served: { kind: 'unknown', why: 'no answer' } }, 'refused runtime-unknown'],
    ['two builds are served', { served: { kind: 'mixed', commits: [A, B] } }, 'refused mixed-builds'],
    ['the target is served already', { served: { kind: 'one', commit: A } }, 'refused other-build'],
    ['a third commit is served', { served: { kind: 'one', commit: C } }, 'refused other-build'],
    [
      'two checks of three passed',
      { confirmations: [confirmed(), confirmed({ outcome: 'passed' }), confirmed({ outcome: 'warned' })] },
      'refused not-confirmed',
    ],
    [
      'two checks could not judge',
      { confirmations: [confirmed({ outcome: 'inconclusive' }), confirmed({ outcome: 'no-answer' })] },
      'refused not-confirmed',
    ],
    [
      'the checks saw another commit',
      { confirmations: [confirmed({ commit: A }), confirmed({ commit: undefined })] },
      'refused not-confirmed',
    ],
    [
      'the checks failed elsewhere',
      { confirmations: [confirmed({ failedLayers: ['dns'] }), confirmed({ failedLayers: [] })] },
      'refused not-confirmed',
    ],
    ['no other release passed', { target: { kind: 'none', why: 'w' } }, 'refused no-target'],
    ['it is not known whether the schema fits', { target: { kind: 'unknown', why: 'w' } }, 'refused schema-unknown'],
  ])('is refused where %s', (_, change, expected) => {
    expect(decide(change)).toBe(expected);
  });

  it('is frozen where the schema does not fit', () => {
    expect(decide({ target: { kind: 'misfit', why: 'w' } })).toBe('frozen');
  });

  it('is not frozen before the failure is confirmed', () => {
    const change = { target: { kind: 'misfit', why: 'w' }, confirmations: [] } as const;
    expect(decide(change)).toBe('need confirmation');
  });

  it.each<[string, Change, string]>([
    ['is left alone while its process is alive', { owner: 'alive' }, 'refused in-flight'],
    ['is left alone while its process may be alive elsewhere', { owner: 'elsewhere' }, 'refused in-flight'],
    ['is left alone where nothing is known of its process', { owner: undefined }, 'refused in-flight'],
    ['is taken over where its process is gone', { owner: 'gone' }, 'resume rb'],
    ['is taken over when all its time is over', { owner: 'alive', now: new Date(minute(26)) }, 'resume rb'],
    ['is taken over whatever the newest proof says', { owner: 'gone', proof: proofOf(run(A, 6)) }, 'resume rb'],
    [
      'is left alone whatever the newest proof says',
      { owner: 'alive', proof: proofOf(run(A, 6)) },
      'refused in-flight',
    ],
  ])('that was begun and is not over %s', (_, change, expected) => {
    expect(decide({ events: OPEN, ...change })).toBe(expected);
  });
});
