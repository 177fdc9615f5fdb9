/** What a person or a pipeline says on the command line → the event that is recorded, or everything that is wrong with it. */
import { InputError } from '../../errors.ts';
import type { RecordedDeployment, RecordedIncident, RecordedIntervention } from '../../ledger/recorded-events.ts';
import { createOptionReader, type OptionReader, type Options } from './option-reader.ts';
import { wrong } from './read-field.ts';
import { given } from './told-event.ts';
import type { CleanText } from './told-text.ts';

const SOURCES = ['person', 'pipeline'] as const;
const OUTCOMES = ['succeeded', 'failed', 'unjudged'] as const;
const SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;
const KINDS = ['rollback', 'hotfix', 'manual-intervention', 'user-visible-errors'] as const;

export interface Saying {
  readonly options: Options;
  readonly clean: CleanText;
  readonly now: Date;
}

/** Throws InputError with everything that is wrong. Without `--id`, the commit and its time are what tells deployments apart. */
export function toToldDeployment(saying: Saying): RecordedDeployment {
  const reader = createOptionReader(saying.options, saying.clean, saying.now);
  const commit = reader.required('commit', reader.commit, 'a commit id or a version');
  const deployedAt = reader.time('at') ?? saying.now.toISOString();
  const commitTime = reader.time('commit-time');
  if (commitTime !== undefined && commitTime > deployedAt) {
    reader.add('commit-time', wrong(`${commitTime} is later than the deployment`, `at most ${deployedAt}`));
  }
  const outcome = reader.choice('outcome', OUTCOMES);
  if (saying.options['outcome'] === undefined)
    reader.add('outcome', wrong('it is missing', `one of ${OUTCOMES.join(', ')}`));
  const event: RecordedDeployment = {
    type: 'deployment.recorded',
    id: reader.id('id') ?? `${commit}@${deployedAt}`,
    ...scopeOf(reader),
    commit,
    deployedAt,
    outcome: outcome ?? 'unjudged',
    ...given('previousCommit', reader.commit('previous-commit')),
    ...given('commitTime', commitTime),
    ...(saying.options['unplanned'] === true ? { unplanned: true } : {}),
    ...given('claimed', reader.text('claimed')),
    ...given('reality', reader.text('reality')),
    ...given('detectedBy', reader.text('detected-by')),
    ...given('rootCause', reader.text('root-cause')),
    ...given('resolution', reader.text('resolution')),
    ...given('timeToDetectMinutes', reader.minutes('time-to-detect-minutes')),
    told: toldOf(reader),
  };
  return withoutProblems(event, reader);
}

/** An incident that opens now or opened before, and may be over already. Throws InputError. */
export function toToldIncident(saying: Saying): RecordedIncident {
  const reader = createOptionReader(saying.options, saying.clean, saying.now);
  const openedAt = reader.time('at') ?? saying.now.toISOString();
  const resolvedAt = reader.time('resolved-at');
  refuseEarlyEnd(reader, openedAt, resolvedAt, 'resolved-at');
  const event: RecordedIncident = {
    type: 'incident.recorded',
    id: reader.required('id', reader.id, 'the number or name under which the incident is known'),
    ...scopeOf(reader),
    title: reader.required('title', reader.text, 'what is broken, in one line'),
    openedAt,
    ...given('resolvedAt', resolvedAt),
    ...incidentDetails(reader),
    told: toldOf(reader),
  };
  return withoutProblems(event, reader);
}

/** Who is asked for: system, environment and id of an incident. Throws InputError. */
export function toIncidentAsked(saying: Saying): Pick<RecordedIncident, 'id' | 'system' | 'environment'> {
  const reader = createOptionReader(saying.options, saying.clean, saying.now);
  for (const flag of ['title', 'resolved-at'] as const) {
    if (reader.text(flag) !== undefined) {
      reader.add(
        flag,
        wrong('it does not go together with --resolve', '--resolve, --id and --at: the time of its end'),
      );
    }
  }
  const id = reader.required('id', reader.id, 'the id under which the incident was recorded');
  return withoutProblems({ id, ...scopeOf(reader) }, reader);
}

/** The recorded incident with its end. What is said anew takes the place of what was said. Throws InputError. */
export function toResolvedIncident(opened: RecordedIncident, saying: Saying): RecordedIncident {
  const reader = createOptionReader(saying.options, saying.clean, saying.now);
  const resolvedAt = reader.time('at') ?? saying.now.toISOString();
  refuseEarlyEnd(reader, opened.openedAt, resolvedAt, 'at');
  return withoutProblems({ ...opened, resolvedAt, ...incidentDetails(reader), told: toldOf(reader) }, reader);
}

/** Throws InputError with everything that is wrong. */
export function toToldIntervention(saying: Saying): RecordedIntervention {
  const reader = createOptionReader(saying.options, saying.clean, saying.now);
  const commit = reader.required('commit', reader.commit, 'the deployment that needed it: its commit id or version');
  const at = reader.time('at') ?? saying.now.toISOString();
  const kind = reader.choice('kind', KINDS);
  if (saying.options['kind'] === undefined) reader.add('kind', wrong('it is missing', `one of ${KINDS.join(', ')}`));
  const event: RecordedIntervention = {
    type: 'intervention.recorded',
    id: reader.id('id') ?? `${commit}@${at}`,
    ...scopeOf(reader),
    commit,
    at,
    kind: kind ?? 'manual-intervention',
    description: reader.required('description', reader.text, 'what was done, or what users saw, in one line'),
    told: toldOf(reader),
  };
  return withoutProblems(event, reader);
}

function scopeOf(reader: OptionReader): { readonly system: string; readonly environment: string } {
  return {
    system: reader.required('system', reader.slug, 'the system, as contracts/system.yaml names it'),
    environment: reader.required('environment', reader.slug, 'the environment, as contracts/system.yaml names it'),
  };
}

function incidentDetails(reader: OptionReader) {
  return {
    ...given('commit', reader.commit('commit')),
    ...given('severity', reader.choice('severity', SEVERITIES)),
    ...given('rootCause', reader.text('root-cause')),
    ...given('resolution', reader.text('resolution')),
  };
}

function toldOf(reader: OptionReader): RecordedDeployment['told'] {
  return {
    source: reader.choice('source', SOURCES) ?? 'person',
    ...given('by', reader.text('by')),
    ...given('url', reader.url('url')),
  };
}

function refuseEarlyEnd(reader: OptionReader, openedAt: string, resolvedAt: string | undefined, flag: string): void {
  if (resolvedAt === undefined || resolvedAt >= openedAt) return;
  const what = `the incident would end at ${resolvedAt}, before it opened`;
  reader.add(flag, wrong(what, `${openedAt} or later`));
}

function withoutProblems<T>(value: T, { problems }: OptionReader): T {
  if (problems.length > 0) throw new InputError(problems);
  return value;
}
