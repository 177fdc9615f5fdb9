import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGit } from '../../../../src/probe/code/git.ts';
import type { RunProcess } from '../../../../src/probe/run-process.ts';
import { createRepository, gitIn, type TestRepository } from '../repository.ts';

let repository: TestRepository;
let first = '';
let second = '';

beforeAll(() => {
  repository = createRepository();
  first = repository.commit('feat: shop', { 'migrations/0001_start.sql': 'one', 'package-lock.json': '{}' });
  repository.push();
  second = repository.commit('feat: cart\n\nWith a body.\n\nEndpoints: GET /cart, POST /cart\nRefs: 7', {
    'migrations/0002_cart.sql': 'two',
  });
});
afterAll(() => repository.remove());

describe('a repository', () => {
  it('resolves names and abbreviated ids to full ones', async () => {
    expect(await repository.git.resolve('main')).toEqual({ ok: true, value: second });
    expect(await repository.git.resolve(first.slice(0, 8))).toEqual({ ok: true, value: first });
  });

  it('gives the bytes of a file and the names in a folder at a commit', async () => {
    expect(await repository.git.show(first, 'migrations/0001_start.sql')).toEqual({
      ok: true,
      value: Buffer.from('one'),
    });
    expect(await repository.git.listFiles(first, 'migrations/')).toEqual({ ok: true, value: ['0001_start.sql'] });
    const names = await repository.git.listFiles(second, 'migrations');
    expect(names).toEqual({ ok: true, value: ['0001_start.sql', '0002_cart.sql'] });
  });

  it('describes a commit', async () => {
    const entry = await repository.git.describe(second);
    expect(entry).toMatchObject({ ok: true, value: { commit: second, subject: 'feat: cart' } });
    expect(entry.ok && entry.value.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('lists the commits of a range with their trailers', async () => {
    const entries = await repository.git.log(first, second, ['Endpoints']);
    expect(entries.ok && entries.value.map(({ commit, trailers }) => ({ commit, trailers }))).toEqual([
      { commit: second, trailers: { endpoints: ['GET /cart, POST /cart'] } },
    ]);
    expect(entries.ok && entries.value[0]?.message).toContain('With a body.');
  });

  it('knows which files changed, and who comes after whom', async () => {
    expect(await repository.git.changedFiles(first, second)).toEqual({ ok: true, value: ['migrations/0002_cart.sql'] });
    expect(await repository.git.isAncestor(first, second)).toEqual({ ok: true, value: true });
    expect(await repository.git.isAncestor(second, first)).toEqual({ ok: true, value: false });
    expect(await repository.git.isAncestor(second, 'origin/main')).toEqual({ ok: true, value: false });
  });

  it('knows its remotes and what is not committed', async () => {
    expect(await repository.git.hasRemote('origin')).toEqual({ ok: true, value: true });
    expect(await repository.git.hasRemote('upstream')).toEqual({ ok: true, value: false });
    expect(await repository.git.uncommitted()).toEqual({ ok: true, value: [] });
    repository.write('package-lock.json', '{"changed":true}');
    expect(await repository.git.uncommitted()).toEqual({ ok: true, value: ['package-lock.json'] });
    repository.run('checkout', '--', 'package-lock.json');
  });
});

describe('trouble is a typed result', () => {
  it.each([
    ['an unknown commit', () => repository.git.resolve('deadbeefdeadbeef')],
    ['an unknown file', () => repository.git.show(first, 'migrations/0002_cart.sql')],
    ['an unknown folder', () => repository.git.listFiles(first, 'schema')],
    ['an unknown ancestor', () => repository.git.isAncestor('deadbeefdeadbeef', second)],
    ['an option in place of a commit', () => repository.git.resolve('--upload-pack=evil')],
    ['a range in place of a commit', () => repository.git.log('a..b', second)],
  ])('%s is unknown', async (_, ask) => {
    expect(await ask()).toMatchObject({ ok: false, problem: { kind: 'unknown' } });
  });

  it('a missing git is said', async () => {
    expect(await gitIn(repository.folder, '/nonexistent').resolve('main')).toMatchObject({
      ok: false,
      problem: { kind: 'no-git' },
    });
  });

  it('a folder that is no repository, or is not there, is said', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gate10-foreign-'));
    try {
      expect(await gitIn(folder).resolve('main')).toMatchObject({ ok: false, problem: { kind: 'not-a-repository' } });
      const missing = gitIn(path.join(folder, 'missing'));
      expect(await missing.resolve('main')).toMatchObject({ ok: false, problem: { kind: 'not-a-repository' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a shallow clone is said where history is missing', async () => {
    const clone = path.join(repository.root, 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository.folder}`, clone], { stdio: 'ignore' });
    const git = gitIn(clone);
    expect(await git.resolve(second)).toEqual({ ok: true, value: second });
    expect(await git.resolve(first)).toMatchObject({ ok: false, problem: { kind: 'shallow' } });
    expect(await git.isAncestor(first, second)).toMatchObject({ ok: false, problem: { kind: 'shallow' } });
  });

  it('a time limit is said', async () => {
    const slow: RunProcess = (_file, _args, options) =>
      Promise.resolve({
        code: undefined,
        stdout: Buffer.alloc(0),
        stderr: '',
        error: options.timeoutMs === 5 ? 'timeout' : 'killed',
      });
    const git = createGit(repository.folder, slow, { path: undefined, timeoutMs: 5 });
    expect(await git.resolve('main')).toMatchObject({ ok: false, problem: { kind: 'timeout' } });
  });
});

it('hooks and aliases of a configuration have no say', async () => {
  repository.run('config', 'alias.rev-parse', '!echo hijacked');
  repository.run('config', 'core.fsmonitor', '/nonexistent/evil');
  expect(await repository.git.resolve('main')).toEqual({ ok: true, value: second });
  expect(await repository.git.uncommitted()).toMatchObject({ ok: true });
});
