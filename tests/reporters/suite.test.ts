/** The suite itself, as an adopter uses it: three lines of configuration and a contract, against a live system. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const runVerify = (args: readonly string[]) =>
  spawnSync(process.execPath, [path.join(root, 'bin/gate10.js'), 'verify', '--environment', 'tiny', ...args], {
    cwd: project.dir,
    encoding: 'utf8',
    env: { ...process.env, GATE10_STATE_DIR: path.join(project.dir, 'state'), GATE10_EXPECT_SHA: '' },
  });
const verify = (...args: string[]): number | null => runVerify(args).status;
const said = (...args: string[]): string => runVerify(args).stdout;

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
    expect([verify('--expect-version', '2.0.0'), verify('--expect-version', '2.0.1')]).toEqual([0, 3]);
    expect(said('--expect-version', '2.0.0')).toMatch(
      /^proven: run .*\nlayers proven: 3 of 14\nabsent: dns \(the tiny system has no such layer\)\n(absent: .*\n)+identity is known by version only/,
    );
    expect(JSON.parse(said('--json')).layers).toMatchObject({ proven: 3, of: 14 });
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

  it('refuses a run id that was used before, and the proof of that run no longer stands', async () => {
    const env = { GATE10_RUN_ID: 'pipeline-7' };
    expect((await prove([], { env })).code).toBe(0);
    expect(verify()).toBe(0);
    const again = await prove([], { env });
    expect(again.code, again.output).toBe(2);
    expect(again.output).toContain('GATE10_RUN_ID "pipeline-7" is taken');
    expect(verify()).toBe(3);
    expect((await prove()).code, 'the next run works').toBe(0);
    expect(verify()).toBe(0);
  });

  it('is proven in shards that share a state folder, once they are merged', async () => {
    const all = path.join(project.dir, 'all-blobs');
    mkdirSync(all);
    for (const shard of ['1', '2']) {
      const env = { GATE10_RUN_ID: 'pipeline-7', PLAYWRIGHT_BLOB_OUTPUT_DIR: path.join(project.dir, shard) };
      const outcome = await prove([`--shard=${shard}/2`, '--add-reporter=blob'], { env });
      expect(outcome.code, outcome.output).toBe(0);
      const [name = ''] = readdirSync(path.join(project.dir, shard));
      cpSync(path.join(project.dir, shard, name), path.join(all, `${shard}.zip`));
    }
    expect(verify(), 'before the merge nothing is proven').toBe(3);
    const merge = () => project.run(['-c', 'playwright.config.ts', 'all-blobs'], { command: 'merge-reports' });
    const merged = await merge();
    expect({ code: merged.code, findings: merged.record?.integrity }, merged.output).toEqual({ code: 0, findings: [] });
    expect(verify()).toBe(0);
    const again = await merge();
    expect(again.code, again.output).toBe(2);
    expect(again.output).toContain('run "pipeline-7" was merged and judged before');
    expect(verify(), 'the first judgement stands').toBe(0);
  });

  it.each<[string, string[], Record<string, string>, number, string]>([
    ['a commit for a system that says its version only', [], { GATE10_EXPECT_SHA: 'abcdef1' }, 2, 'GATE10_EXPECT_SHA'],
    ['a contracts folder that is not there', [], { GATE10_CONTRACTS: '/nonexistent' }, 2, 'GATE10_CONTRACTS'],
    ['a state folder that is a file', [], { GATE10_STATE_DIR: 'package.json' }, 70, 'it is not a folder'],
    ['traces by command line', ['--trace', 'on'], {}, 2, 'traces hold what secrets look like'],
  ])('refuses %s', async (_, args, env, code, said) => {
    const outcome = await prove(args, { env });
    expect(outcome.code, outcome.output).toBe(code);
    expect(outcome.output).toContain(said);
    expect(outcome.output).not.toContain('another reporter');
    expect(outcome.record).toBeUndefined();
  });

  it('does not begin where a checkpoint elsewhere knows of more', async () => {
    const env = { GATE10_CHECKPOINT: path.join(project.dir, 'elsewhere.json') };
    expect((await prove([], { env })).code).toBe(0);
    writeFileSync(
      env.GATE10_CHECKPOINT,
      readFileSync(env.GATE10_CHECKPOINT, 'utf8').replace(/"count":\d+/, '"count":99'),
    );
    const outcome = await prove([], { env });
    expect(outcome.code, outcome.output).toBe(70);
    expect(outcome.output).toContain('elsewhere.json');
  });

  it('refuses a contract that cannot be used, with all of its places, and runs no test', async () => {
    const broken = system.contract
      .replace('kind: backend', 'kind: bakend')
      .replace('layer: endpoints', 'layer: endpont');
    project.write('contracts/system.yaml', broken);
    const outcome = await prove(['--add-reporter=list']);
    expect(outcome.code, outcome.output).toBe(2);
    expect(outcome.output).toContain('contracts/system.yaml:5');
    expect(outcome.output).toContain('contracts/system.yaml:10');
    // the runner leaves at once: whether its list still tells what did not run is a matter of milliseconds
    expect(outcome.output).not.toMatch(/^ +[✓✘] |\d+ (?:passed|failed|interrupted)/m);
    expect(outcome.record).toBeUndefined();
    expect(runFolders()).toEqual([]);
  });
});

function runFolders(): string[] {
  const runs = path.join(project.dir, 'state/runs');
  return existsSync(runs) ? readdirSync(runs).map((name) => path.join(runs, name)) : [];
}
