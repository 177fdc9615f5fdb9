/** The command line as a person meets it: exit codes, suggestions, no stack traces. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/main.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const root = path.resolve(import.meta.dirname, '../..');
const bin = path.join(root, 'bin/gate10.js');

function gate10(...args: string[]) {
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
}

describe('gate10', () => {
  it.each<[string, string[], number, RegExp]>([
    ['says what it can do', ['--help'], 0, /verify[\s\S]*history/],
    ['says which version it is', ['--version'], 0, /^\d+\.\d+\.\d+$/m],
    ['refuses an unknown command and suggests one', ['verfy'], 2, /Did you mean verify/],
    ['refuses an unknown option and suggests one', ['verify', '--comit', 'x'], 2, /Did you mean --commit/],
    ['takes no word of JavaScript for a command', ['constructor'], 2, /unknown command 'constructor'/],
    ['refuses an option without its value', ['verify', '--commit'], 2, /argument missing/],
    ['refuses a commit that is none', ['verify', '--commit', 'main'], 2, /hex digits/],
    ['refuses an empty version', ['verify', '--expect-version', ''], 2, /--expect-version: it is empty/],
    ['refuses an age that is none', ['verify', '--max-age', 'soon'], 2, /30m/],
    ['has no proof where nothing was ever proven', ['verify'], 3, /nothing was ever proven here/],
  ])('%s', (_, args, code, said) => {
    const { status, stdout, stderr } = gate10(...args);
    expect({ status, said: said.test(stdout + stderr) }, stdout + stderr).toEqual({ status: code, said: true });
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['20.20.2', 2],
    ['22.17.9', 2],
    ['22.18.0', 3],
    ['24.0.0', 3],
  ])('on Node %s ends with %i', (version, code) => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
    const { status, stderr } = spawnSync(process.execPath, ['--import', pretend, bin, 'verify'], {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const told = `it needs ${engines.node.replace('>=', '')} or newer`;
    expect({ status, told: stderr.includes(told) }, stderr).toEqual({ status: code, told: code === 2 });
  });

  it('answers verify as JSON', () => {
    expect(JSON.parse(gate10('verify', '--json').stdout)).toMatchObject({
      outcome: 'inconclusive',
      reason: 'not-run',
      exitCode: 3,
    });
  });

  it('takes the blame for what it does not understand, with 70 and a hint', async () => {
    let [code, said] = [0, ''];
    const context: CliContext = {
      cwd: dir,
      env: {},
      now: () => {
        throw new TypeError('the clock broke');
      },
      stdout: () => {
        throw new TypeError('the output broke');
      },
      stderr: (text) => {
        said += text;
      },
      colour: false,
      columns: 80,
      setExitCode: (given) => {
        code = given;
      },
    };
    await runCli(['verify'], context);
    expect(code).toBe(70);
    expect(said).toContain('This is a bug of gate10');
  });
});
