/** Deployments and incidents of every system and environment, from what runs saw and from what was told. */
import type { RecordedIntervention } from '../../ledger/recorded-events.ts';
import type { LedgerRow } from '../../ledger/schema.ts';
import { minutesBetween } from '../minutes.ts';
import type { Deployment, Incident } from '../schema.ts';
import { indexDeployments } from './deployment-index.ts';
import { groupDeployments } from './group-deployments.ts';
import { joinIncidents } from './join-incidents.ts';
import { type GitFinding, judgeChanges } from './judge-changes.ts';
import { type DoraRules, loadDoraRules } from './rules.ts';
import { type ScopeHistory, scopeKey, toScopeHistories } from './scope-history.ts';
import { findSeenIncidents } from './seen-incidents.ts';
import { type PlainDeployment, toDeployment } from './to-deployment.ts';
import { findToldIncidents } from './told-incidents.ts';

export interface Delivery {
  /** in order of time */
  readonly deployments: readonly Deployment[];
  /** in order of opening */
  readonly incidents: readonly Incident[];
  /** told interventions that belong to no known deployment */
  readonly unmatched: readonly RecordedIntervention[];
}

/** `findings` are what git says about the new commits; none = git was not asked. Pure: the same rows give the same. */
export function deriveDelivery(
  rows: readonly LedgerRow[],
  findings: readonly GitFinding[] = [],
  rules: DoraRules = loadDoraRules(),
): Delivery {
  const scopes = toScopeHistories(rows).map((history) => deriveScope(history, findings, rules));
  return {
    deployments: scopes
      .flatMap(({ deployments }) => deployments)
      .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)),
    incidents: scopes
      .flatMap(({ incidents }) => incidents)
      .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt)),
    unmatched: scopes.flatMap(({ unmatched }) => unmatched),
  };
}

function deriveScope(history: ScopeHistory, findings: readonly GitFinding[], rules: DoraRules): Delivery {
  const { attributionHours, sameDeploymentMinutes } = rules;
  const plain = groupDeployments(history, sameDeploymentMinutes)
    .map((group) => toDeployment(group, history, attributionHours))
    .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const seen = findSeenIncidents(history.runs, plain);
  const told = findToldIncidents(history.incidents, indexDeployments(plain), attributionHours);
  const incidents = joinIncidents(seen, told, history.runs);
  const own = findings.filter(({ scope }) => scope === scopeKey(history));
  const evidence = { incidents, interventions: history.interventions, isWatched: isWatched(history), findings: own };
  const { judgements, unmatched } = judgeChanges(plain, evidence, rules);
  const arrived = new Set<string>();
  const deployments = plain.map((each, place): Deployment => {
    const judgement = judgements[place] ?? { failures: [], isRework: null, reworkReason: null };
    return { ...withLeadTime(each, plain[place - 1], arrived), ...judgement };
  });
  return { deployments, incidents, unmatched };
}

/** Deployments of which only their success was ever told say nothing about failures, however many they are. */
function isWatched({ runs, deployments, incidents, interventions }: ScopeHistory): boolean {
  if (runs.length > 0 || incidents.length > 0 || interventions.length > 0) return true;
  return deployments.some(({ outcome, unplanned }) => outcome === 'failed' || unplanned !== undefined);
}

type WithLeadTime = Omit<Deployment, 'failures' | 'isRework' | 'reworkReason'>;

function withLeadTime(plain: PlainDeployment, before: PlainDeployment | undefined, arrived: Set<string>): WithLeadTime {
  const { provenAt: _, unplanned: __, ...deployment } = plain;
  const isFirstArrival = deployment.served && !arrived.has(deployment.commit);
  if (deployment.served) arrived.add(deployment.commit);
  return {
    ...deployment,
    previousCommit: deployment.previousCommit ?? before?.commit ?? null,
    ...(isFirstArrival ? leadTime(deployment.commitTime, deployment.deployedTime) : NO_LEAD_TIME),
  };
}

const NO_LEAD_TIME = { leadTimeMinutes: null, leadTimeNote: null };

/** A change arrives once: bringing the same commit again (a rollback) has no lead time. A negative one is said, not clamped. */
function leadTime(
  commitTime: string | null,
  deployedTime: string | null,
): Pick<Deployment, 'leadTimeMinutes' | 'leadTimeNote'> {
  if (commitTime === null || deployedTime === null) return NO_LEAD_TIME;
  const minutes = minutesBetween(commitTime, deployedTime);
  if (minutes >= 0) return { leadTimeMinutes: minutes, leadTimeNote: null };
  return { leadTimeMinutes: null, leadTimeNote: 'the commit is later than its deployment: a clock is wrong' };
}
