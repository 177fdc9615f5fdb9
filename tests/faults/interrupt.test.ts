/** Ctrl-C ends a campaign at once: no process, no folder and no result of the trial under way is left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../incidents/stand.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** Children, and theirs; by what Linux says of a process. */
function descendants(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  const children = readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return [...children, ...children.flatMap(descendants)];
}

const commandOf = (pid: number): string => {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
};

it.skipIf(process.platform !== 'linux').each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of a trial that takes a minute',
  async (signal) => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'gate10-interrupt-'));
    open.push(() => rmSync(dir, { recursive: true, force: true }));
    const args = ['tests/faults/main.ts', '--id', 'X04-03', '--lanes', '1', '--results', path.join(dir, 'results')];
    const campaign = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: dir },
    });
    open.push(() => campaign.kill('SIGKILL'));
    const own = (): number[] => descendants(campaign.pid ?? 0);
    const isChecking = (): boolean => own().some((pid) => commandOf(pid).includes('bin/gate10.js check'));
    await expect.poll(isChecking, { timeout: 120_000, interval: 50 }).toBe(true);
    const before = own();
    expect(before.some((pid) => commandOf(pid).includes('reference-system/main.ts'))).toBe(true);
    const startMs = performance.now();
    const ended = once(campaign, 'exit');
    campaign.kill(signal);
    expect((await ended)[0]).toBe(1);
    expect(performance.now() - startMs).toBeLessThan(20_000);
    await expect.poll(() => before.map(commandOf).filter(Boolean), { timeout: 10_000 }).toEqual([]);
    expect(readdirSync(dir).filter((name) => name.startsWith('gate10-lane-'))).toEqual([]);
  },
);
