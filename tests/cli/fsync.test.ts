/** A disk that says no when it is asked to keep something: `gate10 check` under strace, which makes each fsync fail. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { sampleSystem } from './sample-system.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Tracing may be forbidden (containers without ptrace), or not installed. */
const canTrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** `failFrom` = the first fsync of the process that fails; undefined = none does. */
function check(dir: string, failFrom: number | undefined): Promise<Ended> {
  const inject = failFrom === undefined ? [] : ['-e', `inject=fsync,fdatasync:error=EIO:when=${failFrom}+`];
  const trace = ['-f', '-qq', '-o', path.join(dir, 'trace'), '-e', 'trace=fsync,fdatasync', ...inject];
  const child = spawn('strace', [...trace, process.execPath, path.join(ROOT, 'bin/gate10.js'), 'check'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      GATE10_CONTRACTS: dir,
      GATE10_STATE_DIR: path.join(dir, 'state'),
      GATE10_TARGET: 'sample',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

const countOf = (dir: string): number => readFileSync(path.join(dir, 'trace'), 'utf8').match(/sync\(/g)?.length ?? 0;

describe.skipIf(!canTrace)('where the disk does not keep what is written, a healthy system is', () => {
  it('passed only as long as every fsync works; from the first to the last that fails it is 70, and never passed', async () => {
    const dir = await sampleSystem();
    const whole = await check(dir, undefined);
    expect(whole.code, whole.output).toBe(EXIT.proven);
    const asked = countOf(dir);
    expect(asked).toBeGreaterThan(8);
    for (const failFrom of [1, Math.ceil(asked / 2), asked - 1, asked]) {
      // from the same beginning, so that the count is the same
      rmSync(path.join(dir, 'state'), { recursive: true });
      const { code, output } = await check(dir, failFrom);
      expect({ failFrom, code }, output).toEqual({ failFrom, code: EXIT.ownFault });
      expect(output).not.toMatch(/^passed/m);
      expect(output).toMatch(/input\/output error|I\/O error|EIO/);
    }
  }, 120_000);

  it('is known as before afterwards: the history is whole, and the next run is recorded', async () => {
    const dir = await sampleSystem();
    expect((await check(dir, undefined)).code).toBe(EXIT.proven);
    const asked = countOf(dir);
    expect((await check(dir, Math.ceil(asked / 2))).code).toBe(EXIT.ownFault);
    expect((await check(dir, undefined)).code).toBe(EXIT.proven);
    const ledger = await openLedger({ stateDir: path.join(dir, 'state'), now: () => new Date(), create: false });
    onTestFinished(() => ledger.close());
    expect(await ledger.verify()).toEqual([]);
    const sealed = (await ledger.rows()).flatMap(({ event }) => (event.type === 'run.sealed' ? [event.runId] : []));
    expect(sealed.length).toBeGreaterThanOrEqual(2);
    for (const runId of sealed) expect(existsSync(path.join(dir, 'state/runs', runId, 'record.json'))).toBe(true);
  }, 120_000);
});
