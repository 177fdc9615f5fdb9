/** Runs, rollbacks and answers in short form, for the tests of the decision. Times are minutes after 10:00 UTC. */
import type { RollbackDriven, RollbackIntended, RollbackSettled } from '../../../../src/ledger/rollback-events.ts';
import type { LedgerEvent, LedgerRow, SealedEvent } from '../../../../src/ledger/schema.ts';
import type { Proof } from '../../../../src/record/find-proof.ts';
import type { Confirmation } from '../../../../src/response/rollback/decide-rollback.ts';
import type { Candidate } from '../../../../src/response/rollback/find-target.ts';
import { sealed } from '../../ledger/told-events.ts';

export const A = 'a'.repeat(40);
export const B = 'b'.repeat(40);
export const C = 'c'.repeat(40);
export const SCOPE = { system: 'mosaic', environment: 'production' };

export function minute(number: number): string {
  return new Date(Date.parse('2026-11-21T10:00:00.000Z') + number * 60_000).toISOString();
}

export function run(commit: string, at: number, change: Partial<SealedEvent> = {}): SealedEvent {
  return sealed(`run-${commit[0]}-${at}`, minute(at), {
    startedAt: minute(at - 1),
    expected: { commit },
    because: ['all promises were kept'],
    ...change,
  });
}

export function failedRun(commit: string, at: number, change: Partial<SealedEvent> = {}): SealedEvent {
  const because = ['endpoints: GET /jobs answers 500'];
  return run(commit, at, { verdict: 'failed', exitCode: 1, failedLayers: ['endpoints'], because, ...change });
}

const REACH = { layers: { proven: 14, of: 14, absent: [] }, identityStrength: 'commit' } as const;

export function proofOf(event: SealedEvent): Proof {
  const message = `run ${event.runId}`;
  if (event.verdict === 'inconclusive') return { outcome: 'inconclusive', reason: 'stale', run: event, message };
  return { outcome: event.verdict === 'failed' ? 'failed' : 'proven', run: event, message, ...REACH };
}

export function intended(id: string, from: string, to: string, at: number, change: Partial<RollbackIntended> = {}) {
  return {
    type: 'rollback.intended',
    rollbackId: id,
    attempt: 1,
    ...SCOPE,
    failed: { commit: from, runId: 'r' },
    target: { commit: to, runId: 'r' },
    driver: 'command',
    claim: `${id}-${at}`,
    owner: { host: 'here', pid: 1, startedAt: '' },
    at: minute(at),
    driveUntil: minute(at + 1),
    until: minute(at + 20),
    ...change,
  } satisfies RollbackIntended;
}

export function driven(id: string, serves: string, at: number): RollbackDriven {
  const said = { outcome: 'accepted', said: '', at: minute(at), durationMs: 1 } as const;
  return { type: 'rollback.driven', rollbackId: id, attempt: 1, ...SCOPE, serves, ...said };
}

export function settled(id: string, from: string, outcome: RollbackSettled['outcome'], at: number): RollbackSettled {
  const said = { reason: 'said', because: 'said', failed: { commit: from, runId: 'r' }, at: minute(at) };
  return { type: 'rollback.settled', rollbackId: id, ...SCOPE, outcome, ...said };
}

export function rows(...events: readonly LedgerEvent[]): LedgerRow[] {
  return events.map((event, index) => ({ seq: index + 1, at: minute(0), key: `k${index}`, event, prev: '', hash: '' }));
}

export function confirmed(change: Partial<Confirmation> = {}): Confirmation {
  return {
    by: 'check',
    outcome: 'failed',
    commit: B,
    failedLayers: ['endpoints'],
    why: 'GET /jobs answers 500',
    ...change,
  };
}

export function candidate(commit: string, change: Partial<Candidate['schema']> = {}): Candidate {
  const schema = { version: '4', isAbsent: false, migrations: undefined, ...change };
  return { commit, run: run(commit, 1), schema };
}
