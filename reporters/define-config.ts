/**
 * `defineGate10Config`: a Playwright configuration that runs the production suite, in three lines. Everything that would
 * let a run claim more than it did is refused here, with exit code 2: misspelt keys (Playwright ignores them),
 * `ignoreHTTPSErrors`, `forbidOnly: false`, unknown projects.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  defineConfig,
  devices,
  firefox,
  type PlaywrightTestConfig,
  type PlaywrightTestProject,
  type ReporterDescription,
  webkit,
} from '@playwright/test';
import { contractsDir } from '../src/cli/context.ts';
import { journeysFolder } from '../src/cli/journeys-folder.ts';
import { requireEnvironment } from '../src/contract/read-contract.ts';
import { EXIT, formatProblem, InputError, type Problem } from '../src/errors.ts';
import { findParts, findProjects } from '../src/run/filters.ts';
import { findConfigProblems } from './config-problems.ts';
import { noteRefused } from './note-refused.ts';
import { processState } from './process-state.ts';
import { resolvePublicNames } from './public-names.ts';

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
  resolvePublicNames(root);
  const { gate10 = {}, projects = [], reporter, ...own } = options;
  const all = [...SUITE_PROJECTS, ...journeyProjects(process.env), ...projects];
  const names = all.map(({ name }) => name ?? '');
  const folder = stateDir(gate10);
  const told = [
    ...findConfigProblems({ ...own, projects }, gate10, process.env, guardedArgs()),
    ...findUnknownProjects(findProjects(process.argv), names),
  ];
  refuse(told, folder);
  // set-up, workers and the engine find it there
  process.env['GATE10_STATE_DIR'] = folder;
  tellWhetherSmokeIsDue(names);
  refuseFile(folder);
  if (own.webServer !== undefined) refuse(findMissingEnvironment(process.env), folder);
  const before: ReporterDescription[] = typeof reporter === 'string' ? [[reporter]] : (reporter ?? []);
  return defineConfig({
    workers: 1,
    retries: 0,
    fullyParallel: false,
    failOnFlakyTests: true,
    outputDir: path.join(folder, 'test-results'),
    globalSetup: path.join(root, 'tests/support/global-setup.ts'),
    ...own,
    build: { ...own.build, external: [...(own.build?.external ?? []), ...OWN_CODE] },
    forbidOnly: true,
    use: { trace: 'off', video: 'off', screenshot: 'off', ...own.use },
    projects: all,
    reporter: [...before, [path.join(root, 'reporters/playwright.ts'), { stateDir: folder }]],
  });
}

/**
 * Left to Node, which strips types itself: Playwright would translate it with Babel, and its workers, which load most of it
 * late, keep nothing of that.
 */
const OWN_CODE = ['src', 'reporters', 'tests/support'].map((folder) => path.join(root, folder, '**'));

/** settle first, then production, and confirm at the very end, in every shard. The specs set their own time limits. */
const SUITE_PROJECTS: PlaywrightTestProject[] = [
  { name: 'settle', testDir: suite, testMatch: 'settle.spec.ts', teardown: 'confirm', retries: 0 },
  {
    name: 'production',
    testDir: suite,
    testMatch: '*.spec.ts',
    testIgnore: ['settle.spec.ts', 'confirm.spec.ts'],
    // of the journeys those that are part of every production run
    grepInvert: /as-a-person-does\.spec\.ts(?!.*@smoke)/,
    dependencies: ['settle'],
  },
  { name: 'confirm', testDir: suite, testMatch: 'confirm.spec.ts', retries: 0 },
];

/** All journeys of the adopter, as usual and on a telephone; in other browsers where they are installed. */
function journeyProjects(env: Readonly<Record<string, string | undefined>>): PlaywrightTestProject[] {
  const testDir = journeysFolder(contractsDir({ cwd: process.cwd(), env }));
  const base = { testDir, testMatch: '*.spec.ts', dependencies: ['settle'], retries: 0 };
  const { defaultBrowserType: _, ...telephone } = devices['Pixel 7'] ?? {};
  const others = ([firefox, webkit] as const).filter((type) => existsSync(type.executablePath()));
  return [
    { ...base, name: 'journeys' },
    { ...base, name: 'journeys-mobile', use: telephone },
    ...others.map((type) => ({
      ...base,
      name: `journeys-${type.name()}`,
      use: { browserName: type.name() as 'firefox' | 'webkit' },
    })),
  ];
}

/** A file is loaded once: where the journeys are a project of this run, "production" leaves its share to that. */
function tellWhetherSmokeIsDue(names: readonly string[]): void {
  if (process.env['TEST_WORKER_INDEX'] !== undefined) return;
  process.env['GATE10_SMOKE'] = findParts(process.argv, names).ways.length > 0 ? 'elsewhere' : 'here';
}

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

/** Before a web server is started for nothing: the environment that is asked for has to be in the contract. */
function findMissingEnvironment(env: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  if (!processState().guard.armed) return [];
  const folder = contractsDir({ cwd: process.cwd(), env });
  try {
    requireEnvironment(folder, env['GATE10_TARGET'] || 'embedded', env);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

/** Playwright's own folder lies in the state folder: what it says about a file there helps nobody. */
function refuseFile(folder: string): void {
  const { guard } = processState();
  if (!guard.armed || !statSync(folder, { throwIfNoEntry: false })?.isFile()) return;
  guard.forced = EXIT.ownFault;
  guard.why = `Failed to use ${folder} as the state folder: it is not a folder. Point GATE10_STATE_DIR at one.`;
  process.exit(EXIT.ownFault);
}

/** The command line of the guarded run; empty where the configuration is only read (workers, --list). */
function guardedArgs(): readonly string[] {
  return processState().guard.armed ? process.argv : [];
}

function refuse(found: readonly Problem[], folder: string): void {
  if (found.length === 0) return;
  const { guard } = processState();
  const problems = guard.armed ? [...found, ...noteRefused(found, folder, process.env)] : found;
  if (guard.armed) {
    guard.forced = EXIT.wrongInput;
    guard.why = `the configuration cannot be used\n${problems.map(formatProblem).join('\n')}`;
  }
  // Playwright would print the error as an object first; the exit guard says it in one message.
  if (guard.armed) process.exit(EXIT.wrongInput);
  const error = new InputError(problems);
  // Playwright prints the stack of what a configuration throws; the problem is in the input, not in a line of ours.
  error.stack = error.message;
  throw error;
}
