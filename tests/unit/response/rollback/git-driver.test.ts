/** Against real repositories: a bare one as the remote, and whoever pushes to it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Driver } from '../../../../src/response/rollback/driver.ts';
import { createGitDriver } from '../../../../src/response/rollback/drivers/git.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { toolsFor } from './platform.ts';

const AUTHOR = { name: 'gate10', email: 'gate10@example.invalid' };

function git(cwd: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid'];
  return execFileSync('git', [...who, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

interface Stand {
  readonly remote: string;
  readonly clone: string;
  readonly target: string;
  readonly failed: string;
  readonly driver: Driver;
  commit(text: string): string;
}

/** A remote and a clone with three commits on main, made once. */
const made = mkdtempSync(path.join(tmpdir(), 'gate10-git-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
git(made, 'init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
git(made, 'clone', '--quiet', 'remote.git', 'clone');
const CLONE = path.join(made, 'clone');
git(CLONE, 'remote', 'set-url', 'origin', '../remote.git');
git(CLONE, 'checkout', '--quiet', '-B', 'main');
const [TARGET, , FAILED] = ['good', 'half', 'broken'].map((text) => commitIn(CLONE, text)) as [string, string, string];

function commitIn(clone: string, text: string): string {
  writeFileSync(path.join(clone, 'file.txt'), text);
  git(clone, 'add', '.');
  git(clone, 'commit', '--quiet', '-m', text);
  git(clone, 'push', '--quiet', 'origin', 'main');
  return git(clone, 'rev-parse', 'HEAD');
}

/** A copy of them. The first commit is the target, the last is broken. */
function open(): Stand {
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  const [remote, clone] = [path.join(folder, 'remote.git'), path.join(folder, 'clone')];
  const rules = { kind: 'git', remote, branch: 'main', author: AUTHOR, timeout: 20_000 } as const;
  const driver = createGitDriver({ ...rules, credentials: [] }, toolsFor(folder, { temporaryFolder }));
  return { remote, clone, target: TARGET, failed: FAILED, driver, commit: (text) => commitIn(clone, text) };
}

describe('git', () => {
  it('pushes one commit with the content of the target, which says what it takes back', async () => {
    const { remote, target, failed, driver } = open();
    const driven = await driver.drive({ rollbackId: 'rb-1', failed, target });
    expect(driven).toMatchObject({ outcome: 'accepted', serves: git(remote, 'rev-parse', 'main') });
    expect(git(remote, 'rev-parse', 'main^')).toBe(failed);
    expect(git(remote, 'rev-parse', 'main^{tree}')).toBe(git(remote, 'rev-parse', `${target}^{tree}`));
    const message = git(remote, 'log', '-1', '--format=%an %B', 'main');
    expect(message).toContain(`This reverts commit ${failed}.`);
    expect(message).toContain(`This reverts commit ${git(remote, 'rev-parse', `${failed}^`)}.`);
    expect(message).toMatch(/^gate10 revert: go back to [0-9a-f]{12}\n[\s\S]*\nGate10-Rollback: rb-1$/);
  });

  it('driven twice for one rollback pushes once', async () => {
    const { remote, target, failed, driver } = open();
    const order = { rollbackId: 'rb-1', failed, target };
    expect(await driver.findDone?.(order)).toBeUndefined();
    const first = await driver.drive(order);
    const second = await driver.drive(order);
    expect(second).toMatchObject({ outcome: 'accepted', serves: first.serves });
    expect(await driver.findDone?.(order)).toBe(first.serves);
    expect(git(remote, 'rev-list', '--count', 'main')).toBe('4');
  });

  it('in a dry run pushes nothing', async () => {
    const { remote, target, failed, driver } = open();
    expect(await driver.dryRun({ rollbackId: 'rb-1', failed, target })).toMatchObject({ outcome: 'accepted' });
    expect(git(remote, 'rev-parse', 'main')).toBe(failed);
  });

  it.each<[string, (stand: Stand) => { target?: string; failed?: string }, string]>([
    [
      'somebody pushed meanwhile',
      ({ commit }) => {
        commit('newer');
        return {};
      },
      'somebody pushed meanwhile',
    ],
    ['the target is not known', () => ({ target: 'f'.repeat(40) }), 'git rev-parse'],
    [
      'the target lies on another line',
      ({ clone, remote }) => {
        const tree = git(clone, 'rev-parse', 'HEAD^{tree}');
        const other = git(clone, 'commit-tree', tree, '-m', 'another line');
        git(clone, 'push', '--quiet', remote, `${other}:refs/heads/other`);
        return { target: other };
      },
      'is not among what main was made of',
    ],
    ['what failed is not what is on the branch', ({ target }) => ({ failed: target }), 'somebody pushed meanwhile'],
  ])('pushes nothing where %s', async (_, change, said) => {
    const stand = open();
    const changed = change(stand);
    const before = git(stand.remote, 'rev-parse', 'main');
    const order = { rollbackId: 'rb-1', failed: stand.failed, target: stand.target, ...changed };
    const driven = await stand.driver.drive(order);
    expect(driven).toMatchObject({ outcome: 'failed', said: expect.stringContaining(said) });
    expect(git(stand.remote, 'rev-parse', 'main')).toBe(before);
  });

  it('says what git says where there is no such repository', async () => {
    const folder = temporaryFolder();
    const rules = {
      kind: 'git',
      remote: path.join(folder, 'none.git'),
      branch: 'main',
      author: AUTHOR,
      timeout: 5000,
    } as const;
    const driver = createGitDriver({ ...rules, credentials: [] }, toolsFor(folder, { temporaryFolder }));
    const order = { rollbackId: 'rb-1', failed: 'b'.repeat(40), target: 'a'.repeat(40) };
    expect(await driver.drive(order)).toMatchObject({ outcome: 'failed', said: expect.stringContaining('git clone') });
    expect(await driver.findDone?.(order)).toBeUndefined();
  });
});
