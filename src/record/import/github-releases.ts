/** GitHub's releases, as `GET /repos/{owner}/{repo}/releases` gives them (docs.github.com/rest/releases/releases). */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import { type Imported, type ImportFormat, leftOut, WRONG } from './import-format.ts';
import { given } from './told-event.ts';
import { toToldId, toToldUrl } from './told-text.ts';

/**
 * A release says that something was published, not that it works: it is `unjudged`. Its commit is the one that it was
 * made of where that is named by its id; where it is the name of a branch, the tag stands for it.
 */
export const githubReleases: ImportFormat = {
  name: 'github-releases',
  zoneless: 'refused',
  read: (fields, scope): Imported => {
    const id = fields.required('id', fields.raw('id'));
    const tag = fields.required('tag_name', fields.commit('tag_name', 'versions'));
    const [isDraft, isPrerelease] = [fields.flag('draft'), fields.flag('prerelease')];
    if (fields.problems.length > 0) return WRONG;
    if (isDraft === true) return leftOut('a draft');
    if (isPrerelease === true) return leftOut('a pre-release');
    const publishedAt = fields.required('published_at', fields.time('published_at'));
    const target = fields.raw('target_commitish') ?? '';
    if (id === undefined || tag === undefined || publishedAt === undefined) return WRONG;
    const url = toToldUrl(fields.raw('html_url') ?? '', scope.clean);
    const event: RecordedDeployment = {
      type: 'deployment.recorded',
      id: toToldId('github-release', id, scope.clean),
      system: scope.system,
      environment: scope.environment,
      commit: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(target) ? target : tag,
      deployedAt: publishedAt,
      outcome: 'unjudged',
      ...given('claimed', fields.text('name')),
      told: { source: 'github', ...given('by', fields.object('author')?.text('login', 200)), ...given('url', url) },
    };
    return { kind: 'told', event };
  },
};
