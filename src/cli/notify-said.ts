/** What a person or a pipeline has `gate10 notify` say: a rollback, or a test. */
import { INCIDENT_SEVERITIES, NOTIFY_EVENTS, type NotifyEvent } from '../contract/notify-schema.ts';
import { InputError, type Problem } from '../errors.ts';
import type { LedgerRow } from '../ledger/schema.ts';
import { sameCommit } from '../probe/identity/build.ts';
import { buildOf, type Scope, toProductionRuns } from '../record/production-runs.ts';
import { type Delivery, deliveriesTo } from '../response/notify/find-due.ts';
import { type Notification, toDedupKey } from '../response/notify/message.ts';
import { findRollbackNotice } from '../response/notify/rollback-notices.ts';
import type { Told as History } from '../response/notify/to-notifications.ts';
import { plainLine } from '../run/plain-text.ts';
import type { CliContext } from './context.ts';
import { linksOf, onCallOf, type Told } from './notify-told.ts';

export interface NotifyAsked {
  readonly environment?: string;
  readonly event?: string;
  readonly because?: string;
  readonly commit?: string;
  readonly system?: string;
  readonly severity?: string;
  readonly id?: string;
}

/** What no run observes: `gate10 rollback` records it, and a pipeline that rolls back otherwise has to say it. */
const SAID: readonly NotifyEvent[] = ['rollback-done', 'rollback-failed'];

export function isSaid(event: NotifyEvent): boolean {
  return SAID.includes(event);
}

/** Undefined = all of them. Throws InputError with everything that is wrong. */
export function toEvent({ event, because, severity, commit, id }: NotifyAsked): NotifyEvent | undefined {
  const found = NOTIFY_EVENTS.find((each) => each === event);
  const problems: Problem[] = [];
  if (event !== undefined && found === undefined)
    problems.push(problem('event', `"${plainLine(event, 40)}" is not known`, NOTIFY_EVENTS.join(', ')));
  const mayBeSaid = found !== undefined && isSaid(found);
  if (mayBeSaid && (because === undefined || because.trim() === ''))
    problems.push(problem('because', 'it is missing: no run observes this', 'what happened, in one line'));
  const given = Object.entries({ because, severity, commit, id }).filter(([, value]) => value !== undefined);
  if (!mayBeSaid)
    for (const [flag] of given) problems.push(problem(flag, 'it does not go here', `--event ${SAID.join(' or ')}`));
  if (severity !== undefined && !(INCIDENT_SEVERITIES as readonly string[]).includes(severity))
    problems.push(problem('severity', `"${plainLine(severity, 20)}" is not known`, INCIDENT_SEVERITIES.join(', ')));
  if (commit !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(commit))
    problems.push(problem('commit', 'it is neither a commit id nor a version', 'such as 1e57859 or 2.4.0'));
  if (id !== undefined && !/^[^\p{C}]{1,200}$/u.test(id))
    problems.push(problem('id', 'it is no id', 'one line of at most 200 characters'));
  if (problems.length > 0) throw new InputError(problems);
  return found;
}

function problem(flag: string, what: string, expected: string): Problem {
  return { code: `option-${flag}`, what: `--${flag}: ${what}`, expected };
}

interface Saying extends Told {
  readonly rows: readonly LedgerRow[];
  readonly scopes: readonly Scope[];
}

/**
 * What is said of a rollback that the history has, by its id: the same news as without being said, and told once. Throws
 * InputError where the history says otherwise.
 */
export function toKnown(
  event: NotifyEvent,
  { id, because = '', severity, commit }: NotifyAsked,
  histories: readonly History[],
): Notification | undefined {
  if (id === undefined) return undefined;
  const [known] = histories.flatMap((each) => findRollbackNotice(each, id) ?? []);
  if (known === undefined) return undefined;
  const has = 'the history has this rollback';
  const problems = [
    ...(event === known.event ? [] : [problem('event', `${has}, and it is no ${event}`, known.event)]),
    ...(severity === undefined || severity === known.severity
      ? []
      : [problem('severity', `${has}, and its severity`, known.severity ?? 'none')]),
    ...(commit === undefined || sameCommit(commit, known.release)
      ? []
      : [problem('commit', `${has}, and its release`, known.release)]),
  ];
  if (problems.length > 0) throw new InputError(problems);
  return { ...known, because: [because, ...known.because] };
}

/** Throws InputError where it is not clear which system is meant. */
export function toSaid(event: NotifyEvent, asked: NotifyAsked, said: Saying, context: CliContext): Notification {
  const { contract, defaults, environment, rows, scopes } = said;
  const [scope, other] = scopes;
  if (scope === undefined || other !== undefined) {
    const what = `it is not clear which system of ${plainLine(environment, 60)} is meant`;
    throw new InputError([problem('system', what, scopes.map(({ system }) => system).join(', ') || 'one that ran')]);
  }
  const newest = toProductionRuns(rows).findLast(({ system }) => system === scope.system);
  const release = asked.commit ?? (newest === undefined ? 'unknown' : buildOf(newest));
  const at = context.now().toISOString();
  const words = event === 'rollback-failed' ? 'the rollback FAILED' : 'rolled back';
  const severity = INCIDENT_SEVERITIES.find((each) => each === asked.severity) ?? null;
  return {
    ...{ event, severity, ...scope, release, layers: [] },
    summary: `${severity === null ? '' : `${severity}: `}${scope.system} in ${environment}: ${words}, ${release.slice(0, 12)}`,
    because: [asked.because ?? ''],
    links: linksOf(contract),
    dedupKey: toDedupKey([scope.system, environment, 'rollback', release], defaults.pagerduty.maxDedupKey),
    about: `${event}:${asked.id ?? at}`,
    ...{ startedAt: at, endedAt: null, onCall: onCallOf(contract, context) },
  };
}

/** Throws InputError where there is no such target. */
export function toTest(
  target: string,
  { environment, contract }: Pick<Told, 'environment' | 'contract'>,
  context: CliContext,
): Delivery[] {
  const known = Object.keys(contract.targets);
  if (!known.includes(target)) {
    const what = `--test: there is no target "${plainLine(target, 60)}"`;
    throw new InputError([{ code: 'option-test', what, expected: known.join(', ') || 'a target; none is declared' }]);
  }
  const at = context.now().toISOString();
  const notification: Notification = {
    ...{ event: 'test', severity: 'P3', system: 'gate10', environment, release: 'none', layers: [] },
    summary: `Test of gate10: ${target} can be reached from ${environment}`,
    because: ['Nothing happened. Somebody asked for this message, to see that it arrives.'],
    links: linksOf(contract),
    dedupKey: `gate10/${environment}/test`,
    about: `test:${at}`,
    ...{ startedAt: at, endedAt: null, onCall: onCallOf(contract, context) },
  };
  return deliveriesTo(target, notification, contract.targets);
}
