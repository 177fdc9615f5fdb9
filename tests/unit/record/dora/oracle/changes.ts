/** Failed changes that a gate alone does not see: rollbacks, hotfixes, interventions, incidents. */
import { A, B, C, incident, intervention, NONE, type OracleCase, one, run } from './short-history.ts';

export const CHANGES: readonly OracleCase[] = [
  {
    // A and B have lead times of an hour, A's return has none; nobody saw B fail, so nothing is known of its recovery
    name: 'rollback without a failed run: what is replaced is a failed change',
    events: [
      run(A, 'passed', '8 10:05', { committed: '8 09:00', deployed: '8 10:00' }),
      run(B, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' }),
      run(A, 'passed', '9 12:05', { committed: '8 09:00', deployed: '9 12:00' }),
    ],
    deployments: [3, 0],
    lead: [2, 60, 60, 60],
    failed: [1, 3],
    recovery: [0, 0, 0, NONE],
    rework: [1, 3],
  },
  {
    // B fails for two reasons and counts once; 10:05 → 10:15
    name: 'rollback after a failed run',
    events: [
      run(A, 'passed', '8 10:05', { deployed: '8 10:00' }),
      run(B, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '9 10:15', { deployed: '9 10:10' }),
    ],
    deployments: [3, 0],
    lead: NONE,
    failed: [1, 3],
    recovery: [1, 0, 0, one(10)],
    rework: [1, 3],
  },
  {
    name: 'rollback over two deployments: only the one that is replaced failed',
    events: [
      run(A, 'passed', '7 10:05', { deployed: '7 10:00' }),
      run(B, 'passed', '8 10:05', { deployed: '8 10:00' }),
      run(C, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '10 10:05', { deployed: '10 10:00' }),
    ],
    deployments: [4, 0],
    lead: NONE,
    failed: [1, 4],
    recovery: [0, 0, 0, NONE],
    rework: [1, 4],
  },
  {
    // the second B is another attempt, not a way back from A
    name: 'rollback, and forward again',
    events: [
      run(A, 'passed', '7 10:05', { deployed: '7 10:00' }),
      run(B, 'passed', '8 10:05', { deployed: '8 10:00' }),
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '10 10:05', { deployed: '10 10:00' }),
    ],
    deployments: [4, 0],
    lead: NONE,
    failed: [1, 4],
    recovery: [0, 0, 0, NONE],
    rework: [1, 4],
  },
  {
    // B and the second A are deployed while the incident of the first A is open: 10:05 → 12:05
    name: 'back to a build that had failed itself is no rollback',
    events: [
      run(A, 'failed', '8 10:05', { deployed: '8 10:00' }),
      run(B, 'failed', '8 11:05', { deployed: '8 11:00' }),
      run(A, 'passed', '8 12:05', { deployed: '8 12:00' }),
    ],
    deployments: [3, 0],
    lead: NONE,
    failed: [2, 3],
    recovery: [1, 0, 0, one(120)],
    rework: [2, 3],
  },
  {
    name: 'the same build once more is a deployment, and no rollback',
    events: [
      run(A, 'passed', '8 10:05', { deployed: '8 10:00' }),
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [0, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 2],
  },
  {
    // opened 9 10:05, B deployed 10 10:05: 24 hours; closed by its proof 10 10:10 = 1445 minutes
    name: 'hotfix on the last minute of its window',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '10 10:10', { deployed: '10 10:05' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(1445)],
    rework: [1, 2],
  },
  {
    name: 'a minute later it is a planned deployment',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '10 10:10', { deployed: '10 10:06' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(1445)],
    rework: [0, 2],
  },
  {
    // mended at 10:25 by the same build; B comes afterwards
    name: 'what is deployed after the failure is over is no hotfix',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '9 10:25', { deployed: '9 10:00' }),
      run(B, 'passed', '9 12:05', { deployed: '9 12:00' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(20)],
    rework: [0, 2],
  },
  {
    name: 'an intervention makes a proven deployment a failed change',
    events: [run(A, 'passed', '9 10:05', { deployed: '9 10:00' }), intervention(A, '9 11:00')],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // A ran on the 8th and again on the 9th; at 8 11:00 it was the first
    name: 'an intervention belongs to the last deployment of its commit before it',
    events: [
      run(A, 'passed', '8 10:05', { deployed: '8 10:00' }),
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      intervention(A, '8 11:00', 'user-visible-errors'),
      intervention(A, '8 11:30', 'manual-intervention'),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 2],
  },
  {
    name: 'an intervention on a commit that was not deployed counts for nothing',
    events: [run(A, 'passed', '9 10:05', { deployed: '9 10:00' }), intervention(B, '9 11:00')],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // 13:00 → 14:30; A is named although B was deployed later
    name: 'an incident that names its commit',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '9 12:05', { deployed: '9 12:00' }),
      incident('9 13:00', '9 14:30', { commit: A }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(90)],
    rework: [0, 2],
  },
  {
    name: 'an incident that names none belongs to the last deployment before it',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      run(B, 'passed', '9 12:05', { deployed: '9 12:00' }),
      incident('9 13:00', '9 14:30'),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(90)],
    rework: [0, 2],
  },
  {
    // the last deployment is 49 hours old
    name: 'an incident long after the last deployment was not caused by it',
    events: [run(A, 'passed', '9 12:05', { deployed: '9 12:00' }), incident('11 13:00', '11 14:30')],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 1, NONE],
    rework: [0, 1],
  },
  {
    // B is named, but it was deployed only after the incident began
    name: 'a deployment cannot have caused what began before it',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      incident('9 11:00', '9 11:30', { commit: B }),
      run(B, 'passed', '9 12:05', { deployed: '9 12:00' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [0, 2],
    recovery: [0, 0, 1, NONE],
    rework: [0, 2],
  },
  {
    // 13:00 → 14:00 = 60 and 13:30 → 15:30 = 120: the deployment failed once, and was restored from twice
    name: 'overlapping incidents of one deployment',
    events: [
      run(A, 'passed', '9 12:05', { deployed: '9 12:00' }),
      incident('9 13:00', '9 14:00'),
      incident('9 13:30', '9 15:30'),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [2, 0, 0, [2, 90, 60, 120]],
    rework: [0, 1],
  },
  {
    // seen 10:05 → 10:40, told 10:02 → 10:50: one incident, 10:02 → 10:50
    name: 'what a run saw and a person told at the same time is one incident',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      incident('9 10:02', '9 10:50', { commit: A }),
      run(A, 'passed', '9 10:40', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(48)],
    rework: [0, 1],
  },
  {
    // seen from 10:05 and never proven good again; told to be over at 10:50, and no run failed after that
    name: 'a word ends an incident that no run failed after',
    events: [run(A, 'failed', '9 10:05', { deployed: '9 10:00' }), incident('9 10:05', '9 10:50', { commit: A })],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(45)],
    rework: [0, 1],
  },
  {
    name: 'a word does not end an incident when a run fails after it',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      incident('9 10:05', '9 10:50', { commit: A }),
      run(A, 'failed', '9 11:05', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    // 10:05 → 10:40 = 35 and 12:00 → 12:30 = 30
    name: 'what was told after the first was over is another incident',
    events: [
      run(A, 'failed', '9 10:05', { deployed: '9 10:00' }),
      run(A, 'passed', '9 10:40', { deployed: '9 10:00' }),
      incident('9 12:00', '9 12:30', { commit: A }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [2, 0, 0, [2, 32.5, 30, 35]],
    rework: [0, 1],
  },
  {
    // nobody says that it is over: the proof of B at 12:05 ends it, 11:00 → 12:05; B was deployed in between
    name: 'an incident that nobody ended is ended by the next proven build',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      incident('9 11:00', null, { commit: A }),
      run(B, 'passed', '9 12:05', { deployed: '9 12:00' }),
    ],
    deployments: [2, 0],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(65)],
    rework: [1, 2],
  },
  {
    // the run looked at what the person saw, and did not see it
    name: 'an incident that nobody ended is not ended by a run that passes on the same build',
    events: [
      run(A, 'passed', '9 10:05', { deployed: '9 10:00' }),
      incident('9 11:00', null, { commit: A }),
      run(A, 'passed', '9 11:30', { deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'an incident that ends before it begins has no time to restore',
    events: [run(A, 'passed', '9 10:05', { deployed: '9 10:00' }), incident('9 11:00', '9 10:30', { commit: A })],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, NONE],
    rework: [0, 1],
  },
];
