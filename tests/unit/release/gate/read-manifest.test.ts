/** The table "Release manifest" of what may be wrong with one: the file, the line, what was expected. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../src/contract/canonical.ts';
import { InputError, type Problem } from '../../../../src/errors.ts';
import { toManifestText } from '../../../../src/release/manifest/build-manifest.ts';
import { compareArtifacts } from '../../../../src/release/manifest/compare-artifacts.ts';
import { readManifest } from '../../../../src/release/manifest/read-manifest.ts';
import type { ReleaseManifest } from '../../../../src/release/manifest/schema.ts';
import { COMMIT, goodManifest } from './gate-stand.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate10-manifest-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const file = path.join(folder, 'release-manifest.json');
  writeFileSync(file, text);
  return file;
}

function problemsOf(text: string): readonly Problem[] {
  try {
    readManifest(write(text));
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

type Change = (manifest: Record<string, never> & ReleaseManifest) => unknown;
const WRONG: readonly (readonly [what: string, change: Change, at: string])[] = [
  [
    'an absolute path',
    (m) => (m.artifacts[0] = { path: '/etc/passwd', sha256: '1'.repeat(64), bytes: 1 }),
    'artifacts.0.path',
  ],
  [
    'a path that steps up',
    (m) => (m.artifacts[0] = { path: '../secret', sha256: '1'.repeat(64), bytes: 1 }),
    'artifacts.0.path',
  ],
  [
    'a path that steps up in the middle',
    (m) => (m.artifacts[0] = { path: 'a/../../b', sha256: '1'.repeat(64), bytes: 1 }),
    'artifacts.0.path',
  ],
  [
    'a path of Windows',
    (m) => (m.artifacts[0] = { path: 'C:\\a', sha256: '1'.repeat(64), bytes: 1 }),
    'artifacts.0.path',
  ],
  [
    'a path with a line feed',
    (m) => (m.artifacts[0] = { path: 'a\nb', sha256: '1'.repeat(64), bytes: 1 }),
    'artifacts.0.path',
  ],
  ['a short digest', (m) => (m.artifacts[0] = { path: 'a', sha256: '1'.repeat(63), bytes: 1 }), 'artifacts.0.sha256'],
  [
    'a digest in capitals',
    (m) => (m.artifacts[0] = { path: 'a', sha256: 'A'.repeat(64), bytes: 1 }),
    'artifacts.0.sha256',
  ],
  ['a negative size', (m) => (m.artifacts[0] = { path: 'a', sha256: '1'.repeat(64), bytes: -1 }), 'artifacts.0.bytes'],
  ['an unknown key', (m) => Object.assign(m, { approvd: [] }), 'approvd'],
  ['no commit', (m) => Object.assign(m, { commit: undefined }), 'commit'],
  ['a short commit', (m) => (m.commit = 'abc1234'), 'commit'],
  ['a release with a slash', (m) => (m.release = '../../x'), 'release'],
  ['a release of 300 characters', (m) => (m.release = 'x'.repeat(300)), 'release'],
  [
    'an inverted window',
    (m) => (m.rollout = { notBefore: '2026-11-22T12:00:00Z', notAfter: '2026-11-22T08:00:00Z' }),
    'rollout.notAfter',
  ],
  [
    'a window without its zone',
    (m) => (m.rollout = { notBefore: '2026-11-22T08:00:00', notAfter: '2026-11-22T12:00:00' }),
    'rollout.notBefore',
  ],
  ['a rollback to itself', (m) => (m.rollback = { target: COMMIT, automatic: false }), 'rollback.target'],
  [
    'an automatic rollback over a migration that cannot be taken back',
    (m) =>
      (m.migrations = [
        { path: 'db/5.sql', sha256: '1'.repeat(64), reversible: false, compatible: false, because: 'drops a column' },
      ]),
    'rollback.automatic',
  ],
  [
    'a delta that is none',
    (m) => (m.configuration.files = [{ path: 'a', before: null, after: null }]),
    'configuration.files.0',
  ],
  ['a dashboard that is code', (m) => (m.dashboards = ['javascript:alert(1)']), 'dashboards.0'],
  ['another schema', (m) => Object.assign(m, { schema: 'gate10/release-manifest/v9' }), 'schema'],
];

describe('a release manifest', () => {
  it.each(WRONG)('with %s is refused, with its place', (_, change, at) => {
    const manifest = goodManifest();
    change(manifest as never);
    const problems = problemsOf(toManifestText(manifest));
    expect(problems.map((problem) => problem.path)).toContain(at);
    expect(problems.every(({ file, line }) => file === 'release-manifest.json' && (line ?? 0) >= 1)).toBe(true);
  });

  it('that is not there names the command that makes it', () => {
    expect(() => readManifest(path.join(folder, 'none.json'))).toThrow(/gate10 manifest/);
  });

  it.each([
    ['empty', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['twice the same key', '{"schema":"a","schema":"b"}'],
  ])('that is %s is refused with a line', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ file }) => file === 'release-manifest.json')).toBe(true);
  });

  it('tells all that is wrong at once', () => {
    const manifest = { ...goodManifest(), commit: 'x', release: '/', dashboards: ['file:///etc/passwd'] };
    expect(problemsOf(toManifestText(manifest)).map((problem) => problem.path)).toEqual(
      expect.arrayContaining(['commit', 'release', 'dashboards.0']),
    );
  });

  it('is the same bytes, whatever the order of its keys', () => {
    const manifest = goodManifest();
    const turned = Object.fromEntries(Object.entries(manifest).toReversed()) as ReleaseManifest;
    expect(toManifestText(turned)).toBe(toManifestText(manifest));
    expect(readManifest(write(toManifestText(manifest)))).toMatchObject({
      manifest,
      sha256: sha256Hex(toManifestText(manifest)),
    });
  });
});

describe('the artifacts of a manifest', () => {
  it('are the same, changed, gone, a folder, or somewhere else', () => {
    mkdirSync(path.join(folder, 'dist/deep'), { recursive: true });
    writeFileSync(path.join(folder, 'dist/same.js'), 'same');
    writeFileSync(path.join(folder, 'dist/changed.js'), 'changed');
    symlinkSync('/etc/hostname', path.join(folder, 'dist/outside'));
    const artifacts = [
      'dist/same.js',
      'dist/changed.js',
      'dist/gone.js',
      'dist/deep',
      'dist/outside',
      'dist/same.js/below',
    ];
    const manifest = {
      ...goodManifest(),
      artifacts: artifacts.map((name) => ({ path: name, sha256: sha256Hex('same'), bytes: 4 })),
    };
    expect(compareArtifacts({ manifest, sha256: '', folder }).map(({ state }) => state)).toEqual([
      'same',
      'changed',
      'absent',
      'not-a-file',
      'outside',
      'absent',
    ]);
  });
});
