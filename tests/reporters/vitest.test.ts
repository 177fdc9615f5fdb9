/** The Vitest reporter in a real run of Vitest: what it hands over, and that the exit code stays Vitest's. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type TestRun, testRunSchema } from '../../src/record/results/test-run-schema.ts';

const root = path.resolve(import.meta.dirname, '../..');

const SUITE = `import { beforeAll, describe, expect, test } from 'vitest';
describe('prices', () => {
  test('are summed up', () => expect(1 + 1).toBe(2));
  test.skip('are never negative', () => {});
  test.todo('are rounded');
  let tries = 0;
  test('arrive at last', { retry: 2 }, () => { tries += 1; expect(tries).toBe(2); });
});
`;
const BROKEN = `import { beforeAll, describe, expect, test } from 'vitest';
test('adds up', () => expect(1 + 1).toBe(3));
describe('a store', () => {
  beforeAll(() => { throw new Error('no database'); });
  test('is kept', () => {});
});
`;
const CONFIG = `export default { test: { name: 'unit', include: ['*.test.js'], reporters: ['dot', '${root}/reporters/vitest.ts'] } };\n`;

function runVitest(files: Readonly<Record<string, string>>, env: Record<string, string> = {}) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-vitest-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  symlinkSync(path.join(root, 'node_modules'), path.join(dir, 'node_modules'));
  for (const [name, text] of Object.entries({
    'vitest.config.js': CONFIG,
    'package.json': '{"type":"module"}',
    ...files,
  })) {
    writeFileSync(path.join(dir, name), text);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run'],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    },
  );
  const folder = path.join(dir, '.gate10/tests');
  const runs = existsSync(folder) ? readdirSync(folder).map((name) => readRun(path.join(folder, name))) : [];
  return { code: status, said: stdout + stderr, runs };
}

function readRun(file: string): TestRun {
  return testRunSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const outcomes = (run: TestRun | undefined): string[] =>
  (run?.tests ?? []).map(({ status, suite, name }) => `${status} ${suite ?? '-'} ${name}`).sort();

test('hands over every test with project, file, retries; and the run by its name', () => {
  const { code, said, runs } = runVitest({ 'price.test.js': SUITE }, { GATE10_RUN_ID: 'r1', GITHUB_SHA: 'c0ffee1' });
  expect(code, said).toBe(0);
  expect(runs).toMatchObject([{ run: 'r1', commit: 'c0ffee1', doubts: [] }]);
  expect(outcomes(runs[0])).toEqual([
    'flaky prices arrive at last',
    'passed prices are summed up',
    'pending prices are rounded',
    'skipped prices are never negative',
  ]);
  expect(runs[0]?.tests.find(({ status }) => status === 'flaky')).toMatchObject({
    retries: 1,
    file: 'price.test.js',
    project: 'unit',
  });
});

test('hands over what failed outside of a test: a file that cannot be loaded, a set-up', () => {
  const { code, said, runs } = runVitest({ 'broken.test.js': BROKEN, 'gone.test.js': "import './gone.js';\n" });
  expect(code, said).toBe(1);
  expect(outcomes(runs[0])).toEqual(
    expect.arrayContaining(['error - (the file itself)', 'error a store (the suite itself)', 'failed - adds up']),
  );
  expect(runs[0]?.commit).toBeNull();
});

test('is no reason to fail where it cannot write, but says so', () => {
  const state = mkdtempSync(path.join(os.tmpdir(), 'gate10-vitest-state-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  writeFileSync(path.join(state, 'tests'), 'a file where a folder should be');
  const { code, said } = runVitest({ 'price.test.js': SUITE }, { GATE10_STATE_DIR: state });
  expect({ code, told: said.includes('gate10: the results of this run are not recorded') }, said).toEqual({
    code: 0,
    told: true,
  });
});
