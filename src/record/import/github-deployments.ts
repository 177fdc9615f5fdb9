/**
 * GitHub's deployments with their statuses, as `GET /repos/{owner}/{repo}/deployments` and
 * `GET …/deployments/{id}/statuses` give them (docs.github.com/rest/deployments), the statuses as member `statuses`.
 */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import { type Imported, type ImportFormat, leftOut, ofOtherEnvironment, WRONG } from './import-format.ts';
import { wrong } from './read-field.ts';
import type { Fields } from './record-fields.ts';
import { given } from './told-event.ts';
import { toToldId, toToldUrl } from './told-text.ts';

const STATES = ['success', 'failure', 'error', 'inactive', 'in_progress', 'queued', 'pending'] as const;

interface Status {
  readonly state: (typeof STATES)[number];
  readonly at: string;
}

export const githubDeployments: ImportFormat = {
  name: 'github-deployments',
  zoneless: 'refused',
  read: (fields, scope): Imported => {
    const id = fields.required('id', fields.raw('id'));
    const commit = fields.required('sha', fields.commit('sha'));
    const createdAt = fields.required('created_at', fields.time('created_at'));
    const environment = fields.required('environment', fields.raw('environment'));
    const other = environment === undefined ? undefined : ofOtherEnvironment(environment, scope);
    if (other !== undefined && fields.problems.length === 0) return other;
    const statuses = readStatuses(fields);
    if (id === undefined || commit === undefined || createdAt === undefined || environment === undefined) return WRONG;
    if (statuses === undefined || fields.problems.length > 0) return WRONG;
    const result = judge(statuses, createdAt);
    if (result === undefined) return leftOut('without a final status');
    const url = toToldUrl(fields.raw('url') ?? '', scope.clean);
    const event: RecordedDeployment = {
      type: 'deployment.recorded',
      id: toToldId('github', id, scope.clean),
      system: scope.system,
      environment: scope.environment,
      commit,
      ...result,
      ...given('claimed', fields.text('description')),
      told: { source: 'github', ...given('by', fields.object('creator')?.text('login', 200)), ...given('url', url) },
    };
    return { kind: 'told', event, from: fields.text('repository_url', 200) };
  },
};

function readStatuses(fields: Fields): readonly Status[] | undefined {
  const list = fields.objects('statuses');
  if (list === undefined) {
    const fix = 'Fetch them: see "GitHub deployments" in docs/import.md.';
    fields.add('statuses', wrong('the deployment comes without its statuses', 'what became of it', fix));
    return undefined;
  }
  return list.flatMap((status) => {
    const state = status.required('state', status.word('state', STATES));
    const at = status.required('created_at', status.time('created_at'));
    return state === undefined || at === undefined ? [] : [{ state, at }];
  });
}

/**
 * The last final status counts, the first success is when it was deployed. GitHub keeps statuses for 90 days and then
 * the last one only: `inactive` says that another deployment took its place, not that this one was good.
 * Undefined = it has not come to an end.
 */
function judge(
  statuses: readonly Status[],
  createdAt: string,
): Pick<RecordedDeployment, 'outcome' | 'deployedAt'> | undefined {
  const inOrder = statuses.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const final = inOrder.findLast(({ state }) => state === 'success' || state === 'failure' || state === 'error');
  const firstSuccess = inOrder.find(({ state }) => state === 'success');
  if (final === undefined) {
    const isOver = inOrder.some(({ state }) => state === 'inactive');
    return isOver ? { outcome: 'unjudged', deployedAt: createdAt } : undefined;
  }
  const outcome = final.state === 'success' ? 'succeeded' : 'failed';
  return { outcome, deployedAt: firstSuccess?.at ?? final.at };
}
