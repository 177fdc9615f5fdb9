/** A git repository of a test's own, with an origin beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGit, type Git } from '../../../src/probe/code/git.ts';
import { runProcess } from '../../../src/probe/run-process.ts';

export interface TestRepository {
  readonly root: string;
  readonly folder: string;
  readonly git: Git;
  run(...args: string[]): string;
  write(file: string, content: string): void;
  /** Commits everything; returns the commit. */
  commit(message: string, files?: Readonly<Record<string, string>>): string;
  push(): void;
  remove(): void;
}

const ENV = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@shop.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@shop.test',
};

export function gitIn(folder: string, searchPath: string | undefined = process.env['PATH']): Git {
  return createGit(folder, runProcess, { path: searchPath });
}

export function createRepository(): TestRepository {
  const root = mkdtempSync(path.join(tmpdir(), 'gate10-git-'));
  const folder = path.join(root, 'shop');
  const git = (cwd: string, args: string[]): string =>
    execFileSync('git', args, { cwd, env: ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  git(root, ['init', '--quiet', '--bare', '--initial-branch=main', 'origin.git']);
  git(root, ['init', '--quiet', '--initial-branch=main', 'shop']);
  git(folder, ['remote', 'add', 'origin', '../origin.git']);
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  return {
    root,
    folder,
    git: gitIn(folder),
    run: (...args) => git(folder, args),
    write,
    commit: (message, files = {}) => {
      for (const [file, content] of Object.entries(files)) write(file, content);
      git(folder, ['add', '--all']);
      git(folder, ['commit', '--quiet', '--allow-empty', '-m', message]);
      return git(folder, ['rev-parse', 'HEAD']);
    },
    push: () => {
      git(folder, ['push', '--quiet', 'origin', 'main']);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
