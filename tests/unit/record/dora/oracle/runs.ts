/** Histories of runs only. */
import { A, B, C, D, NONE, type OracleCase, one, run } from './short-history.ts';

export const RUNS: readonly OracleCase[] = [
  {
    name: 'no data',
    events: [],
    deployments: [0, 0],
    lead: NONE,
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    // 09:00 → 10:00
    name: 'one deployment',
    events: [run(A, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // deployed = the first answer, 10:01, where nobody says when it was deployed
    name: 'one deployment of which nobody says when it was made',
    events: [run(A, 'passed', '9 10:05', { committed: '9 09:00', settled: '9 10:01' })],
    deployments: [1, 0],
    lead: one(61),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'one deployment, looked at three times',
    events: [
      run(A, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' }),
      run(A, 'warned', '9 10:25', { committed: '9 09:00', deployed: '9 10:00' }),
      run(A, 'passed', '9 12:05', { committed: '9 09:00' }),
    ],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // A: 8 10:00 → 9 10:00 = 1440; B: 10:30 → 11:00 = 30; mean 735; nearest rank of two: P50 the 1st, P95 the 2nd
    // restored 10:10 → 11:10; B was deployed in between: rework
    name: 'failed, then fixed forward',
    events: [
      run(A, 'failed', '9 10:10', { committed: '8 10:00', deployed: '9 10:00' }),
      run(B, 'passed', '9 11:10', { committed: '9 10:30', deployed: '9 11:00' }),
    ],
    deployments: [2, 0],
    lead: [2, 735, 30, 1440],
    failed: [1, 2],
    recovery: [1, 0, 0, one(60)],
    rework: [1, 2],
  },
  {
    // one incident 10:05 → 12:05; B and C were deployed while it was open
    name: 'failed, failed again, then good',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'failed', '9 11:05', { deployed: '9 11:00' }),
      run(C, 'passed', '9 12:05', { deployed: '9 12:00' }),
    ],
    deployments: [3, 0],
    lead: NONE,
    failed: [2, 3],
    recovery: [1, 0, 0, one(120)],
    rework: [2, 3],
  },
  {
    // 10:05 → 10:35 = 30 and 10:05 → 11:45 = 100; mean 65
    name: 'two failures, each fixed',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '9 10:35', { deployed: '9 10:30' }),
      run(C, 'failed', '10 10:05', { deployed: '10 10:00' }),
      run(D, 'passed', '10 11:45', { deployed: '10 11:40' }),
    ],
    deployments: [4, 0],
    lead: NONE,
    failed: [2, 4],
    recovery: [2, 0, 0, [2, 65, 30, 100]],
    rework: [2, 4],
  },
  {
    name: 'failed, and never mended',
    events: [run(A, 'failed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: one(60),
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    // the gate is run again, nothing is deployed: 10:05 → 10:25
    name: 'failed, then the same deployment passes',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '9 10:25', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(20)],
    rework: [0, 1],
  },
  {
    name: 'inconclusive only: deployed, but judged by nobody',
    events: [run(A, 'inconclusive', '9 10:05', { deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'inconclusive, and it never answered: it may not have happened',
    events: [run(A, 'inconclusive', '9 10:05', { settled: null })],
    deployments: [0, 0],
    lead: NONE,
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    // it did not arrive, so nothing was delivered
    name: 'failed because it never answered: no lead time',
    events: [run(A, 'failed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00', settled: null })],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'a partial run proves nothing',
    events: [run(A, 'passed', '9 10:05', { deployed: '9 10:00', complete: false })],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // deployed on the 9th at 10:00 and proven, failed on the 10th at 11:30: 25.5 hours later
    name: 'proven, and broken a day later: an incident, but no failed change',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'failed', '10 11:30', { deployed: '9 10:00' }),
      run(A, 'passed', '10 12:30', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 1, NONE],
    rework: [0, 1],
  },
  {
    // exactly 24 hours after the deployment
    name: 'proven, and broken on the last minute of its day: a failed change',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'failed', '10 10:00', { deployed: '9 10:00' }),
      run(A, 'passed', '10 10:30', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(30)],
    rework: [0, 1],
  },
  {
    name: 'never proven, and broken a day later: nothing says that it ever worked',
    events: [
      run(A, 'inconclusive', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'failed', '10 11:30', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'another environment and another system do not count here',
    events: [
      run(A, 'failed', '9 09:05', { deployed: '9 09:00', environment: 'staging' }),
      run(B, 'failed', '9 09:15', { deployed: '9 09:10', system: 'shop' }),
      run(A, 'passed', '9 10:05', { committed: '9 08:30', deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: one(90),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // 1, 2, … 10 minutes after the commit: mean 5.5, P50 the 5th, P95 the 10th
    name: 'ten deployments: the percentiles are values that occurred',
    events: Array.from({ length: 10 }, (_, index) => {
      const day = index + 1;
      const minute = String(day).padStart(2, '0');
      return run(`${day}`.padStart(7, 'e'), 'passed', `${day} 10:30`, {
        committed: `${day} 10:00`,
        deployed: `${day} 10:${minute}`,
      });
    }),
    deployments: [10, 0],
    lead: [10, 5.5, 5, 10],
    failed: [0, 10],
    recovery: [0, 0, 0, NONE],
    rework: [0, 10],
  },
];
