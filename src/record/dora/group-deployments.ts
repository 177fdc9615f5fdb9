/** Which runs and which told deployments are about one and the same deployment. */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { buildOf } from '../production-runs.ts';
import { type ScopeHistory, sameBuild } from './scope-history.ts';

export interface DeploymentGroup {
  readonly build: string;
  /** in the order in which they ended */
  readonly runs: readonly SealedEvent[];
  readonly told: readonly RecordedDeployment[];
}

interface Item {
  readonly atMs: number;
  readonly build: string;
  /** undefined = nobody says when it was deployed */
  readonly deployedMs: number | undefined;
  readonly run?: SealedEvent;
  readonly told?: RecordedDeployment;
}

interface OpenGroup {
  readonly build: string;
  readonly runs: SealedEvent[];
  readonly told: RecordedDeployment[];
}

const MINUTE_MS = 60_000;

/**
 * The same build at the same time of deployment is one deployment. Runs that name no time belong to the deployment before
 * them if it was of the same build: a repeated run is no new deployment, going back to an earlier build is one. What was
 * told joins a run, or what another teller told, within `toleranceMinutes`, as long as no other build came in between.
 */
export function groupDeployments(history: ScopeHistory, toleranceMinutes: number): DeploymentGroup[] {
  const groups: OpenGroup[] = [];
  const byDeployedMs = new Map<number, OpenGroup[]>();
  let latest: OpenGroup | undefined;
  for (const item of toItems(history)) {
    const exact = byDeployedMs.get(item.deployedMs ?? Number.NaN)?.find(({ build }) => sameBuild(build, item.build));
    // Asked for last: it looks at every run of the group, and one deployment may be looked at for years.
    const near = !exact && latest && isSame(latest, item, toleranceMinutes * MINUTE_MS) ? latest : undefined;
    const group: OpenGroup = exact ?? near ?? { build: item.build, runs: [], told: [] };
    if (group !== exact && group !== near) groups.push(group);
    if (item.run) group.runs.push(item.run);
    if (item.told) group.told.push(item.told);
    if (item.deployedMs !== undefined && !exact) {
      byDeployedMs.set(item.deployedMs, [...(byDeployedMs.get(item.deployedMs) ?? []), group]);
    }
    latest = group;
  }
  return groups;
}

function toItems({ runs, deployments }: ScopeHistory): Item[] {
  const told = deployments.map((each): Item => {
    const atMs = Date.parse(each.deployedAt);
    return { atMs, build: each.commit, deployedMs: atMs, told: each };
  });
  const seen = runs.map((run): Item => {
    const deployedMs = run.deployedAt === undefined ? undefined : Date.parse(run.deployedAt);
    return { atMs: Date.parse(run.endedAt), build: buildOf(run), deployedMs, run };
  });
  return [...told, ...seen].sort((a, b) => a.atMs - b.atMs);
}

function isSame(group: OpenGroup, item: Item, toleranceMs: number): boolean {
  if (!sameBuild(group.build, item.build)) return false;
  if (item.deployedMs === undefined) return true;
  const ofRuns = group.runs.flatMap(({ deployedAt }) => deployedAt ?? []);
  // Two runs that name two times speak of two deployments, and so does one teller who tells two.
  if (item.run && ofRuns.length > 0) return false;
  if (item.told && group.told.some(({ told }) => told.source === item.told?.told.source)) return false;
  const times = [...ofRuns, ...group.told.map(({ deployedAt }) => deployedAt)];
  const around = times.length > 0 ? times : group.runs.flatMap((run) => [run.settledAt ?? run.startedAt, run.endedAt]);
  const [from, to] = [Math.min(...around.map(Date.parse)), Math.max(...around.map(Date.parse))];
  return item.deployedMs >= from - toleranceMs && item.deployedMs <= to + toleranceMs;
}
