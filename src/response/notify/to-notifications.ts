/** What is to be told of an environment, from its history: incidents that opened or closed, the newest rollback and deployment, a run that judged nothing. */
import type { IncidentSeverity } from '../../contract/notify-schema.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { classifyRun, isWorse } from '../../record/incident/classify-incident.ts';
import type { IncidentAuthority } from '../../record/incident/incident-authority.ts';
import type { IncidentCase } from '../../record/incident/incident-case.ts';
import { adviceLine } from '../../record/incident-document.ts';
import { buildOf, realityOf, type Scope, toProductionRuns } from '../../record/production-runs.ts';
import type { Deployment } from '../../record/schema.ts';
import { type ReleaseSummary, toBoardLines } from '../../release/pipeline/summarise-release.ts';
import { type Link, type Notification, type OnCall, toDedupKey } from './message.ts';
import { newestUnjudged, type Watched } from './newest-unjudged.ts';
import { toRollbackNotices } from './rollback-notices.ts';

export interface Told extends Watched {
  /** of one system in one environment */
  readonly scope: Scope;
  readonly cases: readonly IncidentCase[];
  /** in order of time */
  readonly deployments: readonly Deployment[];
  /** of the newest deployment: what a change board asks; undefined = nobody looked */
  readonly release?: ReleaseSummary | undefined;
  readonly authority: IncidentAuthority;
  readonly links: readonly Link[];
  readonly onCall: OnCall | null;
  readonly maxDedupKey: number;
}

/**
 * An incident is told of once for each layer and release that failed in it, and again where one of them got worse. One that is
 * over is told as over; whether anybody was told that it opened is not asked here (`find-due.ts`). Pure.
 */
export function toNotifications(told: Told): Notification[] {
  return [
    ...told.cases.flatMap((each) => ofIncident(each, told)),
    ...toRollbackNotices(told),
    ...ofDeployment(told),
    ...ofUnjudged(told),
  ];
}

interface Trouble {
  readonly layers: readonly string[];
  readonly release: string;
  readonly severity: IncidentSeverity | null;
  readonly startedAt: string;
  readonly reality: string;
  readonly keyLayer: string;
}

function ofIncident(each: IncidentCase, told: Told): Notification[] {
  const { incident, advice, classified } = each;
  const troubles = troublesOf(each, told);
  return troubles.map(({ layers, release, severity, startedAt, reality, keyLayer }): Notification => {
    const what = layers[0] ?? 'production';
    const words = severity ?? classified.severity ?? 'not classified';
    const isOver = incident.closedAt !== null;
    return {
      event: isOver ? 'incident-closed' : 'incident-opened',
      severity,
      ...{ system: incident.system, environment: incident.environment, release, layers },
      summary: isOver
        ? `Over: ${incident.system} in ${incident.environment}, ${what}, ${release.slice(0, 12)}`
        : `${words}: ${incident.system} in ${incident.environment}: ${what} does not keep its promises, ${release.slice(0, 12)}`,
      because: [
        reality,
        ...(isOver ? [`Resolution: ${incident.resolution ?? 'not told'}`] : [`Advice: ${adviceLine(advice)}`]),
        `Incident: ${incident.id}`,
      ],
      links: told.links,
      dedupKey: toDedupKey([incident.system, incident.environment, keyLayer, release], told.maxDedupKey),
      about: incident.id,
      startedAt,
      endedAt: incident.closedAt,
      onCall: told.onCall,
    };
  });
}

/** What was only told names no layer: its own id stands for it, so that two of them are never taken for one. */
function troublesOf({ incident, classified }: IncidentCase, { rows, authority }: Told): Trouble[] {
  const failed = toProductionRuns(rows).filter(({ runId }) => incident.failedRuns.includes(runId));
  if (failed.length === 0) {
    const { commit: release, openedAt: startedAt, reality } = incident;
    return [
      {
        layers: incident.failedLayers,
        release,
        severity: classified.severity,
        startedAt,
        reality,
        keyLayer: incident.id,
      },
    ];
  }
  const troubles: Trouble[] = [];
  for (const run of failed) {
    const trouble = toTrouble(run, authority);
    const same = troubles.filter(
      ({ keyLayer, release }) => keyLayer === trouble.keyLayer && release === trouble.release,
    );
    if (
      isWorse(
        trouble.severity,
        same.map(({ severity }) => severity),
      )
    )
      troubles.push(trouble);
  }
  return troubles;
}

function toTrouble(run: SealedEvent, authority: IncidentAuthority): Trouble {
  return {
    layers: run.failedLayers,
    release: buildOf(run),
    severity: classifyRun(run, authority).severity,
    startedAt: run.endedAt,
    reality: realityOf(run),
    keyLayer: run.failedLayers[0] ?? 'unknown',
  };
}

/** The newest that gate10 itself looked at. */
export function newestDeployment(deployments: readonly Deployment[]): Deployment | undefined {
  return deployments.findLast(({ runIds }) => runIds.length > 0);
}

/** Of the newest alone, once for each outcome: the change event of a deployment, and what a change board reads. */
function ofDeployment({ scope, deployments, release, links, onCall, maxDedupKey }: Told): Notification[] {
  const newest = newestDeployment(deployments);
  const [first] = newest?.runIds ?? [];
  if (newest === undefined || first === undefined) return [];
  const { outcome, commit, previousCommit, failure, leadTimeMinutes, timestamp } = newest;
  const words = { succeeded: 'was proven', failed: 'FAILED', unjudged: 'could not be judged' }[outcome];
  return [
    {
      event: 'deployment',
      severity: null,
      ...{ ...scope, release: commit, layers: [] },
      summary: `${scope.system} in ${scope.environment}: ${commit.slice(0, 12)} ${words}`,
      because: [
        `Verdict: ${newest.verdict}`,
        `Before: ${previousCommit ?? 'not known'}`,
        ...(failure === null ? [] : [`Reality: ${failure.reality}`]),
        ...(leadTimeMinutes === null ? [] : [`Lead time: ${leadTimeMinutes} minutes`]),
        `Runs: ${newest.runIds.slice(-5).join(', ')}`,
        ...(release === undefined ? [] : toBoardLines(release)),
      ],
      links,
      dedupKey: toDedupKey([scope.system, scope.environment, 'deployment', commit], maxDedupKey),
      about: `${first}:${outcome}`,
      startedAt: timestamp,
      endedAt: timestamp,
      onCall,
    },
  ];
}

/** The newest run said nothing about production: unknown is never healthy, so that somebody hears of it. */
function ofUnjudged(told: Told): Notification[] {
  const { scope, links, onCall, maxDedupKey } = told;
  const newest = newestUnjudged(told);
  if (newest === undefined) return [];
  const { release, runId, at, why } = newest;
  return [
    {
      event: 'not-judged',
      severity: null,
      ...{ ...scope, release, layers: [] },
      summary: `${scope.system} in ${scope.environment}: nobody knows whether ${release.slice(0, 12)} works`,
      because: [why, `Run: ${runId}`],
      links,
      dedupKey: toDedupKey([scope.system, scope.environment, 'not-judged', release], maxDedupKey),
      about: runId,
      startedAt: at,
      endedAt: null,
      onCall,
    },
  ];
}
