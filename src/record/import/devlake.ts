/**
 * Rows of Apache DevLake's domain layer (devlake.apache.org/docs/DataModels/DevLakeDomainLayerSchema):
 * `cicd_deployment_commits`, `incidents`, and `issues` of the type INCIDENT. Its times are UTC.
 */
import type { RecordedDeployment, RecordedIncident } from '../../ledger/recorded-events.ts';
import {
  type Imported,
  type ImportFormat,
  type ImportScope,
  leftOut,
  ofOtherEnvironment,
  WRONG,
} from './import-format.ts';
import { wrong } from './read-field.ts';
import type { Fields } from './record-fields.ts';
import { given } from './told-event.ts';
import { toToldId, toToldUrl } from './told-text.ts';

const RESULTS = ['SUCCESS', 'FAILURE'] as const;
const SEVERITIES = ['P0', 'P1', 'P2', 'P3'] as const;

export const devlake: ImportFormat = {
  name: 'devlake',
  zoneless: 'utc',
  read: (fields, scope): Imported => {
    if (fields.has('commit_sha')) return readDeployment(fields, scope);
    if (fields.has('incident_key') || fields.has('issue_key')) return readIncident(fields, scope);
    const isDeployment = fields.has('cicd_scope_id') || fields.has('finished_date');
    const fix = 'Export cicd_deployment_commits, which has a row for each deployment and commit, and incidents.';
    const what = isDeployment ? 'a deployment without its commit' : 'this is no row that is known here';
    fields.add('commit_sha', wrong(what, 'a row of cicd_deployment_commits, incidents or issues', fix));
    return WRONG;
  },
};

function readDeployment(fields: Fields, scope: ImportScope): Imported {
  const id = fields.required('id', fields.raw('id'));
  const commit = fields.required('commit_sha', fields.commit('commit_sha'));
  const finishedAt = fields.time('finished_date');
  const result = fields.word('result', RESULTS);
  const environment = fields.raw('environment');
  const url = toToldUrl(fields.raw('repo_url') ?? '', scope.clean);
  if (id === undefined || commit === undefined || fields.problems.length > 0) return WRONG;
  if (environment === undefined) return leftOut('without an environment');
  const other = ofOtherEnvironment(environment, scope);
  if (other !== undefined) return other;
  if (finishedAt === undefined) return leftOut('not finished');
  const event: RecordedDeployment = {
    type: 'deployment.recorded',
    id: toToldId('devlake', `${id}@${commit}`, scope.clean),
    system: scope.system,
    environment: scope.environment,
    commit,
    deployedAt: finishedAt,
    outcome: result === 'SUCCESS' ? 'succeeded' : result === 'FAILURE' ? 'failed' : 'unjudged',
    ...given('claimed', fields.text('name')),
    told: { source: 'devlake', ...given('url', url) },
  };
  return { kind: 'told', event, from: fields.text('repo_url', 200) };
}

function readIncident(fields: Fields, scope: ImportScope): Imported {
  const id = fields.required('id', fields.raw('id'));
  const title = fields.text('title');
  const openedAt = fields.required('created_date', fields.time('created_date'));
  const resolvedAt = fields.time('resolution_date');
  const type = fields.raw('type');
  const severity = SEVERITIES.find((one) => one === fields.raw('severity')?.toUpperCase());
  if (type !== undefined && type.toUpperCase() !== 'INCIDENT') return leftOut('an issue that is no incident');
  if (openedAt !== undefined && resolvedAt !== undefined && resolvedAt < openedAt) {
    fields.add('resolution_date', wrong('the incident ended before it began', `${openedAt} or later`));
  }
  if (id === undefined || openedAt === undefined || fields.problems.length > 0) return WRONG;
  const event: RecordedIncident = {
    type: 'incident.recorded',
    id: toToldId('devlake', id, scope.clean),
    system: scope.system,
    environment: scope.environment,
    title: title ?? `incident ${scope.clean(id, 200)}`,
    openedAt,
    ...given('resolvedAt', resolvedAt),
    ...given('severity', severity),
    told: {
      source: 'devlake',
      ...given('by', fields.text('creator_name', 200)),
      ...given('url', toToldUrl(fields.raw('url') ?? '', scope.clean)),
    },
  };
  return { kind: 'told', event };
}
