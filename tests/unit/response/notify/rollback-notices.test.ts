/** What is told of rollbacks: the newest, once, and that one which failed is over. */
import { describe, expect, test } from 'vitest';
import type { RollbackSettled } from '../../../../src/ledger/rollback-events.ts';
import type { LedgerEvent, SealedEvent } from '../../../../src/ledger/schema.ts';
import { deriveDelivery } from '../../../../src/record/dora/derive-delivery.ts';
import { loadIncidentAuthority } from '../../../../src/record/incident/incident-authority.ts';
import { toIncidentCases } from '../../../../src/record/incident/incident-case.ts';
import { toAlertmanager } from '../../../../src/response/notify/adapters/alertmanager.ts';
import { toPagerDuty } from '../../../../src/response/notify/adapters/pagerduty.ts';
import { findDue } from '../../../../src/response/notify/find-due.ts';
import { findRollbackNotice, toRollbackNotices } from '../../../../src/response/notify/rollback-notices.ts';
import type { Told } from '../../../../src/response/notify/to-notifications.ts';
import { notified } from '../../ledger/told-events.ts';
import { A, B, C, failedRun, minute, rows, run, SCOPE } from '../rollback/sample-rollbacks.ts';
import { DEFAULTS, NOW } from './sample-message.ts';

const FAILED = failedRun(B, 5, { severity: 'P1' });

function ended(id: string, outcome: RollbackSettled['outcome'], at: number, change: Partial<RollbackSettled> = {}) {
  const failed = { commit: B, runId: FAILED.runId };
  const said = { reason: 'said', because: 'why it is so', failed, at: minute(at) };
  return { type: 'rollback.settled', rollbackId: id, ...SCOPE, outcome, ...said, ...change } satisfies LedgerEvent;
}

function told(events: readonly LedgerEvent[]): Told {
  // as the caller hands them over: those of one system
  const own = rows(...events).filter(({ event }) => event.system === SCOPE.system);
  const { incidents, deployments } = deriveDelivery(own);
  const authority = loadIncidentAuthority();
  return {
    ...{ scope: SCOPE, rows: own, deployments, authority, links: [], onCall: null, maxDedupKey: 255, now: NOW },
    cases: toIncidentCases(incidents, own, { now: NOW, authority }),
    silentMs: 1_800_000,
  };
}

const tell = (...events: readonly LedgerEvent[]): string[] =>
  toRollbackNotices(told([run(A, 1), FAILED, ...events])).map(
    ({ event, about, endedAt, severity }) =>
      `${event} ${about} ${severity}${event === 'rollback-failed' && endedAt !== null ? ' over' : ''}`,
  );

const proven = (commit: string, at: number, change: Partial<SealedEvent> = {}) => run(commit, at, change);

describe('a rollback', () => {
  test.each<[string, readonly LedgerEvent[], string[]]>([
    ['that restored is told as done', [ended('rb', 'restored', 8)], ['rollback-done rb null']],
    ['that failed is told, as bad as its incident', [ended('rb', 'failed', 8)], ['rollback-failed rb P1']],
    ['that the schema forbids is told as failed', [ended('rb', 'frozen', 8)], ['rollback-failed rb P1']],
    ['that was refused is not told', [ended('rb', 'refused', 8)], []],
    ['that was never decided is not told', [], []],
    [
      'is told though a refusal came after it',
      [ended('rb', 'failed', 8), ended('no', 'refused', 9)],
      ['rollback-failed rb P1'],
    ],
    ['is the newest alone', [ended('r1', 'restored', 8), ended('r2', 'restored', 20)], ['rollback-done r2 null']],
    [
      'that is forbidden again and again is one',
      [ended('f1', 'frozen', 8), ended('no', 'refused', 8), ended('f2', 'frozen', 9), ended('f3', 'frozen', 10)],
      ['rollback-failed f1 P1'],
    ],
    [
      'that is forbidden again after production was proven is another',
      [ended('f1', 'frozen', 8), proven(B, 10), ended('f2', 'frozen', 20)],
      ['rollback-failed f1 P1 over', 'rollback-failed f2 P1'],
    ],
    [
      'that is forbidden for another release is another',
      [ended('f1', 'frozen', 8), ended('f2', 'frozen', 9, { failed: { commit: C, runId: 'unknown' } })],
      ['rollback-failed f2 null'],
    ],
    [
      'whose run the history does not have any more is not classified',
      [ended('rb', 'failed', 8, { failed: { commit: C, runId: 'gone' } })],
      ['rollback-failed rb null'],
    ],
    [
      'keeps the severity that it had when a later run is worse',
      [ended('rb', 'failed', 8), failedRun(B, 20, { severity: 'P0' })],
      ['rollback-failed rb P1'],
    ],
    [
      'has the worst severity of its incident until then',
      [failedRun(B, 6, { severity: 'P0' }), ended('rb', 'failed', 8)],
      ['rollback-failed rb P0'],
    ],
  ])('%s', (_, events, said) => {
    expect(tell(...events)).toEqual(said);
  });

  test.each<[string, readonly LedgerEvent[], string[]]>([
    ['once production is proven', [proven(C, 12)], ['rollback-failed rb P1 over']],
    ['when the same release is proven', [proven(B, 12)], ['rollback-failed rb P1 over']],
    [
      'when a later rollback restored',
      [failedRun(C, 12), proven(A, 14), ended('r2', 'restored', 15, { failed: { commit: C, runId: 'x' } })],
      ['rollback-failed rb P1 over', 'rollback-done r2 null'],
    ],
    ['not by a run that began before it', [proven(C, 12, { startedAt: minute(7) })], ['rollback-failed rb P1']],
    ['not by an incomplete run', [proven(C, 12, { complete: false })], ['rollback-failed rb P1']],
    ['not by a run that failed', [failedRun(C, 12)], ['rollback-failed rb P1']],
    ['not by a check', [proven(C, 12, { kind: 'check' })], ['rollback-failed rb P1']],
    ['not by a proof of another system', [proven(C, 12, { system: 'shop' })], ['rollback-failed rb P1']],
  ])('that failed is over %s', (_, events, said) => {
    expect(tell(ended('rb', 'failed', 8), ...events)).toEqual(said);
  });

  test('of another system is not told here', () => {
    expect(tell(ended('rb', 'failed', 8, { system: 'shop' }))).toEqual([]);
  });

  test('says what happened, and has system, environment and release as its key', () => {
    const [notice] = toRollbackNotices(told([run(A, 1), FAILED, ended('rb', 'failed', 8)]));
    expect(notice).toMatchObject({
      ...{ dedupKey: `mosaic/production/rollback/${B}`, release: B, layers: ['endpoints'], endedAt: null },
      summary: 'P1: mosaic in production: the rollback FAILED, bbbbbbbbbbbb',
      because: [
        'why it is so',
        'Outcome: failed (said)',
        `From ${B} (run ${FAILED.runId}) to nothing`,
        expect.stringMatching(/^Incident: 2026-11-21_/),
        'Rollback: rb',
      ],
    });
  });

  test('is found by its id, however often the schema forbade it', () => {
    const all = told([FAILED, ended('f1', 'frozen', 8), ended('f2', 'frozen', 9), ended('no', 'refused', 9)]);
    expect(['f1', 'f2', 'no', 'other'].map((id) => findRollbackNotice(all, id)?.about)).toEqual([
      ...['f1', 'f1'],
      ...[undefined, undefined],
    ]);
  });
});

describe('the end of a rollback that failed', () => {
  const all = told([run(A, 1), FAILED, ended('rb', 'failed', 8), proven(C, 12)]);
  const [opened] = toRollbackNotices(told([run(A, 1), FAILED, ended('rb', 'failed', 8)]));
  const [over] = toRollbackNotices(all);
  const contract = {
    targets: { hook: { kind: 'webhook', url: 'http://127.0.0.1:9/' } },
    routes: [{ events: ['rollback-failed'], environments: ['production'], targets: ['hook'] }],
  } as unknown as Parameters<typeof findDue>[1];
  const heard = (change = {}) =>
    notified('rb', minute(9), {
      event: 'rollback-failed',
      dedupKey: opened?.dedupKey ?? '',
      target: 'hook',
      ...change,
    });

  test.each([
    ['is told to those who heard of it', [heard()], 1],
    ['is told where it was said with another severity', [heard({ severity: 'P0' })], 1],
    ['is no news where nobody heard of it', [], 0],
    ['is no news where nothing arrived', [heard({ outcome: 'failed', why: 'x' })], 0],
    ['is told once', [heard(), heard({ about: 'rb:over' })], 0],
  ])('%s', (_, settled, count) => {
    expect(findDue(over === undefined ? [] : [over], contract, settled)).toHaveLength(count);
  });

  test('is not told while the same release is in trouble again', () => {
    const again = told([FAILED, ended('f1', 'frozen', 8), proven(B, 12), ended('f2', 'frozen', 20)]);
    const due = findDue(toRollbackNotices(again), contract, [heard({ about: 'f1' })]);
    expect(due.map(({ notification }) => notification.about)).toEqual(['f2']);
  });

  test('resolves the alert that was triggered', () => {
    if (opened === undefined || over === undefined) throw new Error('both are told');
    const account = { routingKey: 'key', url: undefined };
    const page = (each: typeof over) => JSON.parse(toPagerDuty(each, account, DEFAULTS.pagerduty).body);
    expect([page(opened).event_action, page(over).event_action]).toEqual(['trigger', 'resolve']);
    expect(page(over).dedup_key).toBe(page(opened).dedup_key);
    const alert = (each: typeof over) =>
      JSON.parse(toAlertmanager(each, 'http://127.0.0.1:9', DEFAULTS.alertmanager, NOW).body)[0];
    expect(alert(over).labels).toEqual(alert(opened).labels);
    expect([alert(over).endsAt, Date.parse(alert(opened).endsAt) > NOW.getTime()]).toEqual([minute(12), true]);
  });
});
