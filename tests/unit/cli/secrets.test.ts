import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, runIn } from './run-command.ts';

/** Put together here, so that this file holds none. */
const token = `ghp_${'a1B2'.repeat(9)}`;
const other = `ghp_${'z9Y8'.repeat(9)}`;

function repositoryOf(
  files: Readonly<Record<string, string>>,
  untracked: Readonly<Record<string, string>> = {},
): string {
  const folder = folderOf({ ...files, ...untracked });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--quiet');
  git('add', '--', ...Object.keys(files));
  return folder;
}

async function fingerprintOf(): Promise<string> {
  const { stdout } = await runIn(repositoryOf({ a: token }), 'secrets', '--no-record');
  return /fingerprint ([0-9a-f]{12})/.exec(stdout)?.[1] ?? '';
}

const allowed = (entry: Readonly<Record<string, string>>): string => {
  const terms = { file: 'a', pattern: 'GitHub token', reason: 'Made up for a test.', granted: '2026-11-01', ...entry };
  const lines = Object.entries({ expires: '2027-10-01', ...terms }).map(([key, value]) => `      ${key}: ${value}\n`);
  return `schema: gate10/policy/v1\nsecrets:\n  allow:\n    -\n${lines.join('')}`;
};

describe('gate10 secrets', () => {
  test('names file, line and kind of what it finds, without its value', async () => {
    const { code, stdout, folder } = await runIn(
      repositoryOf({ 'src/a.ts': `\nconst key = '${token}';\n` }),
      'secrets',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED +src\/a\.ts:2: GitHub token, 40 characters, fingerprint [0-9a-f]{12}\. Revoke it/);
    const record = readFileSync(path.join(folder, '.gate10/suites/secrets.ctrf.json'), 'utf8');
    expect(JSON.parse(record).results.extra).toMatchObject({ suite: 'secrets', verdict: 'failed' });
    expect(stdout + record).not.toContain(token.slice(4, 16));
  });

  test('passes where the tracked files hold none', async () => {
    const { code, stdout } = await runIn(repositoryOf({ a: 'nothing' }, { '.env': token }), 'secrets');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^secrets: passed\n.* 1 tracked files were searched/)]);
  });

  test('searches a folder of the repository alone where one is named', async () => {
    const folder = repositoryOf({ 'one/a': token, 'two/a': 'nothing' });
    expect([(await runIn(folder, 'secrets', 'two')).code, (await runIn(folder, 'secrets', 'one')).code]).toEqual([
      0, 1,
    ]);
  });

  test.each<[string, Record<string, string>, number, RegExp]>([
    ['is allowed', {}, 0, /^secrets: warned\n +warned +a:1: .*allowed until 2027-10-01 \(Made up for a test\.\)/],
    ['was allowed until today', { expires: '2026-11-21' }, 1, /It was allowed until 2026-11-21/],
    ['will be allowed', { granted: '2026-11-22' }, 1, /It is allowed from 2026-11-22 only/],
    ['is allowed in another file', { file: 'b' }, 1, /FAILED/],
    ['is allowed as another kind', { pattern: 'npm token' }, 1, /FAILED/],
    ['is allowed for ever', { expires: '2999-01-01' }, 2, /secrets\.allow\.0\.expires: it lasts \d+ days, 366 is/],
    ['is allowed without a reason', { reason: 'ok' }, 2, /secrets\.allow\.0\.reason/],
  ])('a secret that %s', async (_, entry, code, said) => {
    const policy = allowed({ fingerprint: `"${await fingerprintOf()}"`, ...entry });
    const ran = await runIn(repositoryOf({ a: token }, { 'contracts/policy.yaml': policy }), 'secrets');
    expect(ran.stdout + ran.stderr).toMatch(said);
    expect(ran.code).toBe(code);
  });

  test('another one in an allowed file is found', async () => {
    const policy = allowed({ fingerprint: `"${await fingerprintOf()}"` });
    const ran = await runIn(repositoryOf({ a: `${token}\n${other}` }, { 'contracts/policy.yaml': policy }), 'secrets');
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/FAILED +a:2:/)]);
  });

  test.each<[string, () => string, string[], number, RegExp]>([
    [
      'a folder that is no repository',
      () => folderOf({}),
      [],
      2,
      /no usable git repository|not a usable git repository/,
    ],
    ['a folder that is not there', () => folderOf({}), ['gone'], 2, /there is no folder/],
    ['an empty file', () => repositoryOf({ a: '' }), ['--json'], 0, /"verdict":"passed"/],
  ])('%s', async (_, make, args, code, said) => {
    const ran = await runIn(make(), 'secrets', ...args);
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.stringMatching(said)]);
  });

  test('nothing searched is not nothing found', async () => {
    const folder = folderOf({});
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    const { code, stdout } = await runIn(folder, 'secrets');
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^secrets: INCONCLUSIVE \(not-run\)/)]);
  });

  test('finds none in this repository that the policy does not allow', async () => {
    const { code, stdout } = await runIn(path.resolve(import.meta.dirname, '../../..'), 'secrets', '--no-record');
    expect([stdout.match(/^ +FAILED.*/gm) ?? [], code]).toEqual([[], 0]);
  });
});
