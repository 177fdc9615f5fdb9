/** Histories in which somebody tells what no run saw, or what a run saw too. */
import { A, B, C, incident, NONE, type OracleCase, one, run, told } from './short-history.ts';

export const TOLD: readonly OracleCase[] = [
  {
    // lead times 30, 60, 90; whether anything ever failed, nobody says
    name: 'three deployments that were only told',
    events: [
      told(A, '7 10:00', 'succeeded', { committed: '7 09:30' }),
      told(B, '8 10:00', 'succeeded', { committed: '8 09:00' }),
      told(C, '9 10:00', 'succeeded', { committed: '9 08:30' }),
    ],
    deployments: [3, 3],
    lead: [3, 60, 60, 90],
    failed: [0, 3],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    name: 'told and proven at the same time: one deployment',
    events: [
      told(A, '9 10:00', 'succeeded', { committed: '9 09:00' }),
      run(A, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' }),
    ],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // deployed = what was told, 10:00
    name: 'told, and proven by a run that does not know when: one deployment, at the told time',
    events: [told(A, '9 10:00'), run(A, 'passed', '9 10:05', { committed: '9 09:00', settled: '9 10:01' })],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // a pipeline that notes the deployment when its gate is through
    name: 'told two minutes after the run ended: one deployment',
    events: [
      run(A, 'passed', '9 10:05', { settled: '9 10:01' }),
      told(A, '9 10:07', 'succeeded', { committed: '9 09:00' }),
    ],
    deployments: [1, 0],
    lead: one(67),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // the clocks of pipeline and run differ by the 15 minutes that are allowed; the run's own time counts
    name: 'told 15 minutes before the time that the run names: one deployment',
    events: [told(A, '9 09:45'), run(A, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: one(60),
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // the commit arrives with the first of them, 09:00 → 09:44; of the two, one was only told
    name: 'told 16 minutes before: two deployments',
    events: [
      told(A, '9 09:44', 'succeeded', { committed: '9 09:00' }),
      run(A, 'passed', '9 10:05', { committed: '9 09:00', deployed: '9 10:00' }),
    ],
    deployments: [2, 1],
    lead: one(44),
    failed: [0, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 2],
  },
  {
    name: 'told by two tools five minutes apart: one deployment',
    events: [
      told(A, '9 10:00', 'succeeded', { source: 'github' }),
      told(A, '9 10:05', 'succeeded', { source: 'devlake' }),
    ],
    deployments: [1, 1],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    name: 'told by one tool twice, five minutes apart: two deployments',
    events: [
      told(A, '9 10:00', 'succeeded', { source: 'github' }),
      told(A, '9 10:05', 'succeeded', { source: 'github' }),
    ],
    deployments: [2, 2],
    lead: NONE,
    failed: [0, 2],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    // B came in between, so that the second A is a way back
    name: 'told once more within 15 minutes, but another build was there in between',
    events: [
      told(A, '9 10:00', 'succeeded', { source: 'github' }),
      told(B, '9 10:05', 'succeeded', { source: 'github' }),
      told(A, '9 10:10', 'succeeded', { source: 'devlake' }),
    ],
    deployments: [3, 3],
    lead: NONE,
    failed: [1, 3],
    recovery: [0, 0, 0, NONE],
    rework: [1, 1],
  },
  {
    name: 'told again under its id: the last word counts',
    events: [told(A, '9 10:00', 'failed', { id: 'x' }), told(A, '9 10:00', 'succeeded', { id: 'x' })],
    deployments: [1, 1],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    // detected 5 minutes after 10:00, over with B at 11:00; B was deployed meanwhile
    name: 'a told failure, and the told deployment that mended it',
    events: [told(A, '9 10:00', 'failed', { timeToDetectMinutes: 5 }), told(B, '9 11:00')],
    deployments: [2, 2],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(55)],
    rework: [1, 2],
  },
  {
    // 10:00 → the proof's end, 11:05
    name: 'a told failure, and the proven deployment that mended it',
    events: [told(A, '9 10:00', 'failed'), run(B, 'passed', '9 11:05', { deployed: '9 11:00' })],
    deployments: [2, 1],
    lead: NONE,
    failed: [1, 2],
    recovery: [1, 0, 0, one(65)],
    rework: [1, 2],
  },
  {
    name: 'proven, but people know that it failed',
    events: [run(A, 'passed', '9 10:05', { deployed: '9 10:00' }), told(A, '9 10:00', 'failed')],
    deployments: [1, 0],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 1, 0, NONE],
    rework: [0, 1],
  },
  {
    name: 'told to be good, but the run that looked could not say',
    events: [told(A, '9 10:00'), run(A, 'inconclusive', '9 10:05', { deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // said to be unplanned: rework without an incident; said to be planned: none although one is open
    name: 'what is said about a plan is believed',
    events: [
      told(A, '8 10:00', 'succeeded', { unplanned: true }),
      told(B, '9 10:00', 'failed'),
      told(C, '9 11:00', 'succeeded', { unplanned: false }),
    ],
    deployments: [3, 3],
    lead: NONE,
    failed: [1, 3],
    recovery: [1, 0, 0, one(60)],
    rework: [1, 3],
  },
  {
    // tags tell neither success nor failure, and a maintenance release after a newer one is no way back
    name: 'tags as deployments',
    events: [
      told(A, '7 10:00', 'unjudged', { source: 'git', committed: '7 09:00' }),
      told(B, '8 10:00', 'unjudged', { source: 'git', committed: '8 08:00' }),
      told(A, '9 10:00', 'unjudged', { source: 'git', committed: '7 09:00' }),
    ],
    deployments: [3, 3],
    lead: [2, 90, 60, 120],
    failed: [0, 0],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
  {
    name: 'a short commit that was told and the long one that ran are the same',
    events: [told('aaaaaaa', '9 10:00'), run('a'.repeat(40), 'passed', '9 10:05', { deployed: '9 10:00' })],
    deployments: [1, 0],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 1],
  },
  {
    // 1.2.3 and 1.2.30 begin alike and are two versions: back to 1.2.3 is a rollback
    name: 'versions instead of commits',
    events: [told('1.2.3', '7 10:00'), told('1.2.30', '8 10:00'), told('1.2.3', '9 10:00')],
    deployments: [3, 3],
    lead: NONE,
    failed: [1, 3],
    recovery: [0, 0, 0, NONE],
    rework: [1, 1],
  },
  {
    // opened by a machine, ended by a person under the same id: 13:00 → 13:40
    name: 'an incident told by one and ended by another',
    events: [
      told(A, '9 12:00'),
      incident('9 13:00', null, { id: 'x', source: 'pipeline' }),
      incident('9 13:00', '9 13:40', { id: 'x' }),
    ],
    deployments: [1, 1],
    lead: NONE,
    failed: [1, 1],
    recovery: [1, 0, 0, one(40)],
    rework: [0, 1],
  },
  {
    name: 'a told failure of another environment',
    events: [told(A, '9 10:00', 'failed', { environment: 'staging' }), told(A, '9 11:00')],
    deployments: [1, 1],
    lead: NONE,
    failed: [0, 1],
    recovery: [0, 0, 0, NONE],
    rework: [0, 0],
  },
];
