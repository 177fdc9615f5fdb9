/** What a history gives somebody to hear of. */
import { describe, expect, test } from 'vitest';
import type { IntendedEvent, LedgerEvent, LedgerRow, SealedEvent } from '../../../../src/ledger/schema.ts';
import { deriveDelivery } from '../../../../src/record/dora/derive-delivery.ts';
import { loadIncidentAuthority } from '../../../../src/record/incident/incident-authority.ts';
import { toIncidentCases } from '../../../../src/record/incident/incident-case.ts';
import type { Notification } from '../../../../src/response/notify/message.ts';
import { toNotifications } from '../../../../src/response/notify/to-notifications.ts';
import { incident, sealed } from '../../ledger/told-events.ts';
import { NOW } from './sample-message.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const scope = { system: 'mosaic', environment: 'production' };
const at = (clock: string): string => `2026-11-21T${clock}:00.000Z`;
const proven = (runId: string, clock: string, commit = A) => sealed(runId, at(clock), { expected: { commit } });
const broken = (runId: string, clock: string, change: Partial<SealedEvent> = {}) =>
  sealed(runId, at(clock), {
    ...{ expected: { commit: B }, verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P1' },
    because: ['tls: expired'],
    ...change,
  });
const intended = (runId: string, clock: string, kind: IntendedEvent['kind'] = 'production'): IntendedEvent => ({
  type: 'run.intended',
  ...{ runId, ...scope, kind, expected: { commit: B }, planDigest: 'p', contractDigest: 'c', startedAt: at(clock) },
});

function tell(events: readonly LedgerEvent[]): Notification[] {
  const rows = events.map(
    (event, index): LedgerRow => ({ seq: index + 1, at: '', key: `${index}`, event, prev: '', hash: '' }),
  );
  const { incidents, deployments } = deriveDelivery(rows);
  const authority = loadIncidentAuthority();
  return toNotifications({
    ...{ scope, rows, deployments, authority, links: [], onCall: null, maxDedupKey: 255, now: NOW },
    cases: toIncidentCases(incidents, rows, { now: NOW, authority }),
    silentMs: 1_800_000,
  });
}

const ofEvent = (events: readonly LedgerEvent[], event: string) => tell(events).filter((each) => each.event === event);

describe('an incident', () => {
  test('is told with environment, layer and release as its key', () => {
    const [opened, ...others] = ofEvent([proven('r1', '09:00'), broken('r2', '10:00')], 'incident-opened');
    expect(others).toEqual([]);
    expect(opened).toMatchObject({
      ...{ severity: 'P1', release: B, layers: ['tls'], dedupKey: `mosaic/production/tls/${B}`, endedAt: null },
      summary: 'P1: mosaic in production: tls does not keep its promises, bbbbbbbbbbbb',
      because: [
        'tls: expired',
        expect.stringMatching(/^Advice: roll back to a+\./),
        expect.stringMatching(/^Incident: 2026-11-21_/),
      ],
    });
  });

  test.each<[string, readonly LedgerEvent[], number]>([
    ['the same layer and release again is the same news', [broken('r1', '10:00'), broken('r2', '10:10')], 1],
    ['another layer is more', [broken('r1', '10:00'), broken('r2', '10:10', { failedLayers: ['dns'] })], 2],
    ['another release is more', [broken('r1', '10:00'), broken('r2', '10:10', { expected: { commit: A } })], 2],
    ['that it got worse is more', [broken('r1', '10:00'), broken('r2', '10:10', { severity: 'P0' })], 2],
    ['that it got milder is not', [broken('r1', '10:00'), broken('r2', '10:10', { severity: 'P3' })], 1],
    ['what no layer explains is told too', [broken('r1', '10:00', { failedLayers: [], severity: undefined })], 1],
    ['what only a person saw is told too', [incident('i', at('10:00'))], 1],
  ])('%s', (_, events, count) => {
    expect(ofEvent(events, 'incident-opened')).toHaveLength(count);
  });

  test('two that were told of one release are never taken for one', () => {
    const keys = ofEvent([incident('i', at('10:00')), incident('j', at('10:01'))], 'incident-opened').map(
      ({ dedupKey }) => dedupKey,
    );
    expect(new Set(keys).size).toBe(2);
  });

  test('that is over is told under the keys that it had', () => {
    const trouble = [broken('r1', '10:00'), broken('r2', '10:10', { failedLayers: ['dns'] })];
    const keys = (events: readonly LedgerEvent[], event: string) =>
      ofEvent(events, event).map(({ dedupKey, about, severity }) => ({ dedupKey, about, severity }));
    const over = [...trouble, proven('r3', '11:00')];
    expect(keys(over, 'incident-closed')).toEqual(keys(trouble, 'incident-opened'));
    expect(ofEvent(over, 'incident-opened')).toEqual([]);
  });
});

describe('a deployment', () => {
  test('is told when it is proven, and not again by the runs that follow', () => {
    const one = ofEvent([proven('r1', '09:00')], 'deployment');
    const two = ofEvent([proven('r1', '09:00'), proven('r2', '10:00')], 'deployment');
    expect(one[0]?.summary).toBe('mosaic in production: aaaaaaaaaaaa was proven');
    expect(two.map(({ about }) => about)).toEqual(one.map(({ about }) => about));
  });

  test('is told again when another word is said of it', () => {
    const about = (events: readonly LedgerEvent[]) => ofEvent(events, 'deployment')[0]?.about;
    const unjudged = sealed('r1', at('09:00'), { verdict: 'inconclusive', reason: 'blind', complete: false });
    expect(about([unjudged])).toBe('r1:unjudged');
    expect(about([unjudged, proven('r2', '09:30')])).toBe('r1:succeeded');
  });

  test('is the newest one alone', () => {
    expect(ofEvent([proven('r1', '09:00'), broken('r2', '10:00')], 'deployment')).toMatchObject([
      { release: B, summary: expect.stringContaining('FAILED') },
    ]);
  });
});

describe('a run that did not judge', () => {
  const unjudged = sealed('r9', at('11:00'), {
    verdict: 'inconclusive',
    reason: 'blind',
    complete: false,
    because: ['no network'],
  });
  const refused: LedgerEvent = {
    type: 'run.refused',
    ...{ runId: 'r9', environment: 'production', kind: 'production', expected: {}, refusedAt: at('11:00') },
    because: ['contracts/system.yaml:3: no such key'],
  };
  test.each<[string, readonly LedgerEvent[], string[]]>([
    ['is told', [proven('r1', '09:00'), unjudged], ['Inconclusive (blind): no network']],
    ['is told of a system that nobody ever judged', [unjudged], ['Inconclusive (blind): no network']],
    [
      'is told where its input was wrong',
      [proven('r1', '09:00'), refused],
      ['Refused, its input was wrong: contracts/system.yaml:3: no such key'],
    ],
    ['is no news any more when the next one judged', [unjudged, proven('r10', '11:30')], []],
    [
      'is told where it was killed and nobody came after it',
      [intended('r9', '11:29')],
      ['It was begun and never gave a verdict.'],
    ],
    ['may still be running', [intended('r9', '11:31')], []],
    ['is not one that judges no deployment', [proven('r1', '09:00'), intended('r9', '10:00', 'check')], []],
    [
      'is told where it was found interrupted',
      [intended('r9', '11:00'), { type: 'run.interrupted', runId: 'r9', ...scope, foundAt: at('11:40') }],
      ['It was found interrupted at 2026-11-21T11:40:00.000Z.'],
    ],
    ['is not one that was proven', [proven('r1', '09:00')], []],
  ])('%s', (_, events, said) => {
    expect(ofEvent(events, 'not-judged').map(({ because }) => because[0])).toEqual(said);
  });
});
