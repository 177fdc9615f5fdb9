/** Tags of a real repository as deployments. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { runProcess } from '../../../../src/probe/run-process.ts';
import { gitTags, readGitTags } from '../../../../src/record/import/git-tags.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { importItems } from './import-sample.ts';

function repository() {
  const folder = temporaryFolder();
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (date: string, ...args: string[]) => {
    const who = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@x',
      GIT_COMMITTER_NAME: 'Mira',
      GIT_COMMITTER_EMAIL: 'm@x',
    };
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', args, { cwd: folder, env: { ...env, ...who, ...dates }, encoding: 'utf8' }).trim();
  };
  git('2026-01-01T00:00:00Z', 'init', '-q');
  return { folder, git };
}

async function read(folder: string, pattern: string, lightweight = false) {
  const tags = await readGitTags({ folder, pattern, path: process.env['PATH'] }, runProcess);
  if (!tags.ok) throw new Error(tags.what);
  return importItems(tags.value, gitTags(lightweight));
}

it('an annotated tag is deployed when it was made, one without a date of its own is left out', async () => {
  const { folder, git } = repository();
  git('2026-01-05T08:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'one');
  const commit = git('2026-01-05T08:00:00Z', 'rev-parse', 'HEAD');
  git('2026-01-05T12:00:00+02:00', 'tag', '-a', '-m', 'first', 'v1.0.0');
  git('2026-01-05T12:00:00Z', 'tag', 'v1.0.1');
  git('2026-01-05T12:00:00Z', 'tag', '-a', '-m', 'x', 'other');
  const { events, leftOut, problems } = await read(folder, 'v*');
  expect(problems).toEqual([]);
  expect(events).toEqual([
    {
      type: 'deployment.recorded',
      id: `tag:v1.0.0@${commit}`,
      system: 'shop',
      environment: 'production',
      commit,
      commitTime: '2026-01-05T08:00:00.000Z',
      deployedAt: '2026-01-05T10:00:00.000Z',
      outcome: 'unjudged',
      claimed: 'tag v1.0.0',
      told: { source: 'git', by: 'Mira' },
    },
  ]);
  expect([...leftOut.values()]).toEqual([1]);
  const { events: both } = await read(folder, 'v*', true);
  expect(both.map((event) => 'deployedAt' in event && event.deployedAt)).toEqual([
    '2026-01-05T08:00:00.000Z',
    '2026-01-05T10:00:00.000Z',
  ]);
});

it('a tag of the future is refused, a tag of a file is left out, and no tag at all is no record', async () => {
  const { folder, git } = repository();
  git('2026-01-05T08:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'one');
  git('2099-01-05T08:00:00Z', 'tag', '-a', '-m', 'x', 'v9');
  writeFileSync(path.join(folder, 'file'), 'x');
  const blob = git('2026-01-05T08:00:00Z', 'hash-object', '-w', 'file');
  git('2026-01-05T08:00:00Z', 'tag', 'v-file', blob);
  const { events, problems, leftOut } = await read(folder, 'v*');
  expect(events).toEqual([]);
  expect(problems.map(({ what }) => what)).toEqual(['the tag "v9" is of 2099-01-05T08:00:00.000Z, in the future']);
  expect(leftOut.get('a tag of something else than a commit')).toBe(1);
  expect(await read(folder, 'nothing*')).toMatchObject({ records: 0 });
});

it('names of tags are text and nothing more', async () => {
  const { folder, git } = repository();
  const marker = path.join(folder, 'ran');
  git('2026-01-05T08:00:00Z', 'commit', '-q', '--allow-empty', '-m', 'one');
  const name = `v$(touch$IFS-ran);\`touch-ran\`|&<b>`;
  git('2026-01-05T09:00:00Z', 'tag', '-a', '-m', '$(touch ran)', name);
  const { events } = await read(folder, 'v*');
  expect(events).toMatchObject([{ claimed: `tag ${name}` }]);
  expect(() => execFileSync('ls', [marker], { stdio: 'pipe' })).toThrow();
});

it.each(['--exec=touch ran', '-v', 'v*;id', '../heads/*', '$(id)', '', 'a b', 'v\n*'])(
  'the pattern %j is refused before git sees it',
  async (pattern) => {
    const tags = await readGitTags({ folder: temporaryFolder(), pattern, path: '' }, async () => {
      throw new Error('git was started');
    });
    expect(tags).toMatchObject({ ok: false, what: '--tags is no pattern for names of tags' });
  },
);

it('a folder that is no repository is said to be none', async () => {
  const query = { folder: temporaryFolder(), pattern: 'v*', path: process.env['PATH'] };
  const tags = await readGitTags(query, runProcess);
  expect(tags).toMatchObject({ ok: false, what: expect.stringContaining('not a git repository') });
});
