/** A folder with results and a policy, and `gate10` as its user runs it there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/main.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/gate10.js');
export const corpora = path.resolve(import.meta.dirname, '../corpora');

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

export interface ResultFolder {
  readonly dir: string;
  readonly write: (name: string, content: string) => void;
  /** the `tests` block of contracts/policy.yaml */
  readonly policy: (tests: object) => void;
  /** in this process, as the coverage of our own code wants it */
  readonly here: (...args: string[]) => Promise<Ended>;
  /** as its user starts it */
  readonly gate10: (...args: string[]) => Ended;
  /** a file of the state folder */
  readonly record: (name: string) => Record<string, unknown>;
}

export function resultFolder(): ResultFolder {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-suites-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const write = (name: string, content: string): void => {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  };
  return {
    dir,
    write,
    policy: (tests) => write('contracts/policy.yaml', JSON.stringify({ schema: 'gate10/policy/v1', tests }, null, 1)),
    here: (...args) => runHere(dir, args),
    gate10: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
        cwd: dir,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      });
      return { code: status, said: stdout + stderr };
    },
    record: (name) => JSON.parse(readFileSync(path.join(dir, '.gate10', name), 'utf8')) as Record<string, unknown>,
  };
}

async function runHere(cwd: string, args: readonly string[]): Promise<Ended> {
  let said = '';
  let code: number | null = null;
  const say = (text: string): void => {
    said += text;
  };
  await runCli(args, {
    ...{
      cwd,
      env: { PATH: process.env['PATH'] },
      now: () => new Date(),
      stdout: say,
      stderr: say,
      colour: false,
      columns: 80,
    },
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, said };
}

/** JUnit XML of one suite: `name → outcome`. */
export function junit(
  suite: string,
  outcomes: Readonly<Record<string, 'passed' | 'failure' | 'skipped' | 'flakyFailure'>>,
): string {
  const cases = Object.entries(outcomes).map(([name, outcome]) =>
    outcome === 'passed' ? `<testcase name="${name}"/>` : `<testcase name="${name}"><${outcome}/></testcase>`,
  );
  return `<testsuite name="${suite}">\n${cases.join('\n')}\n</testsuite>\n`;
}

/** So many tests that pass. */
export function passing(count: number): Record<string, 'passed'> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'passed' as const]));
}
