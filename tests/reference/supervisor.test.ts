import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../../reference-system/orchestrator/child.ts';
import { isProcessAlive } from '../../reference-system/orchestrator/state.ts';
import { type Supervised, supervise } from '../../reference-system/orchestrator/supervisor.ts';

let dir: string;
let launches: number;
let script: string;
const supervised: Supervised<Started>[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-supervisor-'));
  launches = 0;
  script = STAYS_UP;
});
afterEach(async () => {
  await Promise.all(supervised.splice(0).map((one) => one.setRunning(false)));
  await rm(dir, { recursive: true });
});

type Started = Awaited<ReturnType<typeof startChild>>;

const SAYS_SO = 'console.log(JSON.stringify({ event: "listening" }));';
const STAYS_UP = `${SAYS_SO} setInterval(() => {}, 1e6);`;
const TAKES_LONG = `setTimeout(() => { ${STAYS_UP} }, 700);`;
const NEVER_COMES_UP = 'process.exit(1);';

async function launch(): Promise<Started> {
  launches += 1;
  const file = join(dir, 'child.mjs');
  await writeFile(file, script);
  return startChild({ name: 'a child', script: file, env: {}, logPath: join(dir, 'child.log') });
}

async function start(options: Partial<Parameters<typeof supervise<Started>>[1]> = {}): Promise<Supervised<Started>> {
  const one = await supervise(launch, { answers: async () => true, ...options });
  supervised.push(one);
  return one;
}

const isUp = (one: Supervised<Started>): boolean => {
  const child = one.current()?.child;
  return child !== undefined && !child.isDoomed() && isProcessAlive(child.pid);
};

describe('a supervisor', () => {
  it('starts a killed process again, and leaves a stopped one alone', async () => {
    const one = await start();
    const first = one.current()?.child;
    first?.kill();
    await one.setRunning(true);
    const second = one.current()?.child;
    expect([launches, second?.pid === first?.pid]).toEqual([2, false]);
    await one.setRunning(false);
    expect([one.current(), isProcessAlive(second?.pid ?? 0), launches]).toEqual([undefined, false, 2]);
    await one.setRunning(true);
    expect([launches, isUp(one)]).toEqual([3, true]);
  });

  it('does not hide that the first start fails', async () => {
    script = NEVER_COMES_UP;
    await expect(start()).rejects.toThrow('it exited before it listened');
  });

  it.each([
    ['stop, start', [false, true], true],
    ['start, stop', [true, false], false],
    ['stop, start, stop', [false, true, false], false],
    ['stop, start, stop, start', [false, true, false, true], true],
  ])('does what was said last where nobody waits for what was said before: %s', async (_, calls, expected) => {
    const one = await start();
    await Promise.all(calls.map((next) => one.setRunning(next)));
    expect(isUp(one)).toBe(expected);
    // And it stays so: nothing that was begun before comes after it.
    const pid = one.current()?.child.pid;
    await one.setRunning(expected);
    expect([one.current()?.child.pid, isUp(one)]).toEqual([pid, expected]);
  });

  it.each([
    ['stopped', false],
    ['started', true],
  ])('is %s while it comes up again by itself', async (_, next) => {
    const one = await start();
    one.current()?.child.kill();
    await one.current()?.child.ended;
    await Promise.all([one.setRunning(false), one.setRunning(next)]);
    expect(isUp(one)).toBe(next);
  });

  it('waits for a launch that takes longer than its patience', async () => {
    const one = await start({ patienceMs: 1 });
    await one.setRunning(false);
    script = TAKES_LONG;
    await one.setRunning(true);
    expect(isUp(one)).toBe(true);
  });

  it('does not wait for ever for what never comes up, and goes on trying', async () => {
    const one = await start({ patienceMs: 1 });
    await one.setRunning(false);
    script = NEVER_COMES_UP;
    await one.setRunning(true);
    expect(one.current()).toBeUndefined();
    script = STAYS_UP;
    await expect.poll(() => isUp(one), { timeout: 10_000 }).toBe(true);
  });

  it('waits no longer for what never comes up once it is told to stop', async () => {
    const one = await start({ patienceMs: 600_000 });
    await one.setRunning(false);
    script = NEVER_COMES_UP;
    await Promise.all([one.setRunning(true), one.setRunning(false)]);
    expect(one.current()).toBeUndefined();
  });

  it('does not take a dead process for one that is up, though nobody has heard of its end', async () => {
    const dead = new Set<number>();
    const one = await start({ answers: async ({ child }) => !dead.has(child.pid) });
    const first = one.current()?.child;
    dead.add(first?.pid ?? 0);
    const up = one.setRunning(true);
    // Its end comes while somebody waits for it to be up.
    first?.kill();
    await up;
    expect([isUp(one), launches, one.current()?.child.pid === first?.pid]).toEqual([true, 2, false]);
  });

  it('gives up on a process that is there and does not answer when its patience is over', async () => {
    const one = await start({ answers: async () => false, patienceMs: 200 });
    await one.setRunning(true);
    expect([isUp(one), launches]).toEqual([true, 1]);
  });

  it('is up again at once where the new process dies right after its first word', async () => {
    const one = await start();
    await one.setRunning(false);
    script = SAYS_SO;
    const up = one.setRunning(true);
    await expect.poll(() => launches, { timeout: 10_000 }).toBeGreaterThan(2);
    script = STAYS_UP;
    await up;
    await one.setRunning(true);
    expect(isUp(one)).toBe(true);
  });
});
