import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../../reference-system/orchestrator/child.ts';
import { isProcessAlive } from '../../reference-system/orchestrator/state.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gate10-child-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function start(source: string) {
  const script = join(dir, 'child.mjs');
  await writeFile(script, source);
  return startChild({ name: 'a child', script, env: { GIVEN: 'yes' }, logPath: join(dir, 'child.log') });
}

const staysUp =
  'console.log(JSON.stringify({ event: "listening", env: Object.keys(process.env) })); setInterval(() => {}, 1e6);';

describe('a child', () => {
  it('is started with its own environment only, and is gone after a stop', async () => {
    const { child, firstLine } = await start(staysUp);
    expect(firstLine).toMatchObject({ event: 'listening', env: expect.arrayContaining(['PATH', 'GIVEN']) });
    expect(firstLine['env']).not.toContain('HOME');
    expect(child.isDoomed()).toBe(false);
    await child.stop();
    expect([child.isDoomed(), isProcessAlive(child.pid)]).toEqual([true, false]);
  });
  it('has everything that it says in its log', async () => {
    const { child } = await start(`${staysUp} console.log("second"); console.error("third");`);
    await expect
      .poll(() => readFile(join(dir, 'child.log'), 'utf8'))
      .toMatch(/listening[\s\S]*(second[\s\S]*third|third[\s\S]*second)/);
    await child.stop();
  });
  it.each([
    [
      'exits at once',
      'console.error("no database"); process.exit(1);',
      'it exited before it listened. It said: no database',
    ],
    ['does not say JSON', 'console.log("hello"); setInterval(() => {}, 1e6);', 'its first line is not JSON'],
    ['cannot be loaded', 'import "./nowhere.mjs";', 'ERR_MODULE_NOT_FOUND'],
  ])('that %s is an error with what it said', async (_what, source, reason) => {
    await expect(start(source)).rejects.toThrow(reason);
    await expect(start(source)).rejects.toThrow('Failed to start a child: ');
  });
});
