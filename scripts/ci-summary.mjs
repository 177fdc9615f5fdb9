/**
 * The last line of `.ci/run`: counts what the steps really wrote (Vitest's JSON, the step's exit codes) and fails when
 * anything failed, when a step left no result, or when a test step ran no test.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const out = process.argv[2] ?? '.gate10/ci';
const TEST_STEPS = ['test', 'integration-on-postgresql'];
const steps = readFileSync(path.join(out, 'steps.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
/** Files that failed without a test of theirs: they could not be loaded, or their set-up broke. */
function brokenFiles(report) {
  const failedTest = ({ assertionResults }) => assertionResults.some(({ status }) => status === 'failed');
  return (report?.testResults ?? []).filter((file) => file.status === 'failed' && !failedTest(file)).length;
}

let passed = 0;
let failed = 0;
for (const { step, exit, seconds } of steps) {
  const results = path.join(out, `${step}.json`);
  const report =
    TEST_STEPS.includes(step) && existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
  const tests = {
    passed: report?.numPassedTests ?? 0,
    failed: (report?.numFailedTests ?? 0) + brokenFiles(report),
  };
  const ranNothing = TEST_STEPS.includes(step) && tests.passed + tests.failed === 0;
  const stepFailed = exit !== 0 || ranNothing;
  passed += tests.passed + (stepFailed ? 0 : 1);
  failed += tests.failed + (stepFailed && tests.failed === 0 ? 1 : 0);
  console.log(
    `${stepFailed ? 'FAILED' : 'ok    '} ${step} (exit ${exit}, ${seconds} s${report ? `, ${tests.passed} tests passed, ${tests.failed} failed` : ''}${ranNothing ? ', no test ran' : ''})`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && steps.length > 0 ? 0 : 1;
