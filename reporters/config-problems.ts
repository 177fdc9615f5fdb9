/** What in a Playwright configuration would make a run prove less than it says. */
import type { PlaywrightTestConfig } from '@playwright/test';
import { nearest } from '../src/contract/nearest.ts';
import type { Problem } from '../src/errors.ts';

/** Keys of TestConfig and TestProject (Playwright 1.65, types/test.d.ts); others are ignored in silence by the runner. */
const CONFIG_KEYS =
  'projects reporter use webServer build captureGitInfo expect failOnFlakyTests forbidOnly fullyParallel globalSetup globalTeardown globalTimeout grep grepInvert ignoreSnapshots maxFailures metadata name outputDir preserveOutput quiet repeatEach reportSlowTests respectGitIgnore retries retryStrategy shard snapshotDir snapshotPathTemplate tag testDir testIgnore testMatch timeout tsconfig updateSnapshots updateSourceMethod workers'.split(
    ' ',
  );
const PROJECT_KEYS =
  'use default dependencies expect fullyParallel grep grepInvert ignoreSnapshots metadata name outputDir repeatEach respectGitIgnore retries snapshotDir snapshotPathTemplate teardown testDir testIgnore testMatch timeout workers'.split(
    ' ',
  );
const OWN_KEYS = ['stateDir'];

export function findConfigProblems(
  config: PlaywrightTestConfig,
  own: object,
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Problem[] {
  const projects = config.projects ?? [];
  return [
    ...unknownKeys(config, CONFIG_KEYS, ''),
    ...projects.flatMap((project, index) => unknownKeys(project, PROJECT_KEYS, `projects[${index}].`)),
    ...unknownKeys(own, OWN_KEYS, 'gate10.'),
    ...[config.use, ...projects.map(({ use }) => use)].flatMap((use) =>
      use?.ignoreHTTPSErrors ? [uncheckedTls()] : [],
    ),
    ...findRecordings(config.use ?? {}),
    ...findTraceFlag(argv),
    ...(config.forbidOnly === false ? [onlyAllowed()] : []),
    ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? [uncheckedEnv()] : []),
  ];
}

function unknownKeys(object: object, known: readonly string[], prefix: string): Problem[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const close = nearest(key, known);
      return {
        code: 'config-unknown-key',
        file: 'playwright.config.ts',
        path: `${prefix}${key}`,
        what: `there is no setting "${key}"`,
        fix: close === undefined ? 'Remove it.' : `Did you mean "${close}"?`,
      };
    });
}

function uncheckedTls(): Problem {
  return {
    code: 'config-tls-unchecked',
    file: 'playwright.config.ts',
    path: 'use.ignoreHTTPSErrors',
    what: 'certificate checks are switched off, so that nothing about TLS can be proven',
    fix: 'Remove it; name a private CA under "tls.ca" in contracts/system.yaml.',
  };
}

/** `use.trace` and the like reach the suite's own projects; a project of the adopter may record itself. */
function findRecordings(use: NonNullable<PlaywrightTestConfig['use']>): Problem[] {
  return (['trace', 'video', 'screenshot'] as const).flatMap((key) => {
    const setting = use[key];
    const mode = typeof setting === 'object' ? setting.mode : setting;
    if (mode === undefined || mode === 'off') return [];
    const fix = 'Remove it, or set it under "use" of a project of your own.';
    return [{ code: 'config-recording', file: 'playwright.config.ts', path: `use.${key}`, what: LEAKS, fix }];
  });
}

const LEAKS = 'traces hold what secrets look like on the wire and on the screen; nothing redacts them';

function findTraceFlag(argv: readonly string[]): Problem[] {
  const at = argv.findIndex((arg) => arg === '--trace' || arg.startsWith('--trace='));
  if (at === -1) return [];
  const mode = argv[at]?.split('=')[1] ?? argv[at + 1];
  if (mode === 'off') return [];
  return [{ code: 'config-recording', path: '--trace', what: LEAKS, fix: 'Run without --trace.' }];
}

function onlyAllowed(): Problem {
  return {
    code: 'config-only-allowed',
    file: 'playwright.config.ts',
    path: 'forbidOnly',
    what: 'test.only could hide every other test',
    fix: 'Remove it; forbidOnly is always on.',
  };
}

function uncheckedEnv(): Problem {
  return {
    code: 'tls-unchecked',
    what: 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off, so that nothing about TLS can be proven',
    fix: 'Unset it; name a private CA under "tls.ca" in contracts/system.yaml.',
  };
}
