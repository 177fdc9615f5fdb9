/** Deployments, from the runs that looked at them. */
import type { LedgerRow, SealedEvent } from '../ledger/schema.ts';
import { minutesBetween } from './minutes.ts';
import { buildOf, byScope, isProof, realityOf, toProductionRuns } from './production-runs.ts';
import type { Deployment, DeploymentFailure } from './schema.ts';

/**
 * A deployment = system + environment + commit + time of deployment. Runs that name no time belong to the deployment of
 * the run before them if it had the same commit: a repeated run is not a new deployment, going back to an earlier
 * commit is one. In order of time.
 */
export function deriveDeployments(rows: readonly LedgerRow[]): Deployment[] {
  const deployments = byScope(toProductionRuns(rows)).flatMap((runs) => toDeployments(groupRuns(runs)));
  return deployments.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
}

function groupRuns(runs: readonly SealedEvent[]): SealedEvent[][] {
  const groups: SealedEvent[][] = [];
  let latest: SealedEvent[] | undefined;
  for (const run of runs) {
    const isSameBuild = (group: readonly SealedEvent[]): boolean =>
      group.some((each) => buildOf(each) === buildOf(run));
    const found =
      run.deployedAt === undefined
        ? [latest].find((group) => group && isSameBuild(group))
        : groups.find((group) => isSameBuild(group) && group.some(({ deployedAt }) => deployedAt === run.deployedAt));
    if (found) found.push(run);
    latest = found ?? [run];
    if (!found) groups.push(latest);
  }
  return groups;
}

/** Groups of one system and environment. */
function toDeployments(groups: readonly SealedEvent[][]): Deployment[] {
  const plain = groups
    .flatMap((runs) => (runs[0] ? [toDeployment(runs[0], runs)] : []))
    .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const arrived = new Set<string>();
  return plain.map(({ served, ...deployment }, index) => {
    const isFirstArrival = served && !arrived.has(deployment.commit);
    if (served) arrived.add(deployment.commit);
    return {
      ...deployment,
      previousCommit: deployment.previousCommit ?? plain[index - 1]?.commit ?? null,
      ...(isFirstArrival ? leadTime(deployment.commitTime, deployment.deployedTime) : NO_LEAD_TIME),
    };
  });
}

const NO_LEAD_TIME = { leadTimeMinutes: null, leadTimeNote: null };

/** A change arrives once: bringing the same commit again (a rollback) has no lead time. A negative one is said, not clamped. */
function leadTime(commitTime: string | null, deployedTime: string | null): typeof NO_LEAD_TIME | LeadTime {
  if (commitTime === null || deployedTime === null) return NO_LEAD_TIME;
  const minutes = minutesBetween(commitTime, deployedTime);
  if (minutes >= 0) return { leadTimeMinutes: minutes, leadTimeNote: null };
  return { leadTimeMinutes: null, leadTimeNote: 'the commit is later than its deployment: a clock is wrong' };
}

type LeadTime = Pick<Deployment, 'leadTimeMinutes' | 'leadTimeNote'>;
type Plain = Omit<Deployment, keyof LeadTime> & { readonly served: boolean };

function toDeployment(first: SealedEvent, runs: readonly SealedEvent[]): Plain {
  const settledAt = earliest(runs.flatMap((run) => run.settledAt ?? []));
  const deployedTime = first.deployedAt ?? settledAt;
  const failed = runs.find(({ verdict }) => verdict === 'failed');
  const proof = runs.findLast(isProof);
  return {
    system: first.system,
    environment: first.environment,
    commit: buildOf(first),
    previousCommit: runs.find(({ previousCommit }) => previousCommit)?.previousCommit ?? null,
    timestamp: deployedTime ?? first.startedAt,
    deployedTime,
    commitTime: runs.find(({ commitTime }) => commitTime)?.commitTime ?? null,
    outcome: failed ? 'failed' : proof ? 'succeeded' : 'unjudged',
    verdict: failed ? 'failed' : (proof?.verdict ?? 'inconclusive'),
    failure: failed ? toFailure(failed, deployedTime) : null,
    runIds: runs.map(({ runId }) => runId),
    served: settledAt !== null,
  };
}

function toFailure(run: SealedEvent, deployedTime: string | null): DeploymentFailure {
  return {
    runId: run.runId,
    detectedAt: run.endedAt,
    claimed: run.claimed ?? null,
    reality: realityOf(run),
    timeToDetectMinutes: timeToDetect(deployedTime, run.endedAt),
  };
}

/** Minutes from the deployment to the end of the run that found the failure; null where the deployment's time is unknown. */
export function timeToDetect(deployedTime: string | null, detectedAt: string): number | null {
  if (deployedTime === null) return null;
  const minutes = minutesBetween(deployedTime, detectedAt);
  return minutes >= 0 ? minutes : null;
}

function earliest(times: readonly string[]): string | null {
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}
