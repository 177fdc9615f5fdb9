/** The suite itself, as an adopter uses it: three lines of configuration and a contract, against a live system. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTinySystem, type TinySystem } from '../support/tiny-system.ts';
import { createInlineProject, type InlineProject, type Outcome } from './support/inline-project.ts';

const root = path.resolve(import.meta.dirname, '../..');
let project: InlineProject;
let system: TinySystem;

beforeEach(async () => {
  system = await startTinySystem();
  project = createInlineProject({
    'playwright.config.ts': `import { defineGate10Config } from '${root}/src/index.ts';\nexport default defineGate10Config({ gate10: { stateDir: 'state' } });\n`,
    'contracts/system.yaml': system.contract,
  });
});
afterEach(async () => {
  project.remove();
  await system.close();
});

const prove = (args: readonly string[] = [], options: Parameters<InlineProject['run']>[1] = {}): Promise<Outcome> =>
  project.run(['--project=production', ...args], { ...options, env: { GATE10_TARGET: 'tiny', ...options?.env } });

const verify = (...args: string[]): number | null =>
  spawnSync(process.execPath, [path.join(root, 'bin/gate10.js'), 'verify', '--environment', 'tiny', ...args], {
    cwd: project.dir,
    env: { ...process.env, GATE10_STATE_DIR: path.join(project.dir, 'state'), GATE10_EXPECT_SHA: '' },
  }).status;

const failedLayers = ({ verdict }: Outcome): string[] =>
  (verdict?.layers ?? []).filter(({ status }) => status === 'failed').map(({ layer }) => layer);

describe('the production suite', () => {
  it('proves a healthy system; the proof goes stale', async () => {
    const outcome = await prove();
    expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
      code: 0,
      verdict: 'passed',
    });
    expect(outcome.verdict).toMatchObject({ complete: true, identityStrength: 'version' });
    expect(outcome.record?.rows.map(({ id }) => id).sort()).toEqual(
      outcome.record?.plan.rows.map(({ id }) => id).sort(),
    );
    expect(outcome.output).toContain('PASSED  exit 0');
    expect([verify(), verify('--max-age', '0s')]).toEqual([0, 3]);
  });

  it('names the layer of a broken promise', async () => {
    system.answer.greeting = 'good bye';
    const outcome = await prove();
    expect(outcome.code, outcome.output).toBe(1);
    expect(failedLayers(outcome)).toEqual(['endpoints']);
    expect(verify()).toBe(1);
  });

  it('names the runtime when the health check fails', async () => {
    system.answer.health = 503;
    const outcome = await prove();
    expect(outcome.code, outcome.output).toBe(1);
    expect(failedLayers(outcome)).toEqual(['runtime']);
  });

  it('judges nothing else when an old build answers', async () => {
    system.answer.version = '1.0.0';
    const outcome = await prove();
    expect(outcome.code, outcome.output).toBe(1);
    expect(failedLayers(outcome)).toContain('code-authority');
    expect(outcome.record?.rows.find(({ id }) => id.includes('greeting'))).toMatchObject({
      status: 'inconclusive',
      reason: 'not-run',
    });
  });

  it('is our own fault when the check engine is killed', async () => {
    system.answer.version = '1.0.0';
    const killEngine = (_: number, output: string): boolean => {
      if (!output.includes('waiting until')) return false;
      const [run] = runFolders();
      if (run === undefined) return false;
      process.kill(Number(readFileSync(path.join(run, 'engine.pid'), 'utf8')), 'SIGKILL');
      return true;
    };
    const outcome = await prove([], { during: killEngine });
    expect(outcome.code, outcome.output).toBe(70);
    expect(verify()).not.toBe(0);
  });

  it('is interrupted by SIGTERM, and the next run works', async () => {
    system.answer.version = '1.0.0';
    const stop = (pid: number, output: string): boolean =>
      output.includes('waiting until') && process.kill(pid, 'SIGTERM');
    expect((await prove([], { during: stop })).code).toBe(3);
    system.answer.version = '2.0.0';
    expect((await prove()).code).toBe(0);
  });

  it('refuses a contract that cannot be used, with its place', async () => {
    project.write('contracts/system.yaml', system.contract.replace('kind: backend', 'kind: bakend'));
    const outcome = await prove();
    expect(outcome.code, outcome.output).toBe(2);
    expect(outcome.output).toContain('contracts/system.yaml:5');
  });
});

function runFolders(): string[] {
  const runs = path.join(project.dir, 'state/runs');
  return existsSync(runs) ? readdirSync(runs).map((name) => path.join(runs, name)) : [];
}
