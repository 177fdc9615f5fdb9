/** Which run and which commit a results file is of: asked for, said by the file, said by CI, else by content and by git. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOf } from '../../src/cli/test-run-identity.ts';
import type { ResultsFile } from '../../src/record/results/model.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-identity-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const FILE: ResultsFile = { format: 'junit', sha256: 'ab'.repeat(32), tests: [], doubts: [] };
const PATH = process.env['PATH'] ?? '';

interface Given {
  readonly asked?: { readonly run?: string; readonly commit?: string };
  readonly file?: Partial<ResultsFile>;
  readonly env?: Record<string, string>;
}

const identify = ({ asked = {}, file = {}, env = {} }: Given) =>
  runOf({ ...FILE, ...file }, asked, { cwd: dir, env: { PATH, GIT_CEILING_DIRECTORIES: os.tmpdir(), ...env } });

describe('the run', () => {
  it.each<[string, Given, string]>([
    ['is what was asked for', { asked: { run: 'mine' }, file: { run: 'file' }, env: { GATE10_RUN_ID: 'env' } }, 'mine'],
    ['else what the file says', { file: { run: 'file' }, env: { GATE10_RUN_ID: 'env' } }, 'file'],
    ['else GATE10_RUN_ID', { env: { GATE10_RUN_ID: 'env', GITHUB_RUN_ID: '1' } }, 'env'],
    ['else what GitHub calls it', { env: { GITHUB_RUN_ID: '17', CI_PIPELINE_ID: '2' } }, '17'],
    ['else what GitLab calls it', { env: { CI_PIPELINE_ID: '2', BUILD_TAG: 'b' } }, '2'],
    ['else what Jenkins calls it', { env: { BUILD_TAG: 'jenkins-shop-7' } }, 'jenkins-shop-7'],
    ['else its content: the same results are the same run', {}, 'ab'.repeat(8)],
  ])('%s', async (_, given, expected) => {
    expect((await identify(given)).run).toBe(expected);
  });

  it('is refused where it would be no name of a file', async () => {
    await expect(identify({ asked: { run: '../up' } })).rejects.toThrow(/no id of a run/);
  });
});

describe('the commit', () => {
  it.each<[string, Given, string | undefined]>([
    ['is what was asked for', { asked: { commit: 'aaaaaaa' }, file: { commit: 'bbbbbbb' } }, 'aaaaaaa'],
    ['else what the file says', { file: { commit: 'bbbbbbb' }, env: { GITHUB_SHA: 'ccccccc' } }, 'bbbbbbb'],
    ['else what was expected', { env: { GATE10_EXPECT_SHA: 'ddddddd', GITHUB_SHA: 'ccccccc' } }, 'ddddddd'],
    ['else what GitHub says', { env: { GITHUB_SHA: 'ccccccc' } }, 'ccccccc'],
    ['else what GitLab says', { env: { CI_COMMIT_SHA: 'eeeeeee' } }, 'eeeeeee'],
    ['else not known, outside of a repository', {}, undefined],
  ])('%s', async (_, given, expected) => {
    expect((await identify(given)).commit).toBe(expected);
  });

  it('is refused where it is none', async () => {
    await expect(identify({ asked: { commit: 'main' } })).rejects.toThrow(/no id of a commit/);
  });

  it('is HEAD where nothing is changed, and not known where something is', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: dir,
        encoding: 'utf8',
      }).trim();
    git('init', '-q');
    writeFileSync(path.join(dir, 'a'), 'a');
    git('add', 'a');
    git('commit', '-q', '-m', 'a');
    expect((await identify({})).commit).toBe(git('rev-parse', 'HEAD'));
    writeFileSync(path.join(dir, 'a'), 'b');
    expect((await identify({})).commit).toBeUndefined();
  });
});
