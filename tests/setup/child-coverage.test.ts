/** `npm run coverage` counts what the processes of the tests have run, and nothing that it cannot tell for sure. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addHits, childHits, type Hits, withoutDebts } from '../../scripts/child-coverage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const errors = path.join(root, 'src/errors.ts');

function temporaryFolder(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-followed-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A process that throws an error of ours `times` times. */
function followed(dir: string, times: number): void {
  const program = `const { InputError } = await import(${JSON.stringify(errors)});
for (let i = 0; i < ${times}; i++) new InputError([]);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NODE_V8_COVERAGE: dir },
  });
  expect(status, stderr).toBe(0);
}

const most = (hits: Hits | undefined): number => Math.max(...Object.values(hits?.f ?? {}), 0);

test('what two processes ran is added up', async () => {
  const dir = temporaryFolder();
  followed(dir, 3);
  followed(dir, 4);
  const hits = await childHits(dir, root);
  expect([...hits.keys()]).toEqual([errors]);
  expect(most(hits.get(errors))).toBe(7);
  expect(Object.values(hits.get(errors)?.f ?? {})).toContain(0);
});

test('another text under the name of a file is not counted', async () => {
  const dir = temporaryFolder();
  followed(dir, 3);
  const [name = ''] = readdirSync(dir);
  const told = readFileSync(path.join(dir, name), 'utf8').replaceAll(
    /"startOffset":0,"endOffset":(\d+)/g,
    (_, end: string) => `"startOffset":0,"endOffset":${Number(end) + 1}`,
  );
  writeFileSync(path.join(dir, name), told);
  expect((await childHits(dir, root)).size).toBe(0);
});

test('hits are added statement by statement, and refused where the statements are others', () => {
  const known: Hits = { s: { 0: 1, 1: 0 }, f: { 0: 1 }, b: { 0: [0, 2] } };
  expect(addHits(known, { s: { 1: 5, 2: 6 }, f: { 1: 0 }, b: { 1: [3, 0] } })).toBe(true);
  expect(known).toEqual({ s: { 0: 6, 1: 6 }, f: { 0: 1 }, b: { 0: [3, 2] } });
  expect(addHits(known, { s: { 0: 1 }, f: { 0: 1 }, b: { 0: [0, 0] } })).toBe(false);
  expect(addHits(known, { s: { 0: 1, 1: 1 }, f: { 0: 1 }, b: { 0: [0, 0, 0] } })).toBe(false);
  expect(known).toEqual({ s: { 0: 6, 1: 6 }, f: { 0: 1 }, b: { 0: [3, 2] } });
});

test('what was cut off is left out', async () => {
  const dir = temporaryFolder();
  followed(dir, 3);
  const [name = ''] = readdirSync(dir);
  const told = readFileSync(path.join(dir, name), 'utf8');
  followed(dir, 4);
  writeFileSync(path.join(dir, name), told.slice(0, 512));
  expect(most((await childHits(dir, root)).get(errors))).toBe(4);
});

test('an arm never ran less than not at all', () => {
  const hits: Hits = { s: {}, f: {}, b: { 0: [4, -2], 1: [0] } };
  withoutDebts(hits);
  expect(hits.b).toEqual({ 0: [4, 0], 1: [0] });
});
