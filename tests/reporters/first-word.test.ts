/** The check engine's first word: an engine that dies without one is our own fault, told with what it said last. */
import { spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { processState } from '../../reporters/process-state.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { RunOrder } from '../../src/run/run-order.ts';
import { hearFirstWord } from '../support/hear-first-word.ts';
import { awaitRunFiles } from '../support/run-files.ts';
import { readFirstWord, startEngine } from '../support/start-engine.ts';

let dir: string | undefined;
afterEach(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true });
  dir = undefined;
});

function orderIn(stateDir: string): RunOrder {
  return {
    identity: { runId: 'first', folder: 'first', intentKey: 'intend:first', leftToMerge: false },
    attempt: 'this one',
    environment: 'nowhere',
    stateDir,
    startedAt: '2026-01-01T00:00:00.000Z',
    filters: [],
    parts: { production: true, ways: [] },
    runnerPid: process.pid,
  };
}

describe('the first word', () => {
  it.each<[string, string, string]>([
    ['is killed', 'process.kill(process.pid, "SIGKILL")', 'ended (SIGKILL) before it announced the run'],
    ['throws', 'throw new TypeError("cannot go on")', 'TypeError: cannot go on'],
    ['leaves without a word', 'process.exit(0)', 'ended (0) before it announced the run'],
  ])('of an engine that %s is a fault', async (_, program, message) => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    expect(await readFirstWord(child, () => output)).toEqual({
      type: 'fault',
      message: expect.stringContaining(message),
    });
  });

  it('of a real engine that has no such environment refuses', async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-word-'));
    const engine = startEngine(orderIn(dir));
    expect(await engine.firstWord).toMatchObject({ type: 'refused', problems: [expect.anything()] });
    await engine.stop();
    expect(engine.hasExited()).toBe(true);
  });

  it('of an engine that refuses stands in a history that is there, so that no older proof passes for its answer', async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-word-'));
    const ledger = await openLedger({ stateDir: dir, now: () => new Date() });
    onTestFinished(() => ledger.close());
    const engine = startEngine(orderIn(dir));
    await engine.firstWord;
    await engine.stop();
    expect((await ledger.rows()).map(({ event }) => event)).toMatchObject([
      {
        type: 'run.refused',
        environment: 'nowhere',
        because: [expect.stringContaining('"nowhere" is not declared')],
      },
    ]);
  });
});

describe('a fault as the first word', () => {
  const fault = Promise.resolve({ type: 'fault', message: 'no disk' } as const);
  const { guard, findings } = processState();
  afterEach(() => {
    findings.length = 0;
    guard.forced = undefined;
    guard.why = undefined;
  });

  it('ends the run as our own', async () => {
    await hearFirstWord(fault, orderIn('nowhere'), {}).end();
    expect(guard).toMatchObject({ forced: 70, why: 'no disk' });
  });

  it('says nothing where the user interrupted the run: the same key press ended the engine', async () => {
    findings.push({ code: 'interrupted', verdict: 'inconclusive', message: 'SIGINT ended the run' });
    await hearFirstWord(fault, orderIn('nowhere'), {}).end();
    expect(guard.forced).toBeUndefined();
  });
});

describe('a worker', () => {
  it('waits for the announcement of this attempt, whatever an earlier run of the same name left', async () => {
    const runDir = mkdtempSync(path.join(os.tmpdir(), 'gate10-word-'));
    dir = runDir;
    const announce = (attempt: string, settleMs: number): void => {
      writeFileSync(path.join(runDir, 'run.json.tmp'), JSON.stringify({ attempt, context: {}, limits: { settleMs } }));
      renameSync(path.join(runDir, 'run.json.tmp'), path.join(runDir, 'run.json'));
    };
    writeFileSync(path.join(runDir, 'plan.json'), '{}');
    announce('an earlier one', 1);
    const waiting = awaitRunFiles({ GATE10_RUN_ID: 'first', GATE10_RUN_DIR: runDir, GATE10_ATTEMPT: 'this one' });
    announce('this one', 2);
    expect((await waiting).limits).toEqual({ settleMs: 2 });
  });

  it('does not begin where no set-up expects a run', async () => {
    await expect(awaitRunFiles({})).rejects.toThrow('Use defineGate10Config');
  });
});
