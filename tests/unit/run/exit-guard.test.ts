import { describe, expect, it } from 'vitest';
import { createGuardState, decideExit, type GuardState, installGuard } from '../../../src/run/exit-guard.ts';

const done: Partial<GuardState> = { armed: true, intended: true, reporterBuilt: true, finished: true };

describe('the exit guard', () => {
  it.each<[string, Partial<GuardState>, number, number]>([
    ['leaves --list and other commands alone', {}, 0, 0],
    ['leaves another command’s failure alone', {}, 1, 1],
    ['gives the sealed verdict', { ...done, sealed: 0 }, 0, 0],
    ['gives the sealed verdict against a runner that says otherwise', { ...done, sealed: 1 }, 0, 1],
    ['gives inconclusive as 3', { ...done, sealed: 3 }, 1, 3],
    ['gives 70 when nothing was sealed', done, 0, 70],
    ['gives 70 when the run ended before its last call', { ...done, finished: false, sealed: 0 }, 0, 70],
    ['gives 70 when the runner died before it began', { armed: true }, 1, 70],
    ['gives 3 when our reporter was replaced', { armed: true, intended: true }, 0, 3],
    ['puts a forced code before everything', { ...done, sealed: 0, forced: 2 }, 0, 2],
    ['leaves a shard to the merge', { ...done, leftToMerge: true }, 0, 0],
    ['leaves a failed shard to the merge', { ...done, leftToMerge: true }, 1, 1],
    ['gives 70 when a shard to be merged did not end', { ...done, finished: false, leftToMerge: true }, 0, 70],
  ])('%s', (_, over, native, code) => {
    expect(decideExit({ ...createGuardState(), ...over }, native).code).toBe(code);
  });

  it('has the last word when it is moved behind later listeners', () => {
    const listeners: ((code: number) => void)[] = [];
    let exitCode = 0;
    const host = {
      on: (_: 'exit', listener: (code: number) => void) => listeners.push(listener),
      off: (_: 'exit', listener: (code: number) => void) => listeners.splice(listeners.indexOf(listener), 1),
      setExitCode: (code: number) => {
        exitCode = code;
      },
      stderr: () => undefined,
    };
    const moveLast = installGuard({ ...createGuardState(), ...done, sealed: 1 }, host);
    listeners.push(() => {
      exitCode = 0;
    });
    moveLast();
    for (const listener of [...listeners]) listener(0);
    expect(exitCode).toBe(1);
  });
});
