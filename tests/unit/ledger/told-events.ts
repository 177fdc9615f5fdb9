/** Events that were told, for the tests of the history. */
import type { RecordedDeployment, RecordedIncident } from '../../../src/ledger/recorded-events.ts';
import type { NotificationSettled, RecordedFollowUp } from '../../../src/ledger/response-events.ts';
import type { LedgerEvent, SealedEvent } from '../../../src/ledger/schema.ts';

type Scope = { readonly system: string; readonly environment: string };

const told = { source: 'deployment-history' as const };
export const COMMIT = 'a'.repeat(40);

export function deployed(id: string, deployedAt: string, change: Partial<RecordedDeployment> = {}): RecordedDeployment {
  return {
    type: 'deployment.recorded',
    ...{ id, system: 'mosaic', environment: 'production', commit: COMMIT, deployedAt, outcome: 'succeeded', told },
    ...change,
  };
}

export function incident(id: string, openedAt: string, change: Partial<RecordedIncident> = {}): RecordedIncident {
  const scope = { system: 'mosaic', environment: 'production' };
  return { type: 'incident.recorded', id, ...scope, title: 'Nobody can pay', openedAt, told, ...change };
}

export function sealed(runId: string, endedAt: string, change: Partial<SealedEvent> = {}): SealedEvent {
  return {
    type: 'run.sealed',
    ...{ runId, system: 'mosaic', environment: 'production', kind: 'production', expected: { commit: COMMIT } },
    ...{ startedAt: endedAt, endedAt, verdict: 'passed', exitCode: 0, complete: true, because: [], failedLayers: [] },
    ...{ planDigest: 'p', contractDigest: 'c', recordDigest: 'r', recordPath: `runs/${runId}/record.json` },
    ...change,
  };
}

export function notified(about: string, at: string, change: Partial<NotificationSettled> = {}): NotificationSettled {
  return {
    type: 'notification.settled',
    ...{
      system: 'mosaic',
      environment: 'production',
      event: 'incident-opened',
      about,
      dedupKey: 'mosaic/production/tls',
    },
    ...{ target: 'on-call', outcome: 'delivered', attempts: 1, at },
    ...change,
  };
}

export function followUp(id: string, at: string, change: Partial<RecordedFollowUp> = {}): RecordedFollowUp {
  return {
    type: 'follow-up.recorded',
    ...{ id, incident: 'i-1', system: 'mosaic', environment: 'production', kind: 'action', state: 'open' },
    ...{ title: 'Check the end of certificates', owner: 'Platform', due: '2026-04-01', at },
    ...change,
  };
}

/** One event of every type, with the time that it is found by. */
export function oneOfEach(): [LedgerEvent, string][] {
  const scope = { system: 'mosaic', environment: 'production' };
  const run = { runId: 'run-1', ...scope };
  const day = (number: number): string => `2026-03-0${number}T10:20:30.400Z`;
  return [
    [
      {
        type: 'run.intended',
        ...{ ...run, kind: 'production', expected: {}, planDigest: 'p', contractDigest: 'c', startedAt: day(1) },
      },
      day(1),
    ],
    [sealed('run-1', day(2), { startedAt: day(1), deployedAt: day(1), settledAt: day(1), commitTime: day(1) }), day(2)],
    [{ type: 'run.interrupted', ...run, foundAt: day(3) }, day(3)],
    [
      {
        type: 'run.refused',
        ...{ runId: 'run-2', environment: 'production', kind: 'production', expected: {}, refusedAt: day(4) },
        because: ['the file does not exist'],
      },
      day(4),
    ],
    [deployed('d-1', day(5), { commitTime: day(1) }), day(5)],
    [incident('i-1', day(6), { resolvedAt: day(7) }), day(6)],
    [
      {
        type: 'intervention.recorded',
        ...{ id: 'x-1', ...scope, commit: COMMIT, at: day(8), kind: 'rollback', description: 'went back', told },
      },
      day(8),
    ],
    ...rollbackEvents(scope),
    [decided(scope), '2026-03-11T10:20:30.400Z'],
    [notified('notified', day(9)), day(9)],
    [followUp('action-1', '2026-03-10T10:20:30.400Z'), '2026-03-10T10:20:30.400Z'],
  ];
}

function rollbackEvents(scope: Scope): [LedgerEvent, string][] {
  const hour = (number: number): string => `2026-03-09T1${number}:20:30.400Z`;
  const [failed, target] = [
    { commit: 'b'.repeat(40), runId: 'run-b' },
    { commit: 'a'.repeat(40), runId: 'run-a' },
  ];
  const rollback = { rollbackId: 'rb-1', ...scope };
  const owner = { host: 'here', pid: 1, startedAt: '' };
  return [
    [
      {
        type: 'rollback.intended',
        ...{ ...rollback, attempt: 1, failed, target, driver: 'command', claim: 'c-1', owner },
        ...{ at: hour(1), driveUntil: hour(2), until: hour(3) },
      },
      hour(1),
    ],
    [
      {
        type: 'rollback.driven',
        ...{
          ...rollback,
          attempt: 1,
          outcome: 'accepted',
          serves: target.commit,
          said: '',
          at: hour(2),
          durationMs: 1,
        },
      },
      hour(2),
    ],
    [
      {
        type: 'rollback.settled',
        ...{ ...rollback, outcome: 'restored', reason: 'proven', because: 'it is back', failed, target, at: hour(3) },
      },
      hour(3),
    ],
    [
      {
        type: 'rehearsal.recorded',
        ...{ rehearsalId: 'rh-1', ...scope, from: failed.commit, to: target.commit, driver: 'command' },
        ...{ outcome: 'passed', because: 'there and back', at: hour(4), durations: { thereMs: 1, backMs: 1 } },
      },
      hour(4),
    ],
  ];
}

function decided(scope: Scope): LedgerEvent {
  const [digest, at] = ['d'.repeat(64), '2026-03-11T10:20:30.400Z'];
  return {
    type: 'gate.decided',
    ...{ id: 'gate-1', ...scope, release: 'v1', commit: 'a'.repeat(40), at, verdict: 'passed', exitCode: 0 },
    ...{ shadow: false, because: [], traceId: 'e'.repeat(32), inputsSha256: digest, decisionSha256: digest },
    thresholds: [],
  };
}
