/** What V8 compiled of a build is kept for the next start, and taken only where it is whole and of this very source. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const LOADER = path.resolve(import.meta.dirname, '../../../bin/load-built.js');
let dir: string;
let keptFile: string;

interface Started {
  readonly status: number | null;
  readonly said: string;
}

function writeProgram(answer: string): void {
  const lines = ['const { twice } = require("./part.js");', `exports.answer = () => twice(${answer});`];
  writeFileSync(path.join(dir, 'main.js'), `${lines.join('\n')}\n`);
  writeFileSync(path.join(dir, 'part.js'), 'exports.twice = (value) => 2 * value;\n');
}

function start({ exitCode = 0, flags = [] as readonly string[] } = {}): Started {
  const program = [
    `const { loadBuilt } = require(${JSON.stringify(LOADER)});`,
    `const { answer } = loadBuilt(${JSON.stringify(dir)}, 'main.js', ${JSON.stringify(path.join(dir, 'kept'))});`,
    `process.stdout.write(String(answer())); process.exitCode = ${exitCode};`,
  ].join('\n');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-load-'));
  keptFile = path.join(dir, 'kept/main.js.compiled');
  writeProgram('21');
});

afterEach(() => rmSync(dir, { recursive: true }));

test('the first start keeps what was compiled, and the second takes it', () => {
  expect(start()).toEqual({ status: 0, said: '42' });
  const { ino } = statSync(keptFile);
  expect(start()).toEqual({ status: 0, said: '42' });
  expect(statSync(keptFile).ino).toBe(ino);
});

test('what is kept is not taken for another source of the same length', () => {
  start();
  const kept = readFileSync(keptFile);
  writeProgram('34');
  expect(start()).toEqual({ status: 0, said: '68' });
  expect(readFileSync(keptFile).equals(kept)).toBe(false);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  [
    'has a changed byte',
    (bytes) => Buffer.from(bytes.map((byte, index) => (index === bytes.length - 9 ? byte ^ 1 : byte))),
  ],
  ['is cut off', (bytes) => bytes.subarray(0, bytes.length - 50)],
  ['is empty', () => Buffer.alloc(0)],
])('what is kept and %s is made anew', (_, harm) => {
  start();
  const kept = readFileSync(keptFile);
  writeFileSync(keptFile, harm(kept));
  expect(start()).toEqual({ status: 0, said: '42' });
  const { ino } = statSync(keptFile);
  start();
  expect(statSync(keptFile).ino).toBe(ino);
});

test('what was compiled under other flags of V8 is made anew', () => {
  start();
  const { ino } = statSync(keptFile);
  expect(start({ flags: ['--no-opt'] })).toEqual({ status: 0, said: '42' });
  expect(statSync(keptFile).ino).not.toBe(ino);
});

test.each([2, 70])('a start that ends with %i keeps nothing: it broke off early', (exitCode) => {
  expect(start({ exitCode }).status).toBe(exitCode);
  expect(existsSync(keptFile)).toBe(false);
});

test('where nothing can be kept, the program runs all the same', () => {
  writeFileSync(path.join(dir, 'kept'), 'a file where the folder would be');
  expect(start()).toEqual({ status: 0, said: '42' });
});

test('a file that is no part of the build is loaded by Node itself, and may import packages, without a warning', () => {
  writeFileSync(path.join(dir, 'import-package.cjs'), 'exports.importPackage = (id) => import(id);\n');
  const lines = [
    'const { importPackage } = require("./import-package.cjs");',
    'exports.answer = () => { importPackage("node:os").then(({ EOL }) => process.stdout.write(String(EOL.length))); return "imported "; };',
  ];
  writeFileSync(path.join(dir, 'main.js'), `${lines.join('\n')}\n`);
  expect(start().said).toMatch(/^imported [12]$/);
  expect(start().said).toMatch(/^imported [12]$/);
});

test('a part that is missing is an error that names it', () => {
  rmSync(path.join(dir, 'part.js'));
  mkdirSync(path.join(dir, 'kept'));
  const { status, said } = start();
  expect(status).not.toBe(0);
  expect(said).toContain('part.js');
});
