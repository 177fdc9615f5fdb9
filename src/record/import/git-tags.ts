/** Tags of a repository as deployments: where nothing else is known, git alone. */
import type { RecordedDeployment } from '../../ledger/recorded-events.ts';
import type { RunProcess } from '../../probe/run-process.ts';
import { type Imported, type ImportFormat, leftOut, WRONG } from './import-format.ts';
import { type Read, shown, wrong } from './read-field.ts';
import type { SplitItem } from './split-json.ts';
import { given } from './told-event.ts';
import { toToldId } from './told-text.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const FIELDS = ['tag', 'type', 'object', 'peeledType', 'peeledObject', 'tagged', 'committed', 'peeledCommitted', 'by'];
const FORMAT =
  '%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(taggerdate:unix)%00%(committerdate:unix)%00%(*committerdate:unix)%00%(taggername)';

export interface TagQuery {
  readonly folder: string;
  /** as git matches it: `v*`; `*` does not match `/` */
  readonly pattern: string;
  /** PATH of the process: where git is looked for */
  readonly path: string | undefined;
}

/** One record for each tag. git runs by its arguments, without hooks, prompts and configuration of the user. */
export async function readGitTags(query: TagQuery, run: RunProcess): Promise<Read<readonly SplitItem[]>> {
  const { folder, pattern, path } = query;
  if (!/^[A-Za-z0-9*?[][A-Za-z0-9*?[\]._/+@-]{0,199}$/.test(pattern) || pattern.includes('..')) {
    return wrong('--tags is no pattern for names of tags', 'letters, digits and . _ / + @ - * ? [ ], such as v*');
  }
  const env = {
    PATH: path,
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  const trusted = [
    '--no-pager',
    '-c',
    `safe.directory=${folder}`,
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  const args = [...trusted, 'for-each-ref', `--format=${FORMAT}`, `refs/tags/${pattern}`];
  const result = await run('git', args, { cwd: folder, env, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  if (result.code === 0) return { ok: true, value: toRecords(result.stdout.toString('utf8')) };
  const reason = result.stderr.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
  const what = result.error === 'not-found' ? 'git is not installed, or not on PATH' : (result.error ?? reason);
  return wrong(`the tags cannot be read: ${what}`, 'a git repository in the current folder');
}

function toRecords(output: string): SplitItem[] {
  return output
    .split('\n')
    .filter(Boolean)
    .map((line, index) => {
      const values = line.split('\0');
      return { line: index + 1, value: Object.fromEntries(FIELDS.map((name, place) => [name, values[place] ?? ''])) };
    });
}

/**
 * An annotated tag says when it was made. One that is not annotated says nothing: with the date of its commit, the lead
 * time of that commit would be zero, so it is left out unless `lightweight` accepts that.
 */
export function gitTags(lightweight: boolean): ImportFormat {
  return {
    name: 'git-tags',
    zoneless: 'refused',
    read: (fields, scope): Imported => {
      const tag = fields.required('tag', fields.raw('tag'));
      const isAnnotated = fields.raw('type') === 'tag';
      const commitType = isAnnotated ? fields.raw('peeledType') : fields.raw('type');
      if (commitType !== 'commit') return leftOut('a tag of something else than a commit');
      if (!isAnnotated && !lightweight)
        return leftOut('a tag without a date of its own (--lightweight takes its commit’s)');
      const object = isAnnotated ? 'peeledObject' : 'object';
      const commit = fields.required(object, fields.commit(object));
      const commitTime = readSeconds(fields.raw(isAnnotated ? 'peeledCommitted' : 'committed'), scope.now);
      const deployedAt = isAnnotated ? readSeconds(fields.raw('tagged'), scope.now) : commitTime;
      if (!deployedAt.ok) fields.add('tagged', { ...deployedAt, what: `the tag ${shown(tag)} ${deployedAt.what}` });
      if (tag === undefined || commit === undefined || !deployedAt.ok || fields.problems.length > 0) return WRONG;
      const event: RecordedDeployment = {
        type: 'deployment.recorded',
        id: toToldId('tag', `${tag}@${commit}`, scope.clean),
        system: scope.system,
        environment: scope.environment,
        commit,
        ...given('commitTime', commitTime.ok ? commitTime.value : undefined),
        deployedAt: deployedAt.value,
        outcome: 'unjudged',
        claimed: scope.clean(`tag ${tag}`, 300),
        told: { source: 'git', ...given('by', fields.text('by', 200)) },
      };
      return { kind: 'told', event };
    },
  };
}

/** Seconds since 1970, as git has them. */
function readSeconds(text: string | undefined, now: Date): Read<string> {
  const epochMs = /^\d{1,12}$/.test(text ?? '') ? Number(text) * 1000 : Number.NaN;
  if (Number.isNaN(epochMs)) return wrong('has no usable date', 'a date after 1970');
  if (epochMs > now.getTime())
    return wrong(`is of ${new Date(epochMs).toISOString()}, in the future`, `at most ${now.toISOString()}`);
  return { ok: true, value: new Date(epochMs).toISOString() };
}
