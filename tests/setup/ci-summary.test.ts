/** The last line of `.ci/run` counts what the steps wrote, and is red where anything failed or is missing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const script = path.resolve(import.meta.dirname, '../../scripts/ci-summary.mjs');
const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-ci-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const report = (...files: ReturnType<typeof file>[]) => {
  const count = (status: string): number =>
    files.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
  // a describe block of a failed test is a failed suite, too
  const numFailedTestSuites = files.filter(({ status }) => status === 'failed').length * 2;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numFailedTestSuites,
    testResults: files,
  };
};

describe('the summary of a CI run', () => {
  it.each([
    ['all passed', 0, report(file('passed', 'passed', 'passed')), '3 passed, 0 failed', 0],
    ['a test failed', 1, report(file('failed', 'passed', 'failed')), '1 passed, 1 failed', 1],
    ['a file could not be loaded', 1, report(file('failed'), file('passed', 'passed')), '1 passed, 1 failed', 1],
    ['no test ran', 0, report(), '0 passed, 1 failed', 1],
    ['there is no report', 0, undefined, '0 passed, 1 failed', 1],
    ['only the step failed', 1, report(file('passed', 'passed')), '1 passed, 1 failed', 1],
  ])('where %s', (_, exit, results, lastLine, exitCode) => {
    rmSync(path.join(dir, 'test.json'), { force: true });
    writeFileSync(path.join(dir, 'steps.jsonl'), `${JSON.stringify({ step: 'test', exit, seconds: 1 })}\n`);
    if (results !== undefined) writeFileSync(path.join(dir, 'test.json'), JSON.stringify(results));
    const { status, stdout } = spawnSync(process.execPath, [script, dir], { encoding: 'utf8' });
    expect({ status, lastLine: stdout.trim().split('\n').at(-1) }).toEqual({ status: exitCode, lastLine });
  });
});
