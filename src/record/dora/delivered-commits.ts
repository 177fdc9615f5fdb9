/** The commits that deployments brought, and how long each of them took to get there. */
import type { GitResult } from '../../probe/code/git.ts';
import { isCommit } from '../../probe/identity/build.ts';
import { findFirstDeployments } from './first-deployments.ts';
import { type History, readHistory } from './read-history.ts';
import type { StreamGit } from './stream-git.ts';

export interface DeliveredCommits {
  /** commit → deployed, minutes, of every commit that a deployment brought first; negative where a clock is wrong */
  readonly minutes: Float64Array;
  /** of each of them, the place of its deployment in what was asked */
  readonly places: Int32Array;
  /** places of deployments whose commit the repository does not have */
  readonly unknown: readonly number[];
  /** places of deployments whose history shares nothing with what was deployed before */
  readonly unrelated: readonly number[];
  /** the place of the deployment that brought a commit (full id) first; -1 = none of these */
  readonly placeOf: (id: string) => number;
  /** what the walk was limited to, as git reads it: revisions, one a line */
  readonly revisions: string;
}

export interface DatedCommit {
  readonly commit: string;
  /** ISO-8601 */
  readonly deployedTime: string;
}

/**
 * Every commit counts once, for the first of the deployments (in order of time) that has it, and not at all where one of
 * `earlier` has it. One stream of git and one walk, whatever their number; never `previous..current` for each of them,
 * which counts what a merge brings more than once.
 */
export async function readDeliveredCommits(
  git: StreamGit,
  earlier: readonly string[],
  deployments: readonly DatedCommit[],
): Promise<GitResult<DeliveredCommits>> {
  const heads = deployments.map(({ commit }) => commit).filter(isCommit);
  const before = earlier.filter(isCommit);
  const read = await readHistory(git, heads, before);
  if (!read.ok) return read;
  try {
    return { ok: true, value: walk(read.value, earlier, deployments) };
  } catch (error) {
    // A graph file whose commits point nowhere: git itself is asked.
    if (!read.value.isFromGraph) throw error;
    const again = await readHistory(git, heads, before, false);
    return again.ok ? { ok: true, value: walk(again.value, earlier, deployments) } : again;
  }
}

function walk(
  { commits, ids: known }: History,
  earlier: readonly string[],
  deployments: readonly DatedCommit[],
): DeliveredCommits {
  const ids = deployments.map(({ commit }) => known.get(commit));
  const excluded = [...new Set(earlier.flatMap((commit) => known.get(commit) ?? []))];
  const included = [...new Set(ids.filter((id) => id !== undefined))];
  const revisions = [...included, ...excluded.map((id) => `^${id}`)].map((line) => `${line}\n`).join('');
  const unknown = ids.flatMap((id, place) => (id === undefined ? [place] : []));
  const numbers = ids.map((id) => (id === undefined ? -1 : commits.find(id)));
  const before = excluded.map((id) => commits.find(id)).filter((commit) => commit >= 0);
  const { first, unrelated } = findFirstDeployments(commits, numbers, before, excluded.length > 0);
  const count = first.reduce((sum, place) => sum + (place < 0 ? 0 : 1), 0);
  const minutes = new Float64Array(count);
  const places = new Int32Array(count);
  const deployedMs = Float64Array.from(deployments, ({ deployedTime }) => Date.parse(deployedTime));
  for (let commit = 0, next = 0; commit < first.length; commit += 1) {
    const place = first[commit] ?? -1;
    if (place < 0) continue;
    minutes[next] = ((deployedMs[place] ?? Number.NaN) - commits.timeOf(commit) * 1000) / 60_000;
    places[next] = place;
    next += 1;
  }
  const placeOf = (id: string): number => first[commits.find(id)] ?? -1;
  return { minutes, places, unknown, unrelated, placeOf, revisions };
}
