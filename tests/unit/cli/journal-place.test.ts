import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stateOf, thisProcess } from '../../../src/cli/journal-place.ts';

const host = os.hostname();

describe('whoever wrote to the journal', () => {
  it('is alive, gone, or elsewhere', () => {
    const own = thisProcess();
    expect(stateOf(own)).toBe('alive');
    expect(stateOf({ ...own, host: 'another.example' })).toBe('elsewhere');
    expect(stateOf({ ...own, startedAt: 'before the number was given to this process' })).toBe('gone');
    expect(stateOf({ host, pid: 2 ** 22 + 1, startedAt: '' })).toBe('gone');
  });

  it.runIf(process.platform === 'linux')('is gone when it ended, though nobody took leave of it', async () => {
    // sleep takes the shell's place before the child ends, and never asks how its children ended
    const program = 'exec 3<&0; sh -c "read word" <&3 & echo $!; exec sleep 30 3<&-';
    const parent = spawn('sh', ['-c', program], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(parent, 'close');
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'sleep') await setTimeout(5);
    expect(stateOf({ host, pid, startedAt: '' })).toBe('alive');
    parent.stdin.end('over\n');
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await setTimeout(5);
    expect(stateOf({ host, pid, startedAt: '' })).toBe('gone');
    parent.kill('SIGKILL');
    await ended;
  });
});
