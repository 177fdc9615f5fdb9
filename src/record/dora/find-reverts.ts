/** Commits that undo others, and commits that call themselves a hotfix, among those that deployments brought. */
import type { GitResult } from '../../probe/code/git.ts';
import type { StreamGit } from './stream-git.ts';

export interface FoundRevert {
  /** full id of the commit that reverts */
  readonly commit: string;
  readonly subject: string;
  /** full ids of the commits that it reverts */
  readonly reverted: readonly string[];
}

export interface FoundFixes {
  readonly reverts: readonly FoundRevert[];
  readonly hotfixes: readonly { readonly commit: string; readonly subject: string }[];
}

interface Message {
  readonly commit: string;
  readonly subject: string;
  readonly body: string;
}

const REVERTED_ID = /\bThis reverts commit ([0-9a-f]{7,64})\b/g;
const REVERTED_SUBJECT = /^Revert "(.+)"(?: \(#\d+\))?$/;
/** Taking a revert back brings a change again: nothing needed intervention. */
const REAPPLIES = /^(Reapply "|Revert "(Revert|Reapply) ")/;
/** How many subjects are looked up at most: each is a pattern that git matches against every commit. */
const MAX_SUBJECTS = 200;

/**
 * `revisions` limit the commits, as git reads them (one a line). A revert names what it reverts by its id ("This reverts
 * commit …") or, as GitHub's button does, only by its subject (`Revert "…"`).
 */
export async function findFixes(
  git: StreamGit,
  revisions: string,
  hotfixSubjects: readonly string[],
): Promise<GitResult<FoundFixes>> {
  const patterns = ['^Revert "', 'This reverts commit [0-9a-f]{7,}', ...hotfixSubjects];
  const found = await readMessages(git, revisions, ['-i', '-E', ...patterns.map((each) => `--grep=${each}`)]);
  if (!found.ok) return found;
  const isHotfix = hotfixSubjects.map((each) => new RegExp(each, 'i'));
  const hotfixes = found.value.filter(({ subject }) => isHotfix.some((each) => each.test(subject)));
  const reverting = found.value.filter(({ subject }) => !REAPPLIES.test(subject));
  const named = await findBySubject(
    git,
    revisions,
    reverting.filter((each) => idsIn(each).length === 0),
  );
  if (!named.ok) return named;
  const reverts = reverting.flatMap((message) => {
    const byId = idsIn(message);
    const reverted = byId.length > 0 ? byId : (named.value.get(message.commit) ?? []);
    return reverted.length > 0 ? [{ commit: message.commit, subject: message.subject, reverted }] : [];
  });
  return { ok: true, value: { reverts, hotfixes: hotfixes.map(({ commit, subject }) => ({ commit, subject })) } };
}

function idsIn({ body }: Message): string[] {
  return [...body.matchAll(REVERTED_ID)].map(([, id = '']) => id);
}

/** Of each revert that names a subject only, the commits with this subject (with or without a pull request's number). */
async function findBySubject(
  git: StreamGit,
  revisions: string,
  reverting: readonly Message[],
): Promise<GitResult<ReadonlyMap<string, readonly string[]>>> {
  const subjects = reverting.flatMap(({ commit, subject }) => {
    const [, reverted] = REVERTED_SUBJECT.exec(subject) ?? [];
    return reverted === undefined ? [] : [[commit, plainSubject(reverted)] as const];
  });
  const asked = subjects.slice(0, MAX_SUBJECTS);
  if (asked.length === 0) return { ok: true, value: new Map() };
  const found = await readMessages(git, revisions, ['-F', ...asked.map(([, subject]) => `--grep=${subject}`)]);
  if (!found.ok) return found;
  const bySubject = Map.groupBy(found.value, ({ subject }) => plainSubject(subject));
  return {
    ok: true,
    value: new Map(
      asked.map(([commit, subject]) => [commit, (bySubject.get(subject) ?? []).map((each) => each.commit)]),
    ),
  };
}

function plainSubject(subject: string): string {
  return subject.replace(/ \(#\d+\)$/, '');
}

async function readMessages(
  git: StreamGit,
  revisions: string,
  patterns: readonly string[],
): Promise<GitResult<Message[]>> {
  const chunks: Buffer[] = [];
  const result = await git(
    ['log', '--no-show-signature', '--format=tformat:%H%x1f%s%x1f%b%x1e', ...patterns, '--stdin'],
    {
      stdin: revisions,
      onChunk: (chunk) => chunks.push(chunk),
    },
  );
  if (!result.ok) return result;
  const messages = Buffer.concat(chunks).toString('utf8').split('\u001e');
  return {
    ok: true,
    value: messages.flatMap((text) => {
      const [commit = '', subject = '', body = ''] = text.trimStart().split('\u001f');
      return commit === '' ? [] : [{ commit, subject, body }];
    }),
  };
}
