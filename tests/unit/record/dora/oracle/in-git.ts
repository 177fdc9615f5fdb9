/** Histories whose lead times and failures are in git. Commits are an hour apart from 1 January 2026, 00:00 UTC, by their place. */
import type { Spread } from './short-history.ts';

export interface GitCase {
  readonly name: string;
  /** parents of each commit, and its message where that matters; `$2` in a message is the id of commit 2 */
  readonly commits: readonly (readonly number[] | readonly [readonly number[], string])[];
  /** place of the commit (or an id that is not there), hour of the deployment; `previous`: what the first one replaced */
  readonly deployments: readonly (readonly [number | string, number])[];
  readonly previous?: number;
  readonly lead: Spread;
  /** failed · judged */
  readonly failed: readonly [number, number];
  /** rework · known */
  readonly rework: readonly [number, number];
}

export const GONE = 'f'.repeat(40);

export const IN_GIT: readonly GitCase[] = [
  {
    // commit 0 is what ran before; 1, 2, 3 at 01:00, 02:00, 03:00 arrive at 10:00: 540, 480, 420
    name: 'direct pushes to the trunk',
    commits: [[], [0], [1], [2]],
    previous: 0,
    deployments: [[3, 10]],
    lead: [3, 480, 480, 540],
    failed: [0, 1],
    rework: [0, 1],
  },
  {
    // the first deployment ever seen: what it replaced is not known, so only its own commit counts (hour 3 → 10)
    name: 'the first known deployment',
    commits: [[], [0], [1], [2]],
    deployments: [[3, 10]],
    lead: [1, 420, 420, 420],
    failed: [0, 1],
    rework: [0, 1],
  },
  {
    // 1 and 2 on a branch, 3 on the trunk, 4 merges: all four are new at hour 10: 540, 480, 420, 360
    name: 'a merge commit brings itself and both sides',
    commits: [[], [0], [1], [0], [3, 2]],
    previous: 0,
    deployments: [[4, 10]],
    lead: [4, 450, 420, 540],
    failed: [0, 1],
    rework: [0, 1],
  },
  {
    // 1 and 2 stay on their branch, 3 is what they became on the trunk: only it arrives, hour 3 → 10
    name: 'a squash merge is one commit, of the time of the merge',
    commits: [[], [0], [1], [0]],
    previous: 0,
    deployments: [[3, 10]],
    lead: [1, 420, 420, 420],
    failed: [0, 1],
    rework: [0, 1],
  },
  {
    // maintenance 2 (pick of 1) arrives at 5: 180; trunk 1 and 3 at 9: 480, 360
    name: 'a cherry-pick and its original arrive each on its own',
    commits: [[], [0], [0], [1]],
    previous: 0,
    deployments: [
      [2, 5],
      [3, 9],
    ],
    lead: [3, 340, 360, 480],
    failed: [0, 2],
    rework: [0, 2],
  },
  {
    // trunk 1 ← 3 ← 5, maintenance 1 ← 2 ← 4, 6 merges both. 1 at 10: 540 · 3 at 20: 1020 · 2, 4 at 30: 1680, 1560
    // · 5 at 40: 2100 · 6 at 50: 2640. Sorted 540 1020 1560 1680 2100 2640, sum 9540, mean 1590, P50 the 3rd
    // (prev..cur would count 3 and 5 again after the maintenance release, and 2 and 4 again with the merge)
    name: 'maintenance releases in between count nothing twice',
    commits: [[], [0], [1], [1], [2], [3], [5, 4]],
    previous: 0,
    deployments: [
      [1, 10],
      [3, 20],
      [4, 30],
      [5, 40],
      [6, 50],
    ],
    lead: [6, 1590, 1560, 2640],
    failed: [0, 5],
    rework: [0, 5],
  },
  {
    // 1 arrives at 3 (120), its revert 2 at 10 (480): seven hours later
    name: 'a revert within a day: the deployment that brought the change failed',
    commits: [[], [[0], 'Add search'], [[1], 'Revert "Add search"\n\nThis reverts commit $1.']],
    previous: 0,
    deployments: [
      [1, 3],
      [2, 10],
    ],
    lead: [2, 300, 120, 480],
    failed: [1, 2],
    rework: [1, 2],
  },
  {
    // 1 arrives at 3 (120), its revert 2 at 28 (1560): 25 hours later it is a change of mind
    name: 'a revert after more than a day',
    commits: [[], [[0], 'Add search'], [[1], 'Revert "Add search"\n\nThis reverts commit $1.']],
    previous: 0,
    deployments: [
      [1, 3],
      [2, 28],
    ],
    lead: [2, 840, 120, 1560],
    failed: [0, 2],
    rework: [0, 2],
  },
  {
    // both arrive together at 10: 540, 480; nobody ever saw the change
    name: 'a change that was reverted before anybody saw it',
    commits: [[], [[0], 'Add search'], [[1], 'Revert "Add search"\n\nThis reverts commit $1.']],
    previous: 0,
    deployments: [[2, 10]],
    lead: [2, 510, 480, 540],
    failed: [0, 1],
    rework: [0, 1],
  },
  {
    // 1 at 3 (120), 2 at 4 (120): an hour after the deployment before it
    name: 'a hotfix by its name: the deployment before it failed',
    commits: [[], [0], [[1], 'hotfix: the basket is empty']],
    previous: 0,
    deployments: [
      [1, 3],
      [2, 4],
    ],
    lead: [2, 120, 120, 120],
    failed: [1, 2],
    rework: [1, 2],
  },
  {
    // 2 at 5 (180); back to 1 at 6 brings nothing: 1 arrived with 2 (240); 2 failed
    name: 'going back to what ran before brings nothing',
    commits: [[], [0], [1]],
    previous: 0,
    deployments: [
      [1, 4],
      [2, 5],
      [1, 6],
    ],
    lead: [2, 180, 180, 180],
    failed: [1, 3],
    rework: [1, 3],
  },
  {
    // 1 was deployed at 4 (180) and pushed away; 2 took its place at 6 (240)
    name: 'a force-push that leaves the deployed commit without a branch',
    commits: [[], [0], [0]],
    previous: 0,
    deployments: [
      [1, 4],
      [2, 6],
    ],
    lead: [2, 210, 180, 240],
    failed: [0, 2],
    rework: [0, 2],
  },
  {
    // git has lost the first commit; the second brings 1 and 2 at 6: 300, 240
    name: 'a force-push after which git does not have the deployed commit any more',
    commits: [[], [0], [1]],
    previous: 0,
    deployments: [
      [GONE, 4],
      [2, 6],
    ],
    lead: [2, 270, 240, 300],
    failed: [0, 2],
    rework: [0, 2],
  },
  {
    // 1 at 4 (180); everything is written anew (2, 3): of it only the deployed commit counts, hour 3 → 8
    name: 'a history that was rewritten from its root',
    commits: [[], [0], [], [2]],
    previous: 0,
    deployments: [
      [1, 4],
      [3, 8],
    ],
    lead: [2, 240, 180, 300],
    failed: [0, 2],
    rework: [0, 2],
  },
];
