/** The history that deployments lie in: from git's own graph file where there is one, else as a stream of git. */
import { statSync } from 'node:fs';
import type { GitResult } from '../../probe/code/git.ts';
import { openCommitGraph } from './commit-graph-file.ts';
import type { CommitSource } from './commit-source.ts';
import { type CommitTable, createCommitTable } from './commit-table.ts';
import { createCommitReader } from './read-commits.ts';
import { resolveCommits } from './resolve-commits.ts';
import type { StreamGit } from './stream-git.ts';

export interface History {
  readonly commits: CommitSource;
  /** full ids of what was asked for, as far as the repository has it */
  readonly ids: ReadonlyMap<string, string>;
  readonly isFromGraph: boolean;
}

/** Everything that `heads` (ids or abbreviations) have in their history; what `earlier` have may be left out. */
export async function readHistory(
  git: StreamGit,
  heads: readonly string[],
  earlier: readonly string[],
  mayUseGraph = true,
): Promise<GitResult<History>> {
  const graph = mayUseGraph ? await findGraph(git) : undefined;
  const asked = [...new Set([...heads, ...earlier])];
  const inGraph = graph ? asked.filter((id) => graph.find(id) >= 0) : [];
  const known = new Set(inGraph);
  const resolved = await resolveCommits(
    git,
    asked.filter((each) => !known.has(each)),
  );
  if (!resolved.ok) return resolved;
  const ids = new Map([...inGraph.map((id) => [id, id] as const), ...resolved.value]);
  const fullIds = (names: readonly string[]): string[] => [...new Set(names.flatMap((name) => ids.get(name) ?? []))];
  if (!graph) {
    const read = await readCommits(git, fullIds(heads), fullIds(earlier));
    return read.ok ? { ok: true, value: { commits: read.value, ids, isFromGraph: false } } : read;
  }
  const isNew = (id: string): boolean => graph.find(id) < 0;
  const all = fullIds(asked);
  const added = await readCommits(
    git,
    all.filter(isNew),
    all.filter((id) => !isNew(id)),
  );
  return added.ok ? { ok: true, value: { commits: joined(graph, added.value), ids, isFromGraph: true } } : added;
}

async function readCommits(
  git: StreamGit,
  heads: readonly string[],
  without: readonly string[],
): Promise<GitResult<CommitTable>> {
  const reader = createCommitReader();
  if (heads.length > 0) {
    const stdin = [...heads, ...without.map((id) => `^${id}`)].map((line) => `${line}\n`).join('');
    const read = await git(['rev-list', '--parents', '--timestamp', '--stdin'], { stdin, onChunk: reader.feed });
    if (!read.ok) return read;
  }
  return { ok: true, value: reader.table() ?? createCommitTable(40) };
}

/** A shallow clone and grafts say of parents what the graph does not know; git leaves it aside then, and so do we. */
async function findGraph(git: StreamGit): Promise<CommitSource | undefined> {
  const chunks: Buffer[] = [];
  const paths = ['objects', 'shallow', 'info/grafts'].flatMap((name) => ['--git-path', name]);
  const asked = await git(['rev-parse', '--path-format=absolute', ...paths], {
    onChunk: (chunk) => chunks.push(chunk),
  });
  if (!asked.ok) return undefined;
  const [objects, ...exceptions] = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  if (objects === undefined || exceptions.some((file) => statSync(file, { throwIfNoEntry: false })?.isFile()))
    return undefined;
  return openCommitGraph(objects);
}

/** The commits of the graph, and after them those that it does not have yet. */
function joined(graph: CommitSource, added: CommitTable): CommitSource {
  if (added.size() === 0) return graph;
  const offset = graph.size();
  const numbers = Int32Array.from({ length: added.size() }, (_, commit) => {
    const known = graph.find(added.idOf(commit));
    return known < 0 ? offset + commit : known;
  });
  return {
    size: () => offset + added.size(),
    find: (id) => {
      const known = graph.find(id);
      if (known >= 0) return known;
      const fresh = added.find(id);
      return fresh < 0 ? -1 : offset + fresh;
    },
    timeOf: (commit) => (commit < offset ? graph.timeOf(commit) : added.timeOf(commit - offset)),
    parentCount: (commit) => (commit < offset ? graph.parentCount(commit) : added.parentCount(commit - offset)),
    parentOf: (commit, index) =>
      commit < offset ? graph.parentOf(commit, index) : (numbers[added.parentOf(commit - offset, index)] ?? -1),
  };
}
