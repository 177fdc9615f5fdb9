/** Finding one deployment among very many of one system and environment. */
import type { Deployment } from '../schema.ts';
import { createBuildMap } from './build-map.ts';

type Timed = Pick<Deployment, 'commit' | 'timestamp'>;

export interface DeploymentIndex<Each extends Timed> {
  /** in order of time */
  readonly all: readonly Each[];
  /** how many were made at `time` (ISO-8601) or before */
  countUntil(time: string): number;
  /** the last of this build at `time` or before */
  lastOf(build: string, time: string): Each | undefined;
  /** position in `all` of a deployment of the same time and build; -1 = none */
  placeOf(deployment: Timed): number;
}

/** `all` in order of time. */
export function indexDeployments<Each extends Timed>(all: readonly Each[]): DeploymentIndex<Each> {
  const timesMs = Float64Array.from(all, ({ timestamp }) => Date.parse(timestamp));
  const places = createBuildMap<number[]>();
  for (const [place, { commit }] of all.entries()) {
    const list = places.get(commit);
    if (list) list.push(place);
    else places.set(commit, [place]);
  }
  const countUntil = (time: string): number => countUpTo(timesMs, Date.parse(time));
  const lastOf = (build: string, time: string): Each | undefined => {
    const until = countUntil(time);
    const last = Math.max(-1, ...places.matching(build).map((list) => list.findLast((each) => each < until) ?? -1));
    return all[last];
  };
  const placeOf = ({ commit, timestamp }: Timed): number => {
    const atMs = Date.parse(timestamp);
    return places.get(commit)?.find((each) => timesMs[each] === atMs && all[each]?.commit === commit) ?? -1;
  };
  return { all, countUntil, lastOf, placeOf };
}

function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
