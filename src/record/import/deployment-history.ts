/**
 * `deployment_history.jsonl`: `timestamp`, `commit`, `success`, `failure_reason`, and what `to-history-lines.ts` adds to
 * them. A line that a run of this history stands behind is known already, and better.
 */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import { type Imported, type ImportFormat, leftOut, ofOtherEnvironment, WRONG } from './import-format.ts';
import { wrong } from './read-field.ts';
import type { Fields } from './record-fields.ts';
import { given } from './told-event.ts';
import { toToldId } from './told-text.ts';

export const deploymentHistory: ImportFormat = {
  name: 'deployment-history',
  zoneless: 'refused',
  read: (fields, scope): Imported => {
    const timestamp = fields.required('timestamp', fields.time('timestamp'));
    const commit = fields.required('commit', fields.commit('commit', 'versions'));
    const outcome = readOutcome(fields);
    const system = fields.raw('system');
    const other = ofOtherEnvironment(fields.raw('environment'), scope);
    const runIds = fields.texts('run_ids') ?? [];
    const details = readDetails(fields);
    if (timestamp === undefined || commit === undefined || outcome === undefined) return WRONG;
    if (fields.problems.length > 0) return WRONG;
    if (other !== undefined) return other;
    if (system !== undefined && system !== scope.system) return leftOut(`of the system "${scope.clean(system, 60)}"`);
    if (runIds.some(scope.isKnownRun)) return leftOut('of a run that this history holds');
    const event: RecordedDeployment = {
      type: 'deployment.recorded',
      id: toToldId('history', `${commit}@${timestamp}`, scope.clean),
      system: scope.system,
      environment: scope.environment,
      commit,
      deployedAt: fields.time('deployed_time') ?? timestamp,
      outcome,
      ...details,
      told: { source: 'deployment-history' },
    };
    return { kind: 'told', event };
  },
};

/** `success` has to be there: null says that nobody could judge it, nothing at all says nothing. */
function readOutcome(fields: Fields): RecordedDeployment['outcome'] | undefined {
  const success = fields.flag('success');
  if (success !== undefined) return success ? 'succeeded' : 'failed';
  if (fields.isNull('success')) return 'unjudged';
  fields.required('success', undefined);
  return undefined;
}

function readDetails(fields: Fields) {
  const previous = fields.commit('previous_commit', 'versions');
  const minutes = fields.minutes('time_to_detect_minutes') ?? fields.minutes('detection_time_minutes');
  if (fields.has('failure_reason') && fields.raw('failure_reason') === undefined) {
    fields.add('failure_reason', wrong('it is no text', 'a text, or null'));
  }
  return {
    ...given('previousCommit', previous),
    ...given('commitTime', fields.time('commit_time')),
    ...given('claimed', fields.text('claimed')),
    ...given('reality', fields.text('failure_reason') ?? fields.text('reality')),
    ...given('detectedBy', fields.text('detected_by', 200)),
    ...given('rootCause', fields.text('root_cause')),
    ...given('resolution', fields.text('resolution')),
    ...given('timeToDetectMinutes', minutes),
  };
}
