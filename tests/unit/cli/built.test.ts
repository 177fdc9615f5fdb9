/** A build is used only while it is of exactly the source beside it. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const load = createRequire(import.meta.url);
const { findBuild, programOf, sourceStamp, stampDir } = load(
  '../../../bin/built.js',
) as typeof import('../../../bin/built.js');

const PACKAGES = 'node_modules/.package-lock.json';
let root: string;

function writeStamp(program: string, names: readonly string[]): void {
  writeFileSync(
    path.join(stampDir(root), `${program}.txt`),
    names.map((name) => `${sourceStamp(root, name)}\n`).join(''),
  );
}

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gate10-built-'));
  for (const folder of ['src/cli', 'dist/cli', 'dist/stamps', 'node_modules'])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'src/cli/main.ts'), 'export const answer = 42;\n');
  writeFileSync(path.join(root, 'src/cli/verify.ts'), 'export const other = 1;\n');
  writeFileSync(path.join(root, PACKAGES), '{}\n');
  writeStamp('gate10-check', [PACKAGES, 'src/cli/main.ts']);
  writeStamp('all', [PACKAGES, 'src/cli/main.ts', 'src/cli/verify.ts']);
});

afterEach(() => rmSync(root, { recursive: true }));

describe('a build', () => {
  test('is used while the source is what it was made of', () => {
    expect(findBuild(root, 'gate10-check')).toBe(path.join(root, 'dist/cli'));
    expect(findBuild(root, 'all')).toBe(path.join(root, 'dist/cli'));
  });

  test('is used where there is no source, as in a published package', () => {
    rmSync(path.join(root, 'src'), { recursive: true });
    rmSync(stampDir(root), { recursive: true });
    expect(findBuild(root, 'gate10-check')).toBe(path.join(root, 'dist/cli'));
  });

  test('is stale only for the programs that are made of what was changed', () => {
    appendFileSync(path.join(root, 'src/cli/verify.ts'), '// more\n');
    expect(findBuild(root, 'gate10-check')).toBe(path.join(root, 'dist/cli'));
    expect(findBuild(root, 'all')).toBeUndefined();
  });

  test('is asked as a whole for a program that has no list of its own', () => {
    expect(findBuild(root, 'gate10-nothing')).toBe(path.join(root, 'dist/cli'));
    appendFileSync(path.join(root, 'src/cli/verify.ts'), '// more\n');
    expect(findBuild(root, 'gate10-nothing')).toBeUndefined();
  });

  test.each<[string, () => void]>([
    ['a file was edited', () => appendFileSync(path.join(root, 'src/cli/main.ts'), '// more\n')],
    [
      'a file was edited to the same length, and its time set back',
      () => {
        const file = path.join(root, 'src/cli/main.ts');
        const before = new Date('2026-01-01');
        utimesSync(file, before, before);
        writeStamp('gate10-check', [PACKAGES, 'src/cli/main.ts']);
        writeFileSync(file, 'export const answer = 43;\n');
        utimesSync(file, before, before);
      },
    ],
    ['a file was removed', () => rmSync(path.join(root, 'src/cli/main.ts'))],
    ['a file was renamed', () => renameSync(path.join(root, 'src/cli/main.ts'), path.join(root, 'src/cli/other.ts'))],
    ['other packages were installed', () => writeFileSync(path.join(root, PACKAGES), '{ }\n')],
    ['it was never finished', () => rmSync(stampDir(root), { recursive: true })],
  ])('is not used where %s', (_, change) => {
    change();
    expect(findBuild(root, 'gate10-check')).toBeUndefined();
  });
});

test.each<[string | undefined, string]>([
  ['check', 'gate10-check'],
  ['sign-off', 'gate10-sign-off'],
  [undefined, 'all'],
  ['--version', 'all'],
  ['../check', 'all'],
  ['Check', 'all'],
])('the program of "gate10 %s" is %s', (command, program) => {
  expect(programOf(command)).toBe(program);
});
