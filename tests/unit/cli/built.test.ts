/** A build is used only while it is of exactly the source beside it. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBuild, sourceStamp, stampFile } from '../../../bin/built.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gate10-built-'));
  for (const folder of ['src/cli', 'dist/cli', 'node_modules']) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'src/cli/main.ts'), 'export const answer = 42;\n');
  writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{}\n');
  writeFileSync(stampFile(root), sourceStamp(root));
});

afterEach(() => rmSync(root, { recursive: true }));

describe('a build', () => {
  test('is used while the source is what it was made of', () => {
    expect(findBuild(root)).toBe(path.join(root, 'dist/cli'));
  });

  test('is used where there is no source, as in a published package', () => {
    rmSync(path.join(root, 'src'), { recursive: true });
    rmSync(stampFile(root));
    expect(findBuild(root)).toBe(path.join(root, 'dist/cli'));
  });

  test.each<[string, () => void]>([
    ['a file was edited', () => appendFileSync(path.join(root, 'src/cli/main.ts'), '// more\n')],
    [
      'a file was edited to the same length, and its time set back',
      () => {
        const file = path.join(root, 'src/cli/main.ts');
        const before = new Date('2026-01-01');
        utimesSync(file, before, before);
        writeFileSync(stampFile(root), sourceStamp(root));
        writeFileSync(file, 'export const answer = 43;\n');
        utimesSync(file, before, before);
      },
    ],
    ['a file was added', () => writeFileSync(path.join(root, 'src/cli/new.ts'), '')],
    ['a file was removed', () => rmSync(path.join(root, 'src/cli/main.ts'))],
    ['a file was renamed', () => renameSync(path.join(root, 'src/cli/main.ts'), path.join(root, 'src/cli/other.ts'))],
    ['other packages were installed', () => writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{ }\n')],
    ['it was never finished', () => rmSync(stampFile(root))],
  ])('is not used where %s', (_, change) => {
    change();
    expect(findBuild(root)).toBeUndefined();
  });
});
