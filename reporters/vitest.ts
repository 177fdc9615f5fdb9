/**
 * A Vitest reporter that hands the results of a run to gate10: `reporters: ['default', 'gate10/reporters/vitest.ts']`.
 * They become a file in `tests/` of the state folder, which `gate10 pyramid` and `gate10 flake` read; retries included, which
 * Vitest's own JSON and JUnit do not tell. It never changes Vitest's exit code.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Reporter, TestCase, TestModule, TestRunEndReason, Vitest } from 'vitest/node';
import { stateDir } from '../src/cli/context.ts';
import { runOf, runOfCi } from '../src/cli/test-run-identity.ts';
import { canonicalJson, sha256Hex } from '../src/contract/canonical.ts';
import { recordRun } from '../src/record/flake/record-run.ts';
import type { Doubt, ResultStatus, TestResult } from '../src/record/results/model.ts';

interface VitestReporterOptions {
  /** default: GATE10_STATE_DIR, else .gate10 */
  readonly stateDir?: string;
  /** default: GATE10_RUN_ID, else what CI calls it, else the time */
  readonly run?: string;
}

/** Vitest wants a class. */
export default class Gate10VitestReporter implements Reporter {
  private readonly options: VitestReporterOptions;
  private vitest: Vitest | undefined;

  constructor(options: VitestReporterOptions = {}) {
    this.options = options;
  }

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly unknown[],
    reason: TestRunEndReason,
  ): Promise<void> {
    // What is run again while somebody types is no run.
    if (this.vitest === undefined || this.vitest.config.watch) return;
    const { root } = this.vitest.config;
    const tests = modules.flatMap((module) => [...testsOf(module, root)]);
    try {
      if (tests.length > 0) await this.record(tests, toDoubts(errors.length, reason), root);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`gate10: the results of this run are not recorded: ${why}\n`);
    }
  }

  private async record(tests: readonly TestResult[], doubts: readonly Doubt[], cwd: string): Promise<void> {
    const context = { cwd, env: process.env };
    const recordedAt = new Date().toISOString();
    const sha256 = sha256Hex(canonicalJson({ tests, doubts, recordedAt }));
    const results = { format: 'test-run' as const, sha256, tests, doubts };
    const run = this.options.run ?? runOfCi(process.env) ?? timeId(recordedAt);
    const facts = { ...(await runOf(results, { run }, context)), recordedAt, name: 'vitest' };
    const folder = this.options.stateDir === undefined ? stateDir(context) : path.resolve(cwd, this.options.stateDir);
    recordRun(folder, results, facts);
  }
}

function timeId(at: string): string {
  return `${at.replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
}

function toDoubts(errors: number, reason: TestRunEndReason): Doubt[] {
  return [
    ...(errors > 0 ? [{ message: `the run had ${errors} errors outside of any test`, hides: true }] : []),
    ...(reason === 'interrupted' ? [{ message: 'the run was interrupted', hides: true }] : []),
  ];
}

function* testsOf(module: TestModule, root: string): Generator<TestResult> {
  const file = path.relative(root, module.moduleId).replaceAll('\\', '/');
  const where = { file, project: module.project.name || undefined };
  const whole = (name: string, suite?: string): TestResult => ({
    ...where,
    name,
    suite,
    status: 'error',
    retries: 0,
    tags: [],
  });
  if (module.errors().length > 0) yield whole('(the file itself)');
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) yield whole('(the suite itself)', suite.fullName.replaceAll(' > ', ' › '));
  }
  for (const test of module.children.allTests()) {
    const { duration = 0, retryCount = 0 } = test.diagnostic() ?? {};
    const [suite, status] = [suiteOf(test), statusOf(test)];
    yield {
      ...where,
      name: test.name,
      suite,
      status,
      durationMs: Math.max(0, duration),
      retries: retryCount,
      tags: [...test.tags],
    };
  }
}

function suiteOf(test: TestCase): string | undefined {
  const names: string[] = [];
  for (let at = test.parent; at.type === 'suite'; at = at.parent) names.unshift(at.name);
  return names.join(' › ') || undefined;
}

function statusOf(test: TestCase): ResultStatus {
  const { state } = test.result();
  switch (state) {
    case 'passed':
      return (test.diagnostic()?.retryCount ?? 0) > 0 ? 'flaky' : 'passed';
    case 'failed':
      return 'failed';
    case 'skipped':
      return test.options.mode === 'todo' ? 'pending' : 'skipped';
    case 'pending':
      return 'pending';
  }
}
