/** How bad, what happened, what is advised, what is due: worked out by hand for small histories. */
import { describe, expect, test } from 'vitest';
import type { LedgerEvent, LedgerRow } from '../../../../src/ledger/schema.ts';
import { deriveDelivery } from '../../../../src/record/dora/derive-delivery.ts';
import type { Migrations } from '../../../../src/record/incident/advise.ts';
import { classifyRun } from '../../../../src/record/incident/classify-incident.ts';
import { loadIncidentAuthority } from '../../../../src/record/incident/incident-authority.ts';
import { type IncidentCase, isOverdue, toIncidentCases } from '../../../../src/record/incident/incident-case.ts';
import { followUp, incident, notified, sealed } from '../../ledger/told-events.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const at = (hour: string): string => `2026-11-21T${hour}:00.000Z`;
const NOW = new Date(at('12:00'));
const authority = loadIncidentAuthority();

const proven = (runId: string, hour: string, commit = A) => sealed(runId, at(hour), { expected: { commit } });
const broken = (runId: string, hour: string, change: object = {}) =>
  sealed(runId, at(hour), {
    ...{ expected: { commit: B }, verdict: 'failed', exitCode: 1, failedLayers: ['tls'], severity: 'P0' },
    ...{ because: ['tls: the certificate has expired'], deployedAt: at('10:00') },
    ...change,
  });

function rowsOf(events: readonly LedgerEvent[]): LedgerRow[] {
  return events.map((event, index) => ({
    seq: index + 1,
    at: at('00:00'),
    key: `${index}`,
    event,
    prev: '',
    hash: '',
  }));
}

function casesOf(
  events: readonly LedgerEvent[],
  { now = NOW, migrations = 'unknown' as Migrations } = {},
): IncidentCase[] {
  const rows = rowsOf(events);
  const { incidents } = deriveDelivery(rows);
  return toIncidentCases(incidents, rows, { now, migrations: new Map(incidents.map(({ id }) => [id, migrations])) });
}

function caseOf(...args: Parameters<typeof casesOf>): IncidentCase {
  const [only, ...others] = casesOf(...args);
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} incidents`);
  return only;
}

describe('the severity', () => {
  test.each<[string, readonly LedgerEvent[], string | null, RegExp]>([
    ['of the worst broken promise', [broken('r1', '10:05', { severity: 'P2' })], 'P2', /worst broken promise/],
    [
      'of the layer where no promise names one',
      [broken('r1', '10:05', { severity: undefined })],
      'P0',
      /the layer tls/,
    ],
    [
      'of the worst layer',
      [broken('r1', '10:05', { severity: undefined, failedLayers: ['external-apis', 'storage'] })],
      'P1',
      /storage/,
    ],
    [
      'of the worst of its runs',
      [broken('r1', '10:05', { severity: 'P2' }), broken('r2', '10:15')],
      'P0',
      /worst broken/,
    ],
    ['is what a person said, where no run saw it', [incident('i', at('10:00'), { severity: 'P3' })], 'P3', /told/],
    [
      'is nobody’s guess where no layer is named',
      [broken('r1', '10:05', { severity: undefined, failedLayers: [] })],
      null,
      /nobody/,
    ],
    [
      'is nobody’s guess of a layer that is not known',
      [broken('r1', '10:05', { severity: undefined, failedLayers: ['x'] })],
      null,
      /nobody/,
    ],
  ])('%s', (_, events, severity, from) => {
    const { classified } = caseOf(events);
    expect(classified).toEqual({ severity, from: expect.stringMatching(from) });
  });

  test.each(Object.entries(authority.layers))('the layer %s alone is %s', (layer, severity) => {
    expect(classifyRun({ failedLayers: [layer] }, authority).severity).toBe(severity);
  });
});

describe('the advice', () => {
  const first = proven('r1', '09:00');
  test.each<[string, readonly LedgerEvent[], Migrations, string, string | null, RegExp]>([
    [
      'is to go back where a critical layer failed',
      [first, broken('r2', '10:05')],
      'none',
      'roll-back',
      A,
      /critical layer tls failed.*proven here by run r1.*did not change the database/,
    ],
    ['says what has to be looked at first', [first, broken('r2', '10:05')], 'unknown', 'roll-back', A, /Check first/],
    [
      'is to go forward where the release changed the database',
      [first, broken('r2', '10:05')],
      'some',
      'fix-forward',
      null,
      /changed the database/,
    ],
    [
      'is to go forward where the schema failed',
      [first, broken('r2', '10:05', { failedLayers: ['runtime', 'schema'] })],
      'none',
      'fix-forward',
      null,
      /layer schema failed/,
    ],
    [
      'is to go forward where nothing was proven before',
      [broken('r2', '10:05')],
      'none',
      'fix-forward',
      null,
      /nothing known to go back to/,
    ],
    [
      'is never to go back to a release that failed itself',
      [proven('r1', '09:00', B), broken('r2', '10:05')],
      'none',
      'fix-forward',
      null,
      /nothing known/,
    ],
    [
      'is to go forward where users have a way around it',
      [first, broken('r2', '10:05', { severity: 'P2', failedLayers: ['endpoints'] })],
      'none',
      'fix-forward',
      null,
      /it is P2/,
    ],
    [
      'is to go back where it is P1 in any layer',
      [first, broken('r2', '10:05', { severity: 'P1', failedLayers: ['endpoints'] })],
      'none',
      'roll-back',
      A,
      /It is P1/,
    ],
    [
      'is to go back where nobody classified it',
      [first, broken('r2', '10:05', { severity: undefined, failedLayers: [] })],
      'none',
      'roll-back',
      A,
      /counts as the worst/,
    ],
    [
      'is none where only a person saw it',
      [first, incident('i', at('10:00'))],
      'none',
      'undecided',
      null,
      /No run saw it/,
    ],
    [
      'is none when it is over',
      [first, broken('r2', '10:05'), proven('r3', '11:00')],
      'none',
      'none',
      null,
      /It is over/,
    ],
  ])('%s', (_, events, migrations, what, target, why) => {
    const { advice } = caseOf(events, { migrations });
    expect([advice.what, advice.target, advice.reasons.join(' ')]).toEqual([what, target, expect.stringMatching(why)]);
  });

  test('is to go forward where the build had been proven long before it broke: the change is not to blame', () => {
    const [old, late] = [{ deployedAt: '2026-11-10T10:00:00.000Z' }, { deployedAt: '2026-11-10T10:00:00.000Z' }];
    const events = [
      sealed('r0', '2026-11-09T10:00:00.000Z', { expected: { commit: A } }),
      sealed('r1', '2026-11-10T10:05:00.000Z', { expected: { commit: B }, ...old }),
      broken('r2', '10:05', late),
    ];
    expect(caseOf(events, { migrations: 'none' }).advice).toMatchObject({ what: 'fix-forward', target: null });
  });
});

test('the timeline comes from the history: deployment, runs, interventions, who was told', () => {
  const open = [
    proven('r1', '09:00'),
    broken('r2', '10:05'),
    broken('r3', '10:15', { because: ['tls: still expired'] }),
  ];
  const { id } = caseOf(open).incident;
  const events: LedgerEvent[] = [
    ...open,
    notified(id, at('10:06')),
    notified(id, at('10:07'), { target: 'channel', outcome: 'failed', attempts: 4, why: 'it answers 500' }),
    sealed('r4', at('10:20'), {
      verdict: 'inconclusive',
      reason: 'blind',
      complete: false,
      because: ['the network is gone'],
    }),
    {
      type: 'intervention.recorded',
      ...{ id: 'x', system: 'mosaic', environment: 'production', commit: B, at: at('10:30'), kind: 'rollback' },
      ...{ description: 'went back', told: { source: 'person' } },
    },
    proven('r5', '11:00'),
    broken('r6', '11:30', { environment: 'staging' }),
  ];
  const [{ timeline } = { timeline: [] }] = casesOf(events);
  expect(timeline.map(({ at: time, what }) => `${time.slice(11, 16)} ${what}`)).toEqual([
    `10:00 ${B} was deployed.`,
    `10:05 Detected by run r2 of ${B}: tls: the certificate has expired`,
    '10:06 incident-opened was delivered to on-call.',
    '10:07 incident-opened did NOT reach channel after 4 attempts: it answers 500',
    `10:15 Still broken by run r3 of ${B}: tls: still expired`,
    `10:20 Not judged by run r4 of ${'a'.repeat(40)}: the network is gone`,
    `10:30 Told: rollback of ${B}: went back`,
    `11:00 Proven to work by run r5 of ${A}.`,
  ]);
});

describe('what follows', () => {
  const over = [broken('r1', '10:05'), proven('r2', '11:00')];
  const published = (id: string) =>
    followUp('postmortem', at('11:30'), { incident: id, kind: 'postmortem', state: 'done' });
  test.each([
    ['is not due while it is open', [broken('r1', '10:05')], '2026-12-31T00:00:00Z', 'not-due'],
    ['is due for 48 hours', over, '2026-11-23T11:00:00Z', 'due'],
    ['is late after 48 hours', over, '2026-11-23T11:00:01Z', 'late'],
    ['is late until 72 hours are over', over, '2026-11-24T11:00:00Z', 'late'],
    ['is overdue after 72 hours', over, '2026-11-24T11:00:01Z', 'overdue'],
  ])('a postmortem %s', (_, events, now, state) => {
    const each = caseOf(events, { now: new Date(now) });
    expect([each.postmortem.state, isOverdue(each)]).toEqual([state, state === 'overdue']);
  });

  test('a postmortem that is published is never overdue', () => {
    const { id } = caseOf(over).incident;
    const each = caseOf([...over, published(id)], { now: new Date('2027-01-01T00:00:00Z') });
    expect([each.postmortem.state, each.postmortem.publishedAt, isOverdue(each)]).toEqual([
      'published',
      at('11:30'),
      false,
    ]);
  });

  test.each([
    ['is open on its last day', {}, '2026-12-01T23:59:59Z', 'open'],
    ['is overdue the day after', {}, '2026-12-02T00:00:00Z', 'overdue'],
    ['is done when somebody says so', { state: 'done' as const }, '2027-01-01T00:00:00Z', 'done'],
    ['without a day is due at once', { due: undefined }, '2026-11-22T00:00:00Z', 'overdue'],
  ])('an action item %s', (_, change, now, state) => {
    const { id } = caseOf(over).incident;
    const added = followUp('action-1', at('11:40'), { incident: id, due: '2026-12-01' });
    const last = followUp('action-1', at('11:50'), { incident: id, due: '2026-12-01', ...change });
    const each = caseOf([...over, published(id), added, last], { now: new Date(now) });
    expect(each.actions.map((action) => action.state)).toEqual([state]);
    expect(isOverdue(each)).toBe(state === 'overdue');
  });

  test('what follows from another incident, system or environment is not its own', () => {
    const { id } = caseOf(over).incident;
    const strangers = [{ incident: 'other' }, { system: 'other' }, { environment: 'staging' }];
    const events = strangers.map((change, index) => followUp(`a-${index}`, at('11:40'), { incident: id, ...change }));
    expect(casesOf([...over, ...events])[0]?.actions).toEqual([]);
  });
});
