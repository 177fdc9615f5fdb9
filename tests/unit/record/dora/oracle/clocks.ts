/** Histories in which time itself is the difficulty. */
import { A, B, C, NONE, type OracleCase, one, run, told } from './short-history.ts';

export const CLOCKS: readonly OracleCase[] = [
  {
    // 00:30 → 01:30 UTC is an hour, although in Berlin the clock shows 01:30 and 03:30
    name: 'the clock is turned forward between commit and deployment',
    now: '2026-03-31T12:00:00.000Z',
    events: [
      run(A, 'passed', '2026-03-29T01:35:00.000Z', {
        committed: '2026-03-29T00:30:00.000Z',
        deployed: '2026-03-29T01:30:00.000Z',
      }),
    ],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // failed at 00:35, good at 01:35 UTC: in Berlin both are 02:35
    name: 'the clock is turned back between failure and proof',
    now: '2026-10-31T12:00:00.000Z',
    events: [
      run(A, 'failed', '2026-10-25T00:35:00.000Z', { deployed: '2026-10-25T00:30:00.000Z' }),
      run(A, 'passed', '2026-10-25T01:35:00.000Z', { deployed: '2026-10-25T00:30:00.000Z' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(60)],
    rework: [0, 1],
  },
  {
    // the same as "failed, then fixed forward": 10:10 → 11:10
    name: 'runs that reach the history in another order than they ended',
    events: [
      run(B, 'passed', '9 11:10', { committed: '9 10:30', deployed: '9 11:00' }),
      run(A, 'failed', '9 10:10', { committed: '8 10:00', deployed: '9 10:00' }),
    ],
    deployments: [2, 0],
    lead: [2, 735, 30, 1440],
    failed: [1, 2],
    recovery: [1, 0, 0, one(60)],
    rework: [1, 2],
  },
  {
    // imported weeks later: A arrived on the 7th already, so its proof on the 9th has no lead time of its own
    name: 'old deployments that are told after newer ones were proven',
    events: [
      run(A, 'passed', '9 10:05', { committed: '7 09:00', deployed: '9 10:00' }),
      told(A, '7 10:00', 'succeeded', { committed: '7 09:00' }),
      told(B, '8 10:00', 'succeeded', { committed: '8 08:00' }),
    ],
    // back to A: B is what was replaced
    deployments: [3, 2],
    lead: [2, 90, 60, 120],
    failed: [1, 3],
    recovery: [0, 0, 0, NONE],
    rework: [1, 3],
  },
  {
    name: 'the last and the first moment of a month',
    events: [
      run(A, 'passed', '2026-01-01T00:05:00.000Z', { deployed: '2026-01-01T00:00:00.000Z' }),
      run(B, 'passed', '2026-02-01T00:04:00.000Z', { deployed: '2026-01-31T23:59:59.999Z' }),
      run(C, 'passed', '2026-02-01T00:05:00.000Z', { deployed: '2026-02-01T00:00:00.000Z' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [0, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 2],
  },
  {
    // 23:50 → 00:10
    name: 'a commit of last year',
    events: [
      run(A, 'passed', '2026-01-01T00:15:00.000Z', {
        committed: '2025-12-31T23:50:00.000Z',
        deployed: '2026-01-01T00:10:00.000Z',
      }),
    ],
    deployments: [1, 0],
    lead: one(20),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // opened in December: it is December's; B is deployed on the 2nd of January, more than a day later
    name: 'a failure of last month that is mended in this one',
    events: [
      run(A, 'failed', '2025-12-31T20:05:00.000Z', { deployed: '2025-12-31T20:00:00.000Z' }),
      run(B, 'passed', '2 10:05', { committed: '2 09:00', deployed: '2 10:00' }),
    ],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'a commit that is later than its deployment has no lead time',
    events: [
      run(A, 'passed', '9 10:05', { committed: '9 10:30', deployed: '9 10:00' }),
      run(B, 'passed', '10 10:05', { committed: '10 09:00', deployed: '10 10:00' }),
    ],
    deployments: [2, 0],
    lead: one(60),
    failed: [0, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 2],
  },
  {
    // 10:05 → 10:15; the run in between had begun before the failure was seen
    name: 'a proof that began before the failure was seen does not end it',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '9 10:08', { deployed: '9 10:00', start: '9 10:01' }),
      run(A, 'passed', '9 10:15', { deployed: '9 10:00', start: '9 10:09' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(10)],
    rework: [0, 1],
  },
];
