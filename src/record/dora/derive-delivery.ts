/** Deployments and incidents of every system and environment, from what runs saw and from what was told. */
import type { RecordedIntervention } from '../../ledger/recorded-events.ts';
import type { LedgerRow } from '../../ledger/schema.ts';
import { minutesBetween } from '../minutes.ts';
import type { Deployment, Incident } from '../schema.ts';
import { inOrderOfTime } from './by-time.ts';
import { indexDeployments } from './deployment-index.ts';
import { groupDeployments } from './group-deployments.ts';
import { joinIncidents } from './join-incidents.ts';
import { type GitFinding, judgeChanges } from './judge-changes.ts';
import { type DoraRules, loadDoraRules } from './rules.ts';
import { type ScopeHistory, scopeKey, toScopeHistories } from './scope-history.ts';
import { findSeenIncidents } from './seen-incidents.ts';
import { toDeployment } from './to-deployment.ts';
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
    deployments: inOrderOfTime(
      scopes.flatMap(({ deployments }) => deployments),
      ({ timestamp }) => timestamp,
    ),
    incidents: inOrderOfTime(
      scopes.flatMap(({ incidents }) => incidents),
      ({ openedAt }) => openedAt,
    ),
    unmatched: scopes.flatMap(({ unmatched }) => unmatched),
  };
}

function deriveScope(history: ScopeHistory, findings: readonly GitFinding[], rules: DoraRules): Delivery {
  const { attributionHours, sameDeploymentMinutes } = rules;
  const groups = groupDeployments(history, sameDeploymentMinutes);
  const plain = inOrderOfTime(
    groups.map((group) => toDeployment(group, history, attributionHours)),
    ({ timestamp }) => timestamp,
  );
  const index = indexDeployments(plain);
  const seen = findSeenIncidents(history.runs, plain);
  const told = findToldIncidents(history.incidents, index, attributionHours);
  const incidents = joinIncidents(seen, told, history.runs);
  const own = findings.filter(({ scope }) => scope === scopeKey(history));
  const evidence = { incidents, interventions: history.interventions, isWatched: isWatched(history), findings: own };
  const { judgements, unmatched } = judgeChanges(index, evidence, rules);
  const arrived = new Set<string>();
  const deployments = plain.map((each, place): Deployment => {
    const judgement = judgements[place] ?? { failures: [], isRework: null, reworkReason: null };
    const isFirstArrival = each.served && !arrived.has(each.commit);
    if (each.served) arrived.add(each.commit);
    const { leadTimeMinutes, leadTimeNote } = isFirstArrival
      ? leadTime(each.commitTime, each.deployedTime)
      : NO_LEAD_TIME;
    const previousCommit = each.previousCommit ?? plain[place - 1]?.commit ?? null;
    return { ...each, ...judgement, previousCommit, leadTimeMinutes, leadTimeNote };
  });
  return { deployments, incidents, unmatched };
}

/** Deployments of which only their success was ever told say nothing about failures, however many they are. */
function isWatched({ runs, deployments, incidents, interventions }: ScopeHistory): boolean {
  if (runs.length > 0 || incidents.length > 0 || interventions.length > 0) return true;
  return deployments.some(({ outcome, unplanned }) => outcome === 'failed' || unplanned !== undefined);
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
