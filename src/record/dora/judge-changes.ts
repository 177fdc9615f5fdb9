/** Which deployments are failed changes, and which are rework. */
import type { RecordedIntervention } from '../../ledger/recorded-events.ts';
import type { ChangeFailure, Incident } from '../schema.ts';
import { createBuildMap } from './build-map.ts';
import type { DeploymentIndex } from './deployment-index.ts';
import type { DoraRules } from './rules.ts';
import { deploymentKey, sameBuild } from './scope-history.ts';
import type { PlainDeployment } from './to-deployment.ts';

/** What git says about the commits that a deployment brought. */
export interface GitFinding {
  /** `scopeKey` */
  readonly scope: string;
  /** `deploymentKey` */
  readonly key: string;
  /** subjects of new commits that call themselves a hotfix */
  readonly hotfixes: readonly string[];
  /** deployments (`deploymentKey`) that brought a commit which this one reverts, with the subject that says so */
  readonly reverts: readonly { readonly key: string; readonly subject: string }[];
}

export interface ChangeEvidence {
  readonly incidents: readonly Incident[];
  readonly interventions: readonly RecordedIntervention[];
  /** somebody looks or tells when this system fails in this environment, so that silence says something */
  readonly isWatched: boolean;
  readonly findings: readonly GitFinding[];
}

export interface Judgement {
  readonly failures: readonly ChangeFailure[];
  readonly isRework: boolean | null;
  readonly reworkReason: string | null;
}

/** In the order of the deployments, which is that of time. Interventions that belong to no known deployment are `unmatched`. */
export function judgeChanges(
  index: DeploymentIndex<PlainDeployment>,
  evidence: ChangeEvidence,
  rules: DoraRules,
): { readonly judgements: readonly Judgement[]; readonly unmatched: readonly RecordedIntervention[] } {
  const deployments = index.all;
  const failures = deployments.map(ownFailures);
  const reworks = deployments.map((): string | null => null);
  const unmatched = addInterventions(index, evidence.interventions, failures);
  addIncidents(index, evidence.incidents, rules, failures, reworks);
  addRollbacks(deployments, failures, reworks);
  addFindings(index, evidence.findings, rules, failures, reworks);
  const judgements = deployments.map((deployment, place): Judgement => {
    const reworkReason = deployment.unplanned === true ? 'told: unplanned' : (reworks[place] ?? null);
    const isRework = toRework(deployment, reworkReason !== null, evidence.isWatched);
    return {
      failures: (failures[place] ?? []).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
      ...{ isRework, reworkReason: isRework ? reworkReason : null },
    };
  });
  return { judgements, unmatched };
}

/** Who was told that it was planned believes it. Silence about a deployment that nobody watched says nothing. */
function toRework({ unplanned }: PlainDeployment, isFound: boolean, isWatched: boolean): boolean | null {
  if (unplanned !== null) return unplanned;
  if (isFound) return true;
  return isWatched ? false : null;
}

function ownFailures({ failure }: PlainDeployment): ChangeFailure[] {
  if (!failure) return [];
  return [{ how: failure.runId === null ? 'told' : 'gate', at: failure.detectedAt, what: failure.reality }];
}

function addInterventions(
  index: DeploymentIndex<PlainDeployment>,
  interventions: readonly RecordedIntervention[],
  failures: readonly ChangeFailure[][],
): RecordedIntervention[] {
  return interventions.filter(({ commit, at, kind, description }) => {
    const deployment = index.lastOf(commit, at);
    if (!deployment) return true;
    failures[index.placeOf(deployment)]?.push({ how: 'intervention', at, what: `${kind}: ${description}` });
    return false;
  });
}

/** What is deployed while an incident is open, and soon after it began, is deployed because of it. */
function addIncidents(
  index: DeploymentIndex<PlainDeployment>,
  incidents: readonly Incident[],
  rules: DoraRules,
  failures: readonly ChangeFailure[][],
  reworks: (string | null)[],
): void {
  for (const { attribution, knownBy, openedAt, closedAt, reality, id } of incidents) {
    const place = attribution ? index.placeOf(attribution) : -1;
    const isOwn = index.all[place]?.failure?.detectedAt === openedAt;
    if (place >= 0 && knownBy !== 'observed' && !isOwn)
      failures[place]?.push({ how: 'incident', at: openedAt, what: reality });
    const limitMs = Date.parse(openedAt) + rules.hotfixHours * 3_600_000;
    const end = new Date(Math.min(limitMs, closedAt === null ? limitMs : Date.parse(closedAt))).toISOString();
    const until = index.countUntil(end);
    for (let next = index.countUntil(openedAt); next < until; next += 1) {
      reworks[next] ??= `deployed while incident ${id} was open`;
    }
  }
}

/** Back to a build that was deployed before and is not known to be bad: the one that it replaces is a failed change. */
function addRollbacks(
  deployments: readonly PlainDeployment[],
  failures: readonly ChangeFailure[][],
  reworks: (string | null)[],
): void {
  const good = createBuildMap<true>();
  for (const [place, deployment] of deployments.entries()) {
    const replaced = deployments[place - 1];
    const isKnown = good.matching(deployment.commit).length > 0;
    if (replaced && isKnown && !sameBuild(replaced.commit, deployment.commit) && !deployment.isTag) {
      const what = `rolled back to ${deployment.commit}`;
      failures[place - 1]?.push({ how: 'rollback', at: deployment.timestamp, what });
      reworks[place] ??= `rolled back from ${replaced.commit}`;
      // To bring it once more is another attempt, and no way back.
      good.deleteMatching(replaced.commit);
    }
    if (failures[place]?.length === 0) good.set(deployment.commit, true);
  }
}

/** What git found, within the windows of the rules. */
function addFindings(
  index: DeploymentIndex<PlainDeployment>,
  findings: readonly GitFinding[],
  rules: DoraRules,
  failures: readonly ChangeFailure[][],
  reworks: (string | null)[],
): void {
  if (findings.length === 0) return;
  const places = new Map(index.all.map((each, place) => [deploymentKey(each), place]));
  for (const { key, hotfixes, reverts } of findings) {
    const place = places.get(key) ?? -1;
    const at = index.all[place]?.timestamp;
    if (at === undefined) continue;
    const blame = (culprit: number, how: 'hotfix' | 'revert', subject: string, hours: number): void => {
      const deployed = index.all[culprit]?.timestamp;
      if (deployed === undefined || culprit >= place) return;
      if (Date.parse(at) - Date.parse(deployed) > hours * 3_600_000) return;
      failures[culprit]?.push({ how, at, what: subject });
      reworks[place] ??= `${how}: ${subject}`;
    };
    for (const subject of hotfixes) blame(place - 1, 'hotfix', subject, rules.hotfixHours);
    for (const { key: culprit, subject } of reverts)
      blame(places.get(culprit) ?? -1, 'revert', subject, rules.revertHours);
  }
}
