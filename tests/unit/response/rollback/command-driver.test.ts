import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandDriver } from '../../../../src/contract/rollback-policy-schema.ts';
import { createDriver } from '../../../../src/response/rollback/create-driver.ts';
import { fillArgv } from '../../../../src/response/rollback/driver.ts';
import { createCommandDriver } from '../../../../src/response/rollback/drivers/command.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { toolsFor } from './platform.ts';
import { A, B } from './sample-rollbacks.ts';

const ORDER = { rollbackId: 'rb-1', failed: B, target: A };

function driverOf(script: string, rules: Partial<CommandDriver> = {}, env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'drive.sh');
  writeFileSync(file, script);
  const argv = ['/bin/sh', file, '{{target.commit}}', 'from={{failed.commit}}', '{{rollback.id}}'];
  const tools = toolsFor(folder, { env: { PATH: process.env['PATH'], ...env } });
  return createCommandDriver({ kind: 'command', argv, credentials: [], timeout: 5000, ...rules }, tools);
}

function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a command', () => {
  it('is run with its arguments, each whole', async () => {
    const driven = await driverOf('echo "$#: $1 $2 $3"').drive(ORDER);
    expect(driven).toEqual({ outcome: 'accepted', serves: A, said: `3: ${A} from=${B} rb-1` });
  });

  it('never meets a shell: what looks like a command is an argument', async () => {
    const [, , argument] = fillArgv(['/bin/echo', 'x', '{{failed.commit}}'], {
      'failed.commit': '$(touch /tmp/x); `id`',
    });
    expect(argument).toBe('$(touch /tmp/x); `id`');
    const folder = temporaryFolder();
    const argv = ['/bin/echo', '$(id)', ';', '&&', '{{target.commit}}'];
    const driver = createCommandDriver({ kind: 'command', argv, credentials: [], timeout: 5000 }, toolsFor(folder));
    expect((await driver.drive(ORDER)).said).toBe(`$(id) ; && ${A}`);
  });

  it('fills a value in once: a placeholder in a value stays text', () => {
    expect(fillArgv(['{{a}}'], { a: '{{b}}', b: 'secret' })).toEqual(['{{b}}']);
    expect(fillArgv(['{{__proto__}} {{toString}}'], {})).toEqual(['{{__proto__}} {{toString}}']);
  });

  it.each<[string, string, Partial<CommandDriver>, string]>([
    ['ends with another code than 0', 'exit 3', {}, 'failed'],
    ['kills itself', 'kill -9 $$', {}, 'unknown'],
    ['takes too long', 'sleep 30', { timeout: 100 }, 'unknown'],
    ['leaves a child that takes too long', 'sleep 30 & wait', { timeout: 100 }, 'unknown'],
    ['has an argument that no program can be given', '', { argv: ['/bin/echo', '\u0000'] }, 'failed'],
    ['is not there', '', { argv: ['/nonexistent/program'] }, 'failed'],
    ['is asked in a folder that is not there', '', { cwd: 'nowhere' }, 'failed'],
  ])('that %s', async (_, script, rules, outcome) => {
    expect(await driverOf(script, rules).drive(ORDER)).toMatchObject({ outcome, serves: A });
  });

  it.runIf(existsSync('/proc/self/stat'))('is ended with all that it started', async () => {
    const folder = temporaryFolder();
    const note = path.join(folder, 'pid');
    await driverOf(`sleep 30 & echo $! > '${note}'; wait`, { timeout: 300 }).drive(ORDER);
    const pid = readFileSync(note, 'utf8').trim();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('says the end of what it said, in one line, without secrets and control characters', async () => {
    const driver = driverOf("printf 'one\\n\\033[31mtoken=sesame-open\\n' >&2; exit 1");
    expect((await driver.drive(ORDER)).said).toBe('/bin/sh: it ended with exit code 1: one token=[redacted:TOKEN]');
  });

  it('in a dry run is shown, or its own dry run is run', async () => {
    expect((await driverOf('exit 9').dryRun(ORDER)).said).toContain(`"${A}"`);
    const own = driverOf('exit 9', { dryRun: ['/bin/echo', 'dry', '{{target.commit}}'] });
    expect(await own.dryRun(ORDER)).toEqual({ outcome: 'accepted', serves: A, said: `dry ${A}` });
  });

  it.each([
    ['/bin/echo', A, { kind: 'one', commit: A }],
    [
      '/bin/echo',
      'nothing',
      { kind: 'unknown', why: 'the driver\'s "current" says nothing: what it printed is no commit id' },
    ],
    ['/bin/false', '', { kind: 'unknown', why: 'the driver\'s "current" says nothing: it ended with exit code 1' }],
  ])('is asked what is served: %s %s', async (program, argument, served) => {
    const driver = driverOf('', { current: [program, argument] });
    expect(await driver.current?.({ failed: B, target: A })).toEqual(served);
  });
});

describe('a driver whose credential is not set', () => {
  it('is refused before anything is broken, without a value being shown', () => {
    const rules = { kind: 'command', argv: ['x'], credentials: ['DEPLOY_KEY', 'OTHER_KEY'], timeout: 1 } as const;
    const make = () =>
      createDriver({ ...rules, argv: ['x'], credentials: [...rules.credentials] }, 'production', toolsFor(''));
    expect(make).toThrow(/DEPLOY_KEY is not set[\s\S]*OTHER_KEY is not set/);
  });
});
