/** Histories whose deployments, incidents and figures were worked out by hand. */
import { describe, expect, it } from 'vitest';
import { deriveDelivery } from '../../../src/record/dora/derive-delivery.ts';
import { loadDoraStandard } from '../../../src/record/dora-standard.ts';
import { calendarMonth } from '../../../src/record/period.ts';
import { toDoraMetrics } from '../../../src/record/to-dora-metrics.ts';
import { history, type ShortRun, time } from './sample-history.ts';

const A = 'aaaaaaa';
const B = 'bbbbbbb';
const C = 'ccccccc';

interface Case {
  readonly name: string;
  readonly runs: readonly ShortRun[];
  /** commit, outcome, runs, lead time in minutes */
  readonly deployments: readonly [string, string, string, number | null][];
  /** commit, opened, closed, minutes to detect, minutes to restore */
  readonly incidents: readonly [string, string, string | null, number | null, number | null][];
  /** failed of judged, in production */
  readonly failed: readonly [number, number];
}

const cases: readonly Case[] = [
  { name: 'no data', runs: [], deployments: [], incidents: [], failed: [0, 0] },
  {
    name: 'one good deployment',
    runs: [{ commit: A, verdict: 'passed', committed: '9 19:15', deployed: '9 19:25', end: '9 19:27' }],
    deployments: [[A, 'succeeded', 'r1', 10]],
    incidents: [],
    failed: [0, 1],
  },
  {
    name: 'a warned run counts as good',
    runs: [{ commit: A, verdict: 'warned', deployed: '9 19:25', end: '9 19:27' }],
    deployments: [[A, 'succeeded', 'r1', null]],
    incidents: [],
    failed: [0, 1],
  },
  {
    name: 'fail, then pass with a new commit',
    runs: [
      { commit: A, verdict: 'failed', committed: '9 19:15', deployed: '9 19:25', end: '9 19:55' },
      { commit: B, verdict: 'passed', committed: '9 20:10', deployed: '9 20:35', end: '9 20:40' },
    ],
    deployments: [
      [A, 'failed', 'r1', 10],
      [B, 'succeeded', 'r2', 25],
    ],
    incidents: [[A, '9 19:55', '9 20:40', 30, 45]],
    failed: [1, 2],
  },
  {
    name: 'fail, fail, pass: one incident from the first failure to the proof',
    runs: [
      { commit: A, verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
      { commit: B, verdict: 'failed', deployed: '9 11:00', end: '9 11:05' },
      { commit: C, verdict: 'passed', deployed: '9 12:00', end: '9 12:05' },
    ],
    deployments: [
      [A, 'failed', 'r1', null],
      [B, 'failed', 'r2', null],
      [C, 'succeeded', 'r3', null],
    ],
    incidents: [[A, '9 10:05', '9 12:05', 5, 120]],
    failed: [2, 3],
  },
  {
    name: 'the gate is run again after a failure: still one deployment, and it failed',
    runs: [
      { commit: A, verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
      { commit: A, verdict: 'passed', deployed: '9 10:00', end: '9 10:25' },
      { commit: A, verdict: 'passed', deployed: '9 10:00', end: '9 10:35' },
    ],
    deployments: [[A, 'failed', 'r1 r2 r3', null]],
    incidents: [[A, '9 10:05', '9 10:25', 5, 20]],
    failed: [1, 1],
  },
  {
    name: 'an inconclusive run in between neither closes nor judges',
    runs: [
      { commit: A, verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
      { commit: B, verdict: 'inconclusive', deployed: '9 11:00', end: '9 11:05', complete: true },
      { commit: B, verdict: 'passed', deployed: '9 11:00', end: '9 11:30' },
    ],
    deployments: [
      [A, 'failed', 'r1', null],
      [B, 'succeeded', 'r2 r3', null],
    ],
    incidents: [[A, '9 10:05', '9 11:30', 5, 85]],
    failed: [1, 2],
  },
  {
    name: 'only inconclusive runs: a deployment that nobody judged',
    runs: [{ commit: A, verdict: 'inconclusive', deployed: '9 10:00', end: '9 10:05' }],
    deployments: [[A, 'unjudged', 'r1', null]],
    incidents: [],
    failed: [0, 0],
  },
  {
    name: 'two environments do not touch each other',
    runs: [
      { commit: A, verdict: 'failed', environment: 'staging', deployed: '9 09:00', end: '9 09:05' },
      { commit: A, verdict: 'passed', deployed: '9 10:00', end: '9 10:05' },
    ],
    deployments: [
      [A, 'failed', 'r1', null],
      [A, 'succeeded', 'r2', null],
    ],
    incidents: [[A, '9 09:05', null, 5, null]],
    failed: [0, 1],
  },
  {
    name: 'back to the commit before: a deployment of its own, without a lead time',
    runs: [
      { commit: A, verdict: 'passed', committed: '8 09:50', deployed: '8 10:00', end: '8 10:05' },
      { commit: B, verdict: 'failed', committed: '9 09:30', deployed: '9 10:00', end: '9 10:05' },
      { commit: A, verdict: 'passed', committed: '8 09:50', deployed: '9 10:10', end: '9 10:15' },
    ],
    deployments: [
      [A, 'succeeded', 'r1', 10],
      [B, 'failed', 'r2', 30],
      [A, 'succeeded', 'r3', null],
    ],
    incidents: [[B, '9 10:05', '9 10:15', 5, 10]],
    failed: [1, 3],
  },
  {
    name: 'back to the commit before, where nobody says when: the change of commit says it',
    runs: [
      { commit: A, verdict: 'passed', end: '8 10:05' },
      { commit: A, verdict: 'passed', end: '8 11:05' },
      { commit: B, verdict: 'failed', end: '9 10:05' },
      { commit: A, verdict: 'passed', end: '9 10:15' },
    ],
    deployments: [
      [A, 'succeeded', 'r1 r2', null],
      [B, 'failed', 'r3', null],
      [A, 'succeeded', 'r4', null],
    ],
    incidents: [[B, '9 10:05', '9 10:15', 1, 10]],
    failed: [1, 3],
  },
  {
    name: 'the same commit deployed twice: two deployments, one lead time',
    runs: [
      { commit: A, verdict: 'passed', committed: '8 09:00', deployed: '8 10:00', end: '8 10:05' },
      { commit: A, verdict: 'passed', committed: '8 09:00', deployed: '9 10:00', end: '9 10:05' },
    ],
    deployments: [
      [A, 'succeeded', 'r1', 60],
      [A, 'succeeded', 'r2', null],
    ],
    incidents: [],
    failed: [0, 2],
  },
  {
    name: 'sealed in another order than they ended',
    runs: [
      { commit: B, verdict: 'passed', deployed: '9 11:00', end: '9 11:05' },
      { commit: A, verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
    ],
    deployments: [
      [A, 'failed', 'r2', null],
      [B, 'succeeded', 'r1', null],
    ],
    incidents: [[A, '9 10:05', '9 11:05', 5, 60]],
    failed: [1, 2],
  },
  {
    name: 'a proof that began before the failure was seen does not close it',
    runs: [
      { commit: A, verdict: 'failed', deployed: '9 10:00', end: '9 10:05' },
      { commit: A, verdict: 'passed', deployed: '9 10:00', start: '9 10:01', end: '9 10:08' },
      { commit: A, verdict: 'passed', deployed: '9 10:00', start: '9 10:09', end: '9 10:15' },
    ],
    deployments: [[A, 'failed', 'r1 r2 r3', null]],
    incidents: [[A, '9 10:05', '9 10:15', 5, 10]],
    failed: [1, 1],
  },
  {
    name: 'partial runs prove nothing, but what they see broken is broken',
    runs: [
      { commit: A, verdict: 'passed', complete: false, deployed: '9 10:00', end: '9 10:05' },
      { commit: B, verdict: 'failed', complete: false, deployed: '9 11:00', end: '9 11:05' },
      { commit: B, verdict: 'passed', complete: false, deployed: '9 11:00', end: '9 11:15' },
    ],
    deployments: [
      [A, 'unjudged', 'r1', null],
      [B, 'failed', 'r2 r3', null],
    ],
    incidents: [[B, '9 11:05', null, 5, null]],
    failed: [1, 1],
  },
  {
    name: 'runs of the engine alone are no deployments',
    runs: [{ commit: A, verdict: 'failed', kind: 'check', deployed: '9 10:00', end: '9 10:05' }],
    deployments: [],
    incidents: [],
    failed: [0, 0],
  },
  {
    name: 'the new commit never answered: a failed deployment without a lead time',
    runs: [{ commit: A, verdict: 'failed', settled: null, committed: '9 09:00', deployed: '9 10:00', end: '9 10:05' }],
    deployments: [[A, 'failed', 'r1', null]],
    incidents: [[A, '9 10:05', null, 5, null]],
    failed: [1, 1],
  },
  {
    name: 'a commit later than its deployment has no lead time',
    runs: [{ commit: A, verdict: 'passed', committed: '9 10:30', deployed: '9 10:00', end: '9 10:45' }],
    deployments: [[A, 'succeeded', 'r1', null]],
    incidents: [],
    failed: [0, 1],
  },
];

describe('from a history follow', () => {
  it.each(cases)('$name: deployments', ({ runs, deployments }) => {
    const derived = deriveDelivery(history(runs)).deployments;
    expect(derived.map((each) => [each.commit, each.outcome, each.runIds.join(' '), each.leadTimeMinutes])).toEqual(
      deployments,
    );
  });

  it.each(cases)('$name: incidents', ({ runs, incidents }) => {
    const derived = deriveDelivery(history(runs)).incidents;
    expect(
      derived.map((each) => [
        each.commit,
        each.openedAt,
        each.closedAt,
        each.timeToDetectMinutes,
        each.timeToRestoreMinutes,
      ]),
    ).toEqual(
      incidents.map(([commit, opened, closed, ...minutes]) => [
        commit,
        time(opened),
        closed && time(closed),
        ...minutes,
      ]),
    );
  });

  it.each(cases)('$name: the change failure rate', ({ runs, failed: [failed, judged] }) => {
    const rows = history(runs);
    const metrics = toDoraMetrics(
      deriveDelivery(rows).deployments,
      deriveDelivery(rows).incidents,
      calendarMonth(new Date('2026-01-31T12:00:00.000Z')),
      loadDoraStandard(),
      { system: 'mosaic', environment: 'production' },
    );
    expect(metrics.change_failure_rate).toMatchObject({
      total_deployments: judged,
      failed_deployments: failed,
      percentage: judged === 0 ? null : Number(((100 * failed) / judged).toFixed(1)),
      rating: null,
    });
    expect(metrics.change_failure_rate.failures).toHaveLength(failed);
  });
});

describe('an incident', () => {
  const broken: ShortRun = {
    commit: B,
    verdict: 'failed',
    deployed: '9 10:00',
    end: '9 10:05',
    claimed: 'Upgrade done',
  };
  const good: ShortRun = { commit: A, verdict: 'passed', deployed: '8 10:00', end: '8 10:05' };

  it('carries what was claimed, what is real, and who found it', () => {
    expect(deriveDelivery(history([broken])).incidents).toMatchObject([
      {
        claimed: 'Upgrade done',
        reality: 'integration: /reranker/health answers 404',
        detectedBy: 'Gate 10 production smoke tests',
        rootCause: null,
        resolution: null,
        failedLayers: ['integration'],
      },
    ]);
  });

  it.each<[string, ShortRun, string]>([
    ['a rollback', { ...good, deployed: '9 11:00', end: '9 11:05' }, `Rolled back to ${A}, proven by run r3.`],
    ['a fix', { commit: C, verdict: 'passed', end: '9 11:05' }, `Fixed forward with ${C}, proven by run r3.`],
    ['the same build', { commit: B, verdict: 'passed', end: '9 11:05' }, `The same build ${B} was proven by run r3.`],
  ])('says that it was resolved by %s', (_, last, resolution) => {
    expect(deriveDelivery(history([good, broken, last])).incidents).toMatchObject([{ resolution }]);
  });

  it('has an id that is safe as a file name, whatever the environment is called', () => {
    const [incident] = deriveDelivery(history([{ ...broken, environment: '../../etc/Passwd\n' }])).incidents;
    expect(incident?.id).toMatch(/^2026-01-09_etc-passwd-integration-bbbbbbb-[0-9a-f]{8}$/);
  });

  it('that follows another on the same day, commit and layer has an id of its own', () => {
    const { incidents } = deriveDelivery(
      history([broken, { ...broken, verdict: 'passed', end: '9 10:25' }, { ...broken, end: '9 10:45' }]),
    );
    const ids = incidents.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});
