/** In which ways a run is less than it claims: every row of the truth table that a reporter can see. */
import type { Plan } from '../probe/schema.ts';
import { type CollectedResult, type CollectedRun, type CollectedTest, countedEvidence } from './collected.ts';
import { plainLine } from './plain-text.ts';
import { findRowProblems } from './row-integrity.ts';
import type { IntegrityFinding } from './schema.ts';
import { findShardProblems } from './shard-integrity.ts';
import { didNotSettle, findUnrun, isLeftUnsettled } from './unrun-integrity.ts';

/** Findings in the order runner, tests, shards, rows. */
export function findIntegrity(run: CollectedRun, plan: Plan, blobConfigured: boolean): IntegrityFinding[] {
  const filters = run.mode === 'test' ? run.filters : shardFilters(run);
  return [
    ...findRunProblems(run, filters),
    ...findUnrun(run, plan),
    ...run.tests.filter((test) => !isLeftUnsettled(run, test)).flatMap((test) => findTestProblems(test)),
    ...findShardProblems(run, blobConfigured),
    ...findRowProblems(run, plan).filter(({ code }) => code !== 'missing-row' || !didNotSettle(run)),
  ];
}

function shardFilters(run: CollectedRun): string[] {
  return [...new Set(countedEvidence(run).flatMap(({ evidence }) => evidence.context?.filters ?? []))];
}

function findRunProblems(run: CollectedRun, filters: readonly string[]): IntegrityFinding[] {
  const findings: IntegrityFinding[] = [];
  if (run.tests.length === 0 && !run.shard)
    findings.push({
      code: 'no-tests',
      verdict: 'wrong-input',
      message: `no test was selected${filters.length > 0 ? ` by ${filters.join(' ')}` : ''}; select tests that exist`,
    });
  if (filters.length > 0 && leavesOnlySkipped(run.tests))
    findings.push({
      code: 'no-tests',
      verdict: 'wrong-input',
      message: `only skipped tests are left by ${plainLine(filters.join(' '))}; select tests that run`,
    });
  if (filters.length > 0)
    findings.push({
      code: 'filtered',
      verdict: 'inconclusive',
      message: `only a part was asked for (${plainLine(filters.join(' '))}); a part proves no deployment`,
    });
  if (!run.forbidOnly && run.mode === 'test')
    findings.push({
      code: 'config',
      verdict: 'wrong-input',
      message: 'forbidOnly is off, so that test.only could hide tests; set forbidOnly: true (defineGate10Config does)',
    });
  for (const { origin, message } of run.errors) findings.push(toErrorFinding(origin, message, run));
  if (run.status === 'interrupted' || run.status === 'timedout')
    findings.push({
      code: 'interrupted',
      verdict: 'inconclusive',
      message: run.status === 'interrupted' ? 'the run was interrupted' : 'the run reached its global time limit',
    });
  return [...findings, ...findOverrule(run, findings)];
}

/** settle and confirm come along as dependencies, whatever is asked for. */
function leavesOnlySkipped(tests: readonly CollectedTest[]): boolean {
  const asked = tests.filter(({ project }) => project !== 'settle' && project !== 'confirm');
  return asked.length > 0 && asked.every(({ expectedStatus }) => expectedStatus === 'skipped');
}

function toErrorFinding(
  origin: CollectedRun['errors'][number]['origin'],
  text: string,
  run: CollectedRun,
): IntegrityFinding {
  const message = plainLine(text);
  if (/\.only['"`]? is not allowed/.test(text)) return { code: 'only', verdict: 'wrong-input', message };
  if (/No tests found/.test(text)) return { code: 'no-tests', verdict: 'wrong-input', message };
  if (/Timed out waiting .* for the .* to run/.test(text))
    return { code: 'interrupted', verdict: 'inconclusive', message };
  switch (origin) {
    case 'worker':
      return { code: 'global-error', verdict: 'inconclusive', message: `outside of every test: ${message}` };
    case 'reporter':
      return { code: 'global-error', verdict: 'own-fault', message: `a reporter failed: ${message}` };
    case 'loading':
      return { code: 'config', verdict: 'wrong-input', message: `the tests could not be loaded: ${message}` };
    case 'runner':
      return {
        code: 'global-error',
        verdict: run.mode === 'merge' ? 'inconclusive' : 'own-fault',
        message: `the runner or a reporter failed: ${message}`,
      };
  }
}

/** The runner's own status is evidence only; where it contradicts the tests, somebody overruled somebody. */
function findOverrule(run: CollectedRun, known: readonly IntegrityFinding[]): IntegrityFinding[] {
  const unexpected = run.tests.some((test) => test.outcome === 'unexpected');
  if (run.status === 'passed' && unexpected)
    return [
      {
        code: 'overruled',
        verdict: 'warned',
        message: 'another reporter turned the failed run into "passed"; ignored',
      },
    ];
  const explained = unexpected || known.length > 0 || run.tests.some(({ outcome }) => outcome === 'flaky');
  if (run.status === 'failed' && !explained)
    return [
      {
        code: 'overruled',
        verdict: 'inconclusive',
        message: 'the runner says "failed", though no test did; another reporter or a limit (maxFailures) did it',
      },
    ];
  return [];
}

function findTestProblems(test: CollectedTest): IntegrityFinding[] {
  const last = test.results.at(-1);
  const finding = (
    code: IntegrityFinding['code'],
    verdict: IntegrityFinding['verdict'],
    message: string,
  ): IntegrityFinding => ({ code, verdict, message: plainLine(message), test: test.name });
  if (last === undefined) return [];
  if (last.status === 'skipped')
    return [finding('skipped', 'inconclusive', `"${test.name}" was skipped; what it proves is not proven`)];
  const findings: IntegrityFinding[] = [];
  if (test.expectedStatus === 'failed')
    findings.push(
      finding('expected-to-fail', 'inconclusive', `"${test.name}" is marked test.fail: its failure counts as success`),
    );
  if (test.outcome === 'flaky')
    findings.push(finding('flaky', 'warned', `"${test.name}" passed only on attempt ${last.retry + 1}`));
  if (test.outcome === 'unexpected') findings.push(...findBreakage(test, last, finding));
  if (last.status === 'passed') findings.push(...findEmptiness(last, test, finding));
  for (const problem of last.unreadable)
    findings.push(finding('no-evidence', 'inconclusive', `unreadable evidence: ${problem}`));
  return findings;
}

type Finder = (
  code: IntegrityFinding['code'],
  verdict: IntegrityFinding['verdict'],
  message: string,
) => IntegrityFinding;

/** A failed test whose rows explain it needs no finding of its own. */
function findBreakage(test: CollectedTest, last: CollectedResult, finding: Finder): IntegrityFinding[] {
  const error = last.errors[0] ?? 'no error was reported';
  if (/worker process exited unexpectedly/.test(error))
    return [finding('worker-crash', 'inconclusive', `the worker died in "${test.name}": ${error}`)];
  if (last.status === 'timedOut')
    return [finding('runner-failure', 'inconclusive', `"${test.name}" reached its time limit: ${error}`)];
  if (last.status === 'interrupted') return [finding('interrupted', 'inconclusive', `"${test.name}" was interrupted`)];
  if (last.status !== 'failed') return [];
  const explained = last.evidence.some(({ rows }) => rows.some(({ status }) => status !== 'passed'));
  if (explained && last.errors.length === 1 && last.breakage === 'assertion') return [];
  const verdict = last.breakage === 'other' ? 'inconclusive' : 'failed';
  return [finding('runner-failure', verdict, `"${test.name}" failed: ${error}`)];
}

function findEmptiness(last: CollectedResult, test: CollectedTest, finding: Finder): IntegrityFinding[] {
  const findings: IntegrityFinding[] = [];
  const observed = last.evidence.some(({ rows, plan }) => rows.length > 0 || plan !== undefined);
  if (last.assertions === 0 && !observed)
    findings.push(finding('no-evidence', 'inconclusive', `"${test.name}" asserts nothing and attaches no evidence`));
  for (const title of last.swallowed)
    findings.push(finding('no-evidence', 'inconclusive', `"${test.name}" goes on after a failed assertion: ${title}`));
  for (const title of last.unfinished)
    findings.push(
      finding('floating', 'inconclusive', `"${test.name}" ended before ${title} did: add the missing await`),
    );
  return findings;
}
