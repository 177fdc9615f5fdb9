/** Each program of a build is listed with whatever it can load, so that what it is made of cannot change unseen. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { OutputChunk } from 'rolldown';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeStamps, writeStamps } from '../../../scripts/build-stamps.ts';

const { findBuild, stampDir } = createRequire(import.meta.url)(
  '../../../bin/built.js',
) as typeof import('../../../bin/built.js');

const FILES = ['main', 'check', 'verify', 'core', 'late', 'engine', 'run-limited', 'contract-worker'];
let root: string;

function chunk(
  name: string,
  { imports = [], late = [] }: { imports?: readonly string[]; late?: readonly string[] } = {},
): OutputChunk {
  return {
    type: 'chunk',
    fileName: `${name}.js`,
    moduleIds: [path.join(root, `src/cli/${name}.ts`), path.join(root, 'node_modules/zod/index.js')],
    imports: imports.map((other) => `${other}.js`),
    dynamicImports: late.map((other) => `${other}.js`),
  } as unknown as OutputChunk;
}

function listed(program: string): readonly string[] {
  const lines = readFileSync(path.join(stampDir(root), `${program}.txt`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => path.basename(line.slice(line.lastIndexOf(' ') + 1), '.ts')).sort();
}

function write(stamps = takeStamps(root)): void {
  writeStamps({
    root,
    stamps,
    programs: ['engine', 'contract-worker'],
    commands: [path.join(root, 'src/cli/check.ts'), path.join(root, 'src/cli/verify.ts')],
    chunks: [
      chunk('main', { imports: ['core'], late: ['check', 'verify'] }),
      chunk('check', { imports: ['core'], late: ['late'] }),
      chunk('verify', { late: ['run-limited'] }),
      chunk('core'),
      chunk('late', { imports: ['core'] }),
      chunk('engine', { late: ['late'] }),
      chunk('run-limited'),
      chunk('contract-worker'),
    ],
  });
}

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gate10-stamps-'));
  for (const folder of ['src/cli', 'dist', 'node_modules']) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{}\n');
  for (const name of FILES) writeFileSync(path.join(root, `src/cli/${name}.ts`), 'export {};\n');
});

afterEach(() => rmSync(root, { recursive: true }));

test('a command is made of what it imports, early and late, and not of other commands', () => {
  write();
  expect(listed('gate10-check')).toEqual(['.package-lock.json', 'check', 'core', 'late', 'main']);
});

test('a program that is a process of its own is made of its own files, and everything of all', () => {
  write();
  expect(listed('contract-worker')).toEqual(['.package-lock.json', 'contract-worker']);
  expect(listed('engine')).toEqual(['.package-lock.json', 'core', 'engine', 'late']);
  expect(listed('all')).toEqual(['.package-lock.json', ...FILES].sort());
});

test('the lists are there all at once, and nothing else is left', () => {
  write();
  expect(readdirSync(path.join(root, 'dist'))).toEqual(['stamps']);
});

test('what changes while the build runs makes it stale', () => {
  const before = takeStamps(root);
  appendFileSync(path.join(root, 'src/cli/late.ts'), '// more\n');
  write(before);
  expect(findBuild(root, 'gate10-check')).toBeUndefined();
  expect(findBuild(root, 'gate10-verify')).toBe(path.join(root, 'dist/cli'));
});

test('a file that was not there when the build began makes it stale', () => {
  const before = takeStamps(root);
  before.delete('src/cli/late.ts');
  write(before);
  expect(findBuild(root, 'gate10-check')).toBeUndefined();
});
