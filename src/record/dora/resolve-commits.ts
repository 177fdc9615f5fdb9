/** Full ids of commits, by one question to git for all of them. */
import type { GitResult } from '../../probe/code/git.ts';
import type { StreamGit } from './stream-git.ts';

/** Of each commit (id or abbreviation) that the repository has, its full id; what it does not have is left out. */
export async function resolveCommits(
  git: StreamGit,
  commits: readonly string[],
): Promise<GitResult<ReadonlyMap<string, string>>> {
  const asked = [...new Set(commits)];
  if (asked.length === 0) return { ok: true, value: new Map() };
  const chunks: Buffer[] = [];
  const result = await git(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    stdin: asked.map((commit) => `${commit}^{commit}\n`).join(''),
    onChunk: (chunk) => chunks.push(chunk),
  });
  if (!result.ok) return result;
  const answers = Buffer.concat(chunks).toString('latin1').split('\n');
  const found = asked.flatMap((commit, index) => {
    const [id = '', type] = (answers[index] ?? '').split(' ');
    return type === 'commit' && /^[0-9a-f]{40,64}$/.test(id) ? [[commit, id] as const] : [];
  });
  return { ok: true, value: new Map(found) };
}
