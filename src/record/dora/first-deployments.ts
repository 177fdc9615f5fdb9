/** Which deployment brought each commit first: one walk over the history for all deployments together. */
import type { CommitSource } from './commit-source.ts';

export interface FirstDeployments {
  /** of each commit of the table the place of the deployment that had it first; -1 = none, or not counted */
  readonly first: Int32Array;
  /** places of deployments whose history shares nothing with what was deployed before them: only they themselves count */
  readonly unrelated: readonly number[];
}

/**
 * `heads`: of each deployment, in order of time, its commit in the history (-1 = unknown, or it brought nothing new). Every
 * commit is visited once, however many deployments have it. `earlier`: commits that were there before the first of them;
 * `hasEarlier` where the history was cut at such commits already.
 */
export function findFirstDeployments(
  history: CommitSource,
  heads: readonly number[],
  earlier: readonly number[],
  hasEarlier = earlier.length > 0,
): FirstDeployments {
  const first = new Int32Array(history.size()).fill(-1);
  const visited = new Uint8Array(history.size());
  const queue = new Int32Array(history.size());
  markAll(history, earlier, visited, queue);
  const unrelated: number[] = [];
  let end = 0;
  for (const [place, head] of heads.entries()) {
    if (head < 0 || visited[head] === 1 || Number.isNaN(history.timeOf(head))) continue;
    const begin = end;
    let meets = false;
    visited[head] = 1;
    queue[end++] = head;
    for (let at = begin; at < end; at += 1) {
      const commit = queue[at] ?? 0;
      first[commit] = place;
      const parents = history.parentCount(commit);
      for (let index = 0; index < parents; index += 1) {
        const parent = history.parentOf(commit, index);
        const isKnown = first[parent] !== place && (visited[parent] === 1 || Number.isNaN(history.timeOf(parent)));
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

/** Everything that these commits have in their history, themselves included. `queue`: room for all. */
function markAll(history: CommitSource, heads: readonly number[], visited: Uint8Array, queue: Int32Array): void {
  let end = 0;
  for (const head of heads) {
    if (head < 0 || visited[head] === 1) continue;
    visited[head] = 1;
    queue[end++] = head;
  }
  for (let at = 0; at < end; at += 1) {
    const commit = queue[at] ?? 0;
    const parents = history.parentCount(commit);
    for (let index = 0; index < parents; index += 1) {
      const parent = history.parentOf(commit, index);
      if (visited[parent] === 1) continue;
      visited[parent] = 1;
      queue[end++] = parent;
    }
  }
}
