/** Which deployment brought each commit first: one walk over the history for all deployments together. */
import type { CommitTable } from './commit-table.ts';

export interface FirstDeployments {
  /** of each commit of the table the place of the deployment that had it first; -1 = none, or not counted */
  readonly first: Int32Array;
  /** places of deployments whose history shares nothing with what was deployed before them: only they themselves count */
  readonly unrelated: readonly number[];
}

/**
 * `heads`: of each deployment, in order of time, its commit in the table (-1 = unknown, or it brought nothing new). Every
 * commit is visited once, however many deployments have it. `hasEarlier`: something was deployed before the first of them.
 */
export function findFirstDeployments(
  table: CommitTable,
  heads: readonly number[],
  hasEarlier: boolean,
): FirstDeployments {
  const first = new Int32Array(table.size()).fill(-1);
  const visited = new Uint8Array(table.size());
  const queue = new Int32Array(table.size());
  const unrelated: number[] = [];
  let end = 0;
  for (const [place, head] of heads.entries()) {
    if (head < 0 || visited[head] === 1 || Number.isNaN(table.timeOf(head))) continue;
    const begin = end;
    let meets = false;
    visited[head] = 1;
    queue[end++] = head;
    for (let at = begin; at < end; at += 1) {
      const commit = queue[at] ?? 0;
      first[commit] = place;
      const parents = table.parentCount(commit);
      for (let index = 0; index < parents; index += 1) {
        const parent = table.parentOf(commit, index);
        const isKnown = first[parent] !== place && (visited[parent] === 1 || Number.isNaN(table.timeOf(parent)));
        if (isKnown) meets = true;
        if (visited[parent] === 1 || isKnown) continue;
        visited[parent] = 1;
        first[parent] = place;
        queue[end++] = parent;
      }
    }
    // Nothing in it was there before: the whole history was rewritten, or it is another one.
    if (meets || (begin === 0 && !hasEarlier)) continue;
    unrelated.push(place);
    for (let at = begin + 1; at < end; at += 1) first[queue[at] ?? 0] = -1;
  }
  return { first, unrelated };
}
