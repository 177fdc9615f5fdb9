/**
 * Rows of the three tables of Four Keys (github.com/dora-team/fourkeys, queries/{deployments,changes,incidents}.sql) as
 * BigQuery exports them. BigQuery's TIMESTAMP is UTC and may not say so.
 */
import type { RecordedDeployment, RecordedIncident } from '../../ledger/recorded-events.ts';
import { type Imported, type ImportFormat, type ImportScope, leftOut, WRONG } from './import-format.ts';
import { wrong } from './read-field.ts';
import type { Fields } from './record-fields.ts';
import { given } from './told-event.ts';
import { toToldId } from './told-text.ts';

export const fourkeys: ImportFormat = {
  name: 'fourkeys',
  zoneless: 'utc',
  read: (fields, scope): Imported => {
    if (fields.has('deploy_id')) return readDeployment(fields, scope);
    if (fields.has('incident_id')) return readIncident(fields, scope);
    if (fields.has('change_id')) return readChange(fields);
    const expected = 'deploy_id, change_id or incident_id: a row of the tables deployments, changes or incidents';
    fields.add('deploy_id', wrong('this is no row that is known here', expected));
    return WRONG;
  },
};

/** The table holds successful deployments only: what failed on its way is not in it. */
function readDeployment(fields: Fields, scope: ImportScope): Imported {
  const id = fields.required('deploy_id', fields.raw('deploy_id'));
  const commit = fields.required('main_commit', fields.commit('main_commit'));
  const deployedAt = fields.required('time_created', fields.time('time_created'));
  const source = fields.text('source', 100);
  if (id === undefined || commit === undefined || deployedAt === undefined || fields.problems.length > 0) return WRONG;
  const event: RecordedDeployment = {
    type: 'deployment.recorded',
    id: toToldId('fourkeys', qualified(source, id), scope.clean),
    system: scope.system,
    environment: scope.environment,
    commit,
    deployedAt,
    outcome: 'succeeded',
    told: { source: 'fourkeys', ...given('by', source) },
  };
  return { kind: 'told', event, from: source };
}

function readChange(fields: Fields): Imported {
  const commit = fields.raw('change_id') ?? '';
  const time = fields.required('time_created', fields.time('time_created'));
  if (time === undefined || fields.problems.length > 0) return WRONG;
  const isCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit);
  return isCommit ? { kind: 'commit-time', commit, time } : leftOut('a change that is no commit');
}

/** Four Keys dates an incident back to the deployment that caused it, where that is known. */
function readIncident(fields: Fields, scope: ImportScope): Imported {
  const id = fields.required('incident_id', fields.raw('incident_id'));
  const openedAt = fields.required('time_created', fields.time('time_created'));
  const resolvedAt = fields.time('time_resolved');
  const source = fields.text('source', 100);
  const cause = fields.texts('changes')?.find((change) => /^[0-9a-f]{7,64}$/.test(change));
  if (openedAt !== undefined && resolvedAt !== undefined && resolvedAt < openedAt) {
    fields.add('time_resolved', wrong('the incident ended before it began', `${openedAt} or later`));
  }
  if (id === undefined || openedAt === undefined || fields.problems.length > 0) return WRONG;
  const event: RecordedIncident = {
    type: 'incident.recorded',
    id: toToldId('fourkeys', qualified(source, id), scope.clean),
    system: scope.system,
    environment: scope.environment,
    title: `incident ${scope.clean(qualified(source, id), 200)}`,
    openedAt,
    ...given('resolvedAt', resolvedAt),
    ...given('commit', cause),
    told: { source: 'fourkeys', ...given('by', source) },
  };
  return { kind: 'told', event };
}

/** Ids are unique within their source. */
function qualified(source: string | undefined, id: string): string {
  return source === undefined ? id : `${source}:${id}`;
}
