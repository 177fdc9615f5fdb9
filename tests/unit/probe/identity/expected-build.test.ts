import { expect, it } from 'vitest';
import type { Git } from '../../../../src/probe/code/git.ts';
import { findExpectedBuild } from '../../../../src/probe/identity/expected-build.ts';
import { smallSystem } from '../small-system.ts';

const COMMIT = '1'.repeat(40);
const OTHER = '2'.repeat(40);
const HEAD = '3'.repeat(40);
const git = { resolve: async () => ({ ok: true, value: HEAD }) } as unknown as Git;

it.each<[string, string | undefined, Record<string, unknown>, object]>([
  ['what it is told', OTHER, {}, { commit: OTHER }],
  ['what it is told, over the contract', OTHER, { commit: COMMIT }, { commit: OTHER }],
  ['what the contract has', '', { commit: COMMIT, version: '1.4.0' }, { commit: COMMIT, version: '1.4.0' }],
  [
    'the declared version with an abbreviation of the declared commit',
    COMMIT.slice(0, 9),
    { commit: COMMIT, version: '1.4.0' },
    { commit: COMMIT.slice(0, 9), version: '1.4.0' },
  ],
  ['no version that belongs to another commit', OTHER, { commit: COMMIT, version: '1.4.0' }, { commit: OTHER }],
  ['the declared version, where no commit is declared', OTHER, { version: '2.0' }, { commit: OTHER, version: '2.0' }],
  ['the declared stamp', undefined, { stamp: 'index-4f2a.js' }, { version: 'stamp index-4f2a.js' }],
  ['what is checked out', undefined, {}, { commit: HEAD }],
])('expects %s', async (_, told, declared, expected) => {
  expect(await findExpectedBuild(smallSystem({ expect: declared }), told, git)).toEqual(expected);
});

it.each(['main', '12345', `${COMMIT}g`])('refuses "%s" as a commit', async (told) => {
  await expect(findExpectedBuild(smallSystem(), told, git)).rejects.toThrow('GATE10_EXPECT_SHA is not a commit id');
});
