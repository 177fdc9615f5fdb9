/**
 * `defineGate10Config`: a Playwright configuration that runs the production suite, in three lines. Everything that would
 * let a run claim more than it did is refused here, with exit code 2: misspelt keys (Playwright ignores them),
 * `ignoreHTTPSErrors`, `forbidOnly: false`, unknown projects.
 */
import path from 'node:path';
import {
  defineConfig,
  type PlaywrightTestConfig,
  type PlaywrightTestProject,
  type ReporterDescription,
} from '@playwright/test';
import { formatProblem, InputError, type Problem } from '../src/errors.ts';
import { findProjects } from '../src/run/filters.ts';
import { findConfigProblems } from './config-problems.ts';
import { processState } from './process-state.ts';

const root = path.resolve(import.meta.dirname, '..');
const suite = path.join(root, 'tests/production');

export interface Gate10ConfigOptions {
  /** folder of ledger, runs and reports; `GATE10_STATE_DIR`; default `.gate10` beside the working folder */
  readonly stateDir?: string;
}

/** Playwright's own keys are merged over the suite's; `gate10` holds gate10's. Throws InputError. */
export function defineGate10Config(
  options: PlaywrightTestConfig & { readonly gate10?: Gate10ConfigOptions } = {},
): PlaywrightTestConfig {
  armGuard();
  const { gate10 = {}, projects = [], reporter, ...own } = options;
  const names = [...SUITE_PROJECTS.map(({ name }) => name ?? ''), ...projects.map(({ name }) => name ?? '')];
  refuse([
    ...findConfigProblems({ ...own, projects }, gate10, process.env),
    ...findUnknownProjects(findProjects(process.argv), names),
  ]);
  // set-up, workers and the engine find it there
  process.env['GATE10_STATE_DIR'] = stateDir(gate10);
  const before: ReporterDescription[] = typeof reporter === 'string' ? [[reporter]] : (reporter ?? []);
  return defineConfig({
    workers: 1,
    retries: 0,
    fullyParallel: false,
    failOnFlakyTests: true,
    outputDir: path.join(stateDir(gate10), 'test-results'),
    globalSetup: path.join(root, 'tests/support/global-setup.ts'),
    ...own,
    forbidOnly: true,
    use: { trace: 'off', video: 'off', screenshot: 'off', ...own.use },
    projects: [...SUITE_PROJECTS, ...projects],
    reporter: [...before, [path.join(root, 'reporters/playwright.ts'), { stateDir: stateDir(gate10) }]],
  });
}

/** settle first, then production, and confirm at the very end, in every shard. The specs set their own time limits. */
const SUITE_PROJECTS: PlaywrightTestProject[] = [
  { name: 'settle', testDir: suite, testMatch: 'settle.spec.ts', teardown: 'confirm', retries: 0 },
  {
    name: 'production',
    testDir: suite,
    testMatch: '*.spec.ts',
    testIgnore: ['settle.spec.ts', 'confirm.spec.ts'],
    dependencies: ['settle'],
  },
  { name: 'confirm', testDir: suite, testMatch: 'confirm.spec.ts', retries: 0 },
];

function stateDir({ stateDir: folder }: Gate10ConfigOptions): string {
  return path.resolve(process.env['GATE10_STATE_DIR'] || folder || '.gate10');
}

/** Workers load the configuration too; only the process that was asked for a run is guarded. */
export function armGuard(): void {
  const isRunner = process.env['TEST_WORKER_INDEX'] === undefined && process.argv.includes('test');
  if (isRunner && !process.argv.includes('--list') && !process.argv.includes('--ui')) processState().guard.armed = true;
}

function findUnknownProjects(asked: readonly string[], known: readonly string[]): Problem[] {
  return asked
    .filter((name) => !name.includes('*') && !known.some((one) => one.toLowerCase() === name.toLowerCase()))
    .map((name) => ({
      code: 'config-unknown-project',
      file: 'playwright.config.ts',
      what: `there is no project "${name}"`,
      expected: known.join(', '),
    }));
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const { guard } = processState();
  if (guard.armed) {
    guard.forced = 2;
    guard.why = `the configuration cannot be used\n${problems.map(formatProblem).join('\n')}`;
  }
  const error = new InputError(problems);
  // Playwright prints the stack of what a configuration throws; the problem is in the input, not in a line of ours.
  error.stack = error.message;
  throw error;
}
