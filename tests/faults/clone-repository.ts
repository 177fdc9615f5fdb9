/** A clone of the deployed code as it may lie about where the gate runs: the rig's own is never changed. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * `dirty`, `staged` = a tracked file was changed and not committed · `ahead` = the deployed commit was never pushed ·
 * `detached` = the same, and it is on no branch here either · `shallow` = the newest commit alone, which is not the deployed
 * one · `detached-pushed`, `untracked` = odd, and nothing is wrong.
 */
export type RepositoryState = 'dirty' | 'staged' | 'ahead' | 'detached' | 'shallow' | 'detached-pushed' | 'untracked';

export interface Deployed {
  /** The clone of the rig. */
  readonly repository: string;
  readonly commit: string;
}

/** Makes `dir` with the clone and its remote in it; returns the clone's folder. Throws what git says. */
export function cloneRepository(dir: string, state: RepositoryState, { repository, commit }: Deployed): string {
  const [remote, clone] = [path.join(dir, 'remote.git'), path.join(dir, 'clone')];
  mkdirSync(dir, { recursive: true });
  git(repository, 'clone', '--quiet', '--bare', git(repository, 'remote', 'get-url', 'origin'), remote);
  if (state === 'shallow') {
    const next = git(remote, 'commit-tree', `${commit}^{tree}`, '-p', commit, '-m', 'docs: what came next');
    git(remote, 'update-ref', 'refs/heads/main', next);
    git(dir, 'clone', '--quiet', '--depth', '1', `file://${remote}`, clone);
    return clone;
  }
  git(dir, 'clone', '--quiet', remote, clone);
  git(clone, 'checkout', '--quiet', '-B', 'main', commit);
  change(state, { clone, remote, commit });
  return clone;
}

type Changed = { readonly clone: string; readonly remote: string; readonly commit: string };

function change(state: Exclude<RepositoryState, 'shallow'>, { clone, remote, commit }: Changed): void {
  const isUnpushed = state === 'ahead' || state === 'detached';
  if (isUnpushed) {
    git(remote, 'update-ref', 'refs/heads/main', `${commit}^`);
    git(clone, 'fetch', '--quiet', '--force', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  }
  if (state === 'detached' || state === 'detached-pushed') git(clone, 'checkout', '--quiet', '--detach', commit);
  if (state === 'detached') git(clone, 'branch', '--quiet', '--force', 'main', `${commit}^`);
  if (state === 'untracked') writeFileSync(path.join(clone, 'notes.txt'), 'of nobody\n');
  if (state !== 'dirty' && state !== 'staged') return;
  const [file = ''] = git(clone, 'ls-files').split('\n');
  appendFileSync(path.join(clone, file), '\n');
  if (state === 'staged') git(clone, 'add', file);
}

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ada Lindqvist', '-c', 'user.email=ada.lindqvist@mosaic.test'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
