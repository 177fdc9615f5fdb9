/**
 * What people write where a program expects a name: commands, paths, cursors, Markdown and CI commands in commit messages,
 * authors, branches, endpoints and incidents. Nothing of it runs, moves a cursor, becomes a link, or leads out of the state folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ReleaseStand, releaseStand } from './release-stand.ts';

const WICKED =
  '$(touch ran) `touch ran`; touch ran # ../../ran [a](javascript:x) <img src=x onerror=y> \u001b[2J\u202e';
const LINE = '::error::taken over';

/** Of all files that are not git's: paths, and the texts of the state folder. */
function filesOf({ folder }: ReleaseStand): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => !/^\.git(?:\/|$)/.test(file)).sort();
}

function expectNothingRan(stand: ReleaseStand): void {
  for (const at of [stand.folder, path.dirname(stand.folder), tmpdir(), '/tmp'])
    expect(existsSync(path.join(at, 'ran'))).toBe(false);
}

function expectPlain(text: string): void {
  expect(text).not.toMatch(/[\u0000-\u0008\u001b\u202e]|^::error/m);
}

test('a commit whose message, author and branch are commands is a commit like any other', async () => {
  const stand = await releaseStand();
  stand.git('checkout', '--quiet', '-b', 'a;touch|ran;`touch|ran`');
  stand.write('package.json', '{"version":"1.5.0"}\n');
  stand.git('add', '.');
  const message = `feat: ${WICKED}\n\n${LINE}\nEndpoints: GET /$(touch ran)/../../ran\nCo-authored-by: ${WICKED} <x@example.com>`;
  stand.git('-c', `user.name=${WICKED.replaceAll(/[<>]/g, '')}`, 'commit', '--quiet', '-m', message);
  await stand.seal(stand.git('rev-parse', 'HEAD'), true);
  const before = filesOf(stand).filter((file) => !file.startsWith('.gate10'));
  const lines = [
    ['scorecard'],
    ['manifest', '--release', 'v1.5.0'],
    ['gate'],
    ['complete'],
    ['handoff'],
    ['dora'],
    ['verify'],
  ];
  for (const args of lines) {
    const { code, stdout, stderr } = await stand.gate10(...args);
    expect([0, 1, 3], `${args.join(' ')}: ${stderr}`).toContain(code);
    expectPlain(stdout + stderr);
    if (args[0] === 'handoff') expect(stdout).not.toMatch(/\]\(javascript:|<img/);
  }
  expectNothingRan(stand);
  const after = filesOf(stand).filter((file) => !file.startsWith('.gate10'));
  expect(after.filter((file) => !before.includes(file))).toEqual(['release-manifest.json']);
});

test('an incident whose name is a path or a command has an id of letters, and a document in its folder without links and commands', async () => {
  const stand = await releaseStand();
  await stand.seal(stand.commit, false);
  const before = filesOf(stand).filter((file) => !file.startsWith('.gate10'));
  const scope = ['--system', 'mosaic', '--environment', 'embedded'];
  const tell = (id: string, title: string) =>
    stand.gate10('record', 'incident', ...scope, '--id', id, '--title', title, '--at', '2026-01-05T10:00:00Z');
  for (const [id, title] of [
    ['../../../ran', WICKED],
    [`${WICKED}\n${LINE}`, `x\n${LINE}`],
    ['x'.repeat(200), 'x'.repeat(1000)],
  ] as const) {
    const told = await tell(id, title);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expectPlain(told.stdout);
  }
  const listed = await stand.gate10('incident', 'list', '--all', '--json');
  const ids: string[] = JSON.parse(listed.stdout).incidents.map(
    (each: { incident: { id: string } }) => each.incident.id,
  );
  expect(ids).toHaveLength(4);
  expect(ids.filter((id) => !/^[A-Za-z0-9_-]{1,150}$/.test(id))).toEqual([]);
  for (const id of ids) {
    const shown = await stand.gate10('incident', 'show', id);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expectPlain(shown.stdout);
    const wicked = ['--title', WICKED, '--owner', `${WICKED}\n${LINE}`, '--due', '2999-01-01', '--by', WICKED];
    const added = await stand.gate10('incident', 'actions', 'add', id, ...wicked);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expectPlain(added.stdout);
  }
  const after = filesOf(stand);
  expect(after.filter((file) => !file.startsWith('.gate10') && !before.includes(file))).toEqual([]);
  const documents = after.filter((file) => /^\.gate10\/incidents\/[A-Za-z0-9._-]+\.md$/.test(file));
  // those that were only told have theirs where they were told
  expect(documents).toHaveLength(1);
  for (const file of documents) {
    const text = readFileSync(path.join(stand.folder, file), 'utf8');
    expectPlain(text);
    expect(text).not.toMatch(/(?<!\\)\[a\]\(javascript:|(?<!\\)<img/);
  }
  expectNothingRan(stand);
});

test.each([
  ['a severity that there is not', ['--severity', 'P9'], /--severity: "P9" is not known/],
  ['an end before its beginning', ['--resolved-at', '2026-01-04T10:00:00Z'], /before it opened/],
  ['a name of 300 characters', ['--id', 'x'.repeat(300)], /--id: it is too long/],
  ['a day that there is not', ['--at', '2026-02-30T10:00:00Z'], /--at: .*calendar/],
  ['an environment that is a path', ['--environment', '../../x'], /--environment: .*no name/],
])('an incident with %s is refused, and nothing is recorded', async (_, args, said) => {
  const stand = await releaseStand();
  const right = {
    '--id': 'i',
    '--title': 't',
    '--system': 'mosaic',
    '--environment': 'embedded',
    '--at': '2026-01-05T10:00:00Z',
  };
  const given = Object.entries({ ...right, ...Object.fromEntries([args as [string, string]]) }).flat();
  const { code, stderr } = await stand.gate10('record', 'incident', ...given);
  expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  expect((await stand.gate10('incident', 'list', '--all')).stdout).toBe('None.\n');
});

test('a manifest that is wrong is named with its line by every command that reads it, and nothing is signed or decided', async () => {
  const stand = await releaseStand();
  await stand.gate10('scorecard');
  expect(await stand.gate10('manifest', '--release', 'v1')).toMatchObject({ code: 0 });
  const right = readFileSync(path.join(stand.folder, 'release-manifest.json'), 'utf8');
  const changed = (change: object): string => JSON.stringify({ ...JSON.parse(right), ...change }, null, 2);
  const artifact = { sha256: '0'.repeat(64), bytes: 1 };
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /release-manifest\.json/],
    [right.slice(0, 300), /release-manifest\.json:\d+/],
    ['[]', /release-manifest\.json:1/],
    [right.replace('{', '{ "release": "v0",'), /release-manifest\.json:\d+:\d+.*release/],
    [
      changed({ artifacts: [{ path: '/etc/passwd', ...artifact }] }),
      /release-manifest\.json:\d+:\d+: artifacts\.0\.path/,
    ],
    [
      changed({ artifacts: [{ path: 'a/../../x', ...artifact }] }),
      /release-manifest\.json:\d+:\d+: artifacts\.0\.path/,
    ],
    [changed({ artifacts: [{ path: 'a', ...artifact, bytes: -1 }] }), /artifacts\.0\.bytes/],
    [changed({ release: WICKED }), /release-manifest\.json:\d+:\d+: release/],
    [changed({ commit: '1e57' }), /release-manifest\.json:\d+:\d+: commit/],
    [changed({ rollback: { target: stand.commit, automatic: true } }), /rollback\.target/],
    [changed({ rollback: null }), /release-manifest\.json:\d+:\d+: rollback/],
    [
      changed({ rollout: { notBefore: '2026-11-22T12:00:00.000Z', notAfter: '2026-11-22T08:00:00.000Z' } }),
      /rollout\.notAfter/,
    ],
    [right.replace(/"bytes": \d+/, '"bytes": 1e999'), /release-manifest\.json:\d+/],
  ];
  for (const [text, place] of cases) {
    stand.write('release-manifest.json', text);
    const before = filesOf(stand).filter((file) => !file.startsWith('.gate10'));
    for (const args of [['gate'], ['sign-off'], ['approve', '--role', 'engineering', '--key', 'keys/bob.pem']]) {
      const { code, stdout, stderr } = await stand.gate10(...args);
      expect([args[0], code, stdout, stderr]).toEqual([args[0], 2, '', expect.stringMatching(place)]);
      expectPlain(stderr);
    }
    expect(filesOf(stand).filter((file) => !file.startsWith('.gate10'))).toEqual(before);
  }
  expect((await stand.gate10('gate', 'list', '--json')).stdout).not.toContain('gate-2');
});
