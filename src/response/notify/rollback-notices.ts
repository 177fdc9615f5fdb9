/**
 * What is told of rollbacks, from the history: the newest, whether it restored, failed or was forbidden by the schema; and of one
 * that failed, that production was proven since. A refusal drove nothing and mended nothing: its incident is open and was told.
 */
import type { IncidentSeverity } from '../../contract/notify-schema.ts';
import type { RollbackSettled } from '../../ledger/rollback-events.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import { sameCommit } from '../../probe/identity/build.ts';
import { classifyIncident } from '../../record/incident/classify-incident.ts';
import type { IncidentCase } from '../../record/incident/incident-case.ts';
import { buildOf, isProof, toProductionRuns } from '../../record/production-runs.ts';
import { type Notification, toDedupKey } from './message.ts';
import type { Told } from './to-notifications.ts';

/** Years of them are not told on the first day: of what began, the newest alone. Who heard of one also hears of its end. */
export function toRollbackNotices(told: Told): Notification[] {
  const ended = readEnded(told);
  const newest = ended.at(-1);
  return [
    ...ended.flatMap((each) => (each.proof === undefined || !isFailure(each.event) ? [] : [toOver(each, told)])),
    ...(newest === undefined || (newest.proof && isFailure(newest.event)) ? [] : [toNotice(newest, told)]),
  ];
}

/** That of one rollback, by its id, as it is told while it is news; undefined: there is none of it to tell. */
export function findRollbackNotice(told: Told, rollbackId: string): Notification | undefined {
  const found = readEnded(told).find(({ ids }) => ids.includes(rollbackId));
  return found && toNotice(found, told);
}

interface Ended {
  /** the first word of it */
  readonly event: RollbackSettled;
  /** frozen again and again it is the same news */
  readonly ids: readonly string[];
  /** the first production run after it that proved anything */
  readonly proof: SealedEvent | undefined;
}

/** In the order of the history. */
function readEnded({ rows }: Pick<Told, 'rows'>): Ended[] {
  const proofs = toProductionRuns(rows).filter(isProof);
  const all: Ended[] = [];
  for (const { event } of rows) {
    if (event.type !== 'rollback.settled' || event.outcome === 'refused') continue;
    const before = all.at(-1);
    if (before !== undefined && isSameFreeze(before, event)) {
      all[all.length - 1] = { ...before, ids: [...before.ids, event.rollbackId] };
      continue;
    }
    const proof = proofs.find(({ startedAt }) => Date.parse(startedAt) >= Date.parse(event.at));
    all.push({ event, ids: [event.rollbackId], proof });
  }
  return all;
}

function isSameFreeze({ event, proof }: Ended, next: RollbackSettled): boolean {
  const isAgain = event.outcome === 'frozen' && next.outcome === 'frozen';
  const isOver = proof !== undefined && Date.parse(proof.endedAt) <= Date.parse(next.at);
  return isAgain && !isOver && sameCommit(event.failed.commit, next.failed.commit);
}

function isFailure({ outcome }: RollbackSettled): boolean {
  switch (outcome) {
    case 'failed':
    case 'frozen':
      return true;
    case 'restored':
    case 'refused':
      return false;
  }
}

function toNotice({ event }: Ended, told: Told): Notification {
  const { rollbackId, outcome, reason, because, failed, target, at, durations } = event;
  const { system, environment } = told.scope;
  const severity = severityOf(event, told);
  const isBad = isFailure(event);
  const incident = incidentOf(event, told)?.incident.id;
  const back = target === undefined ? 'to nothing' : `to ${target.commit}`;
  return {
    ...partsOf(event, told),
    event: isBad ? 'rollback-failed' : 'rollback-done',
    severity: isBad ? severity : null,
    summary: `${isBad ? `${severity ?? 'not classified'}: ` : ''}${system} in ${environment}: ${wordsOf(outcome)}, ${failed.commit.slice(0, 12)}`,
    because: [
      because,
      `Outcome: ${outcome} (${reason})`,
      `From ${failed.commit} (run ${failed.runId}) ${back}`,
      ...(durations === undefined ? [] : [`Over after ${(durations.totalMs / 1000).toFixed(1)} s`]),
      ...(incident === undefined ? [] : [`Incident: ${incident}`]),
      `Rollback: ${rollbackId}`,
    ],
    about: rollbackId,
    startedAt: at,
    endedAt: isBad ? null : at,
  };
}

function wordsOf(outcome: RollbackSettled['outcome']): string {
  switch (outcome) {
    case 'restored':
      return 'rolled back and proven';
    case 'failed':
      return 'the rollback FAILED';
    case 'frozen':
      return 'the database FORBIDS the rollback';
    case 'refused':
      return 'the rollback was refused';
  }
}

/** With all that names the alert as it was when it opened: only so it is the same one. */
function toOver({ event, proof }: Ended, told: Told): Notification {
  const { rollbackId, because, failed, at } = event;
  const { system, environment } = told.scope;
  const build = proof === undefined ? 'nothing' : buildOf(proof);
  return {
    ...partsOf(event, told),
    event: 'rollback-failed',
    severity: severityOf(event, told),
    summary: `Over: ${system} in ${environment}, the rollback of ${failed.commit.slice(0, 12)}: ${build.slice(0, 12)} is proven`,
    because: [`Proven: ${build} by run ${proof?.runId ?? ''}`, `It was: ${because}`, `Rollback: ${rollbackId}`],
    about: rollbackId,
    startedAt: at,
    endedAt: proof?.endedAt ?? null,
  };
}

function partsOf(event: RollbackSettled, { scope, rows, links, onCall, maxDedupKey }: Told) {
  const run = toProductionRuns(rows).find(({ runId }) => runId === event.failed.runId);
  const release = event.failed.commit;
  return {
    ...{
      system: scope.system,
      environment: scope.environment,
      release,
      layers: run?.failedLayers ?? [],
      links,
      onCall,
    },
    dedupKey: toDedupKey([scope.system, scope.environment, 'rollback', release], maxDedupKey),
  };
}

function incidentOf({ failed }: RollbackSettled, { cases }: Pick<Told, 'cases'>): IncidentCase | undefined {
  return cases.find(({ incident }) => incident.failedRuns.includes(failed.runId));
}

/** Of its incident, as far as it was known then: what fails later changes no word that was given. */
function severityOf(event: RollbackSettled, told: Told): IncidentSeverity | null {
  const runs = toProductionRuns(told.rows);
  const known = runs.filter(({ endedAt }) => Date.parse(endedAt) <= Date.parse(event.at));
  const failedRuns = incidentOf(event, told)?.incident.failedRuns ?? [event.failed.runId];
  return classifyIncident({ severity: null, failedLayers: [], failedRuns }, known, told.authority).severity;
}
