/** The reporter's own options: checked strictly, each with an environment variable that stands before it. */
import path from 'node:path';
import { nearest } from '../src/contract/nearest.ts';
import { InputError, type Problem } from '../src/errors.ts';

export interface Gate10ReporterOptions {
  /** folder of ledger, runs and reports; `GATE10_STATE_DIR`; default `.gate10` */
  readonly stateDir?: string;
  /** `false` = no screen, only the records; `GATE10_SCREEN=off` */
  readonly screen?: boolean;
}

const KNOWN = ['stateDir', 'screen'] as const;
/** what Playwright adds to every reporter's options */
const FROM_RUNNER = ['configDir', '_mode', '_commandHash', '_send'];

/** Throws InputError for keys that do not exist: a misspelt option would be ignored in silence. */
export function readOptions(
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Required<Gate10ReporterOptions> {
  const problems: Problem[] = Object.keys(options)
    .filter((key) => !FROM_RUNNER.includes(key) && !KNOWN.some((known) => known === key))
    .map((key) => unknownKey(key));
  const { stateDir, screen } = options;
  if (stateDir !== undefined && typeof stateDir !== 'string') problems.push(wrongType('stateDir', 'a path'));
  if (screen !== undefined && typeof screen !== 'boolean') problems.push(wrongType('screen', 'true or false'));
  if (problems.length > 0) throw new InputError(problems);
  const folder = env['GATE10_STATE_DIR'] || (typeof stateDir === 'string' ? stateDir : '.gate10');
  return {
    stateDir: path.resolve(cwd, folder),
    screen: env['GATE10_SCREEN'] === undefined ? screen !== false : env['GATE10_SCREEN'] !== 'off',
  };
}

function unknownKey(key: string): Problem {
  const close = nearest(key, KNOWN);
  return {
    code: 'config-unknown-option',
    file: 'playwright.config.ts',
    what: `the gate10 reporter has no option "${key}"`,
    expected: KNOWN.join(' or '),
    fix: close === undefined ? 'Remove it.' : `Did you mean "${close}"?`,
  };
}

function wrongType(key: string, expected: string): Problem {
  return {
    code: 'config-wrong-type',
    file: 'playwright.config.ts',
    what: `the option "${key}" of the gate10 reporter has a wrong type`,
    expected,
  };
}
