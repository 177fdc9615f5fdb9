/** Shards, blob reports and `merge-reports`: the merge judges by the evidence in the reports. */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFile, type InlineProject, type Outcome, specFile } from './support/inline-project.ts';
import { begin, removeProjectAfterEach } from './support/one-project.ts';

removeProjectAfterEach();

const BLOB = configFile({ reporters: "['blob', { outputDir: 'blobs/' + (process.env['SHARD'] ?? '1') }]," });

/** Runs both shards, each as its own job, and collects their reports in one folder. */
async function runShards(
  files: Record<string, string> = {},
  ids: readonly [string, string] = ['pipeline-7', 'pipeline-7'],
) {
  const made = begin({ 'playwright.config.ts': BLOB, ...files });
  const codes: (number | null)[] = [];
  for (const shard of ['1', '2'] as const) {
    const env = { SHARD: shard, GATE10_RUN_ID: ids[shard === '1' ? 0 : 1] };
    codes.push((await made.run(['--project=production', `--shard=${shard}/2`], { env })).code);
  }
  const all = path.join(made.dir, 'all-blobs');
  mkdirSync(all);
  for (const shard of ['1', '2'])
    for (const name of readdirSync(path.join(made.dir, 'blobs', shard)))
      cpSync(path.join(made.dir, 'blobs', shard, name), path.join(all, `shard-${shard}.zip`));
  // a merge runs on a machine of its own, with a history of its own
  rmSync(path.join(made.dir, 'state'), { recursive: true, force: true });
  return { made, codes, all };
}

const merge = (made: InlineProject): Promise<Outcome> =>
  made.run(['-c', 'playwright.config.ts', 'all-blobs'], { command: 'merge-reports' });

describe('merge-reports', () => {
  it('of all shards of a healthy run passes', async () => {
    const { made, codes } = await runShards();
    expect(codes).toEqual([0, 0]);
    const outcome = await merge(made);
    expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
      code: 0,
      verdict: 'passed',
    });
    expect(outcome.verdict?.complete).toBe(true);
  });

  it('of a run with a failed test inside fails', async () => {
    const { made } = await runShards({ 'b.prod.ts': specFile(['runtime.b'], { status: 'failed' }) });
    const outcome = await merge(made);
    expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
      code: 1,
      verdict: 'failed',
    });
  });

  it('without one shard proves nothing', async () => {
    const { made, all } = await runShards();
    rmSync(path.join(all, 'shard-2.zip'));
    const outcome = await merge(made);
    expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
      code: 3,
      verdict: 'inconclusive',
    });
    expect(outcome.record?.integrity.map(({ code }) => code)).toContain('missing-shard');
  });

  it('with one shard twice proves nothing', async () => {
    const { made, all } = await runShards();
    cpSync(path.join(all, 'shard-1.zip'), path.join(all, 'shard-2.zip'));
    const outcome = await merge(made);
    expect({ code: outcome.code, verdict: outcome.verdict?.verdict }, outcome.output).toEqual({
      code: 3,
      verdict: 'inconclusive',
    });
    expect(outcome.record?.integrity.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['missing-shard', 'duplicate-row', 'missing-row']),
    );
    expect(outcome.verdict).toMatchObject({ complete: false });
  });

  it('with one shard a second time proves nothing', async () => {
    const { made, all } = await runShards();
    cpSync(path.join(all, 'shard-1.zip'), path.join(all, 'shard-1-again.zip'));
    const outcome = await merge(made);
    expect(outcome.code, outcome.output).toBe(3);
    expect(outcome.record?.integrity.map(({ code }) => code)).toContain('duplicate-row');
  });

  it('of shards of different runs proves nothing', async () => {
    const { made } = await runShards({}, ['pipeline-7', 'pipeline-8']);
    const outcome = await merge(made);
    expect(outcome.code, outcome.output).toBe(3);
    expect(outcome.record?.integrity.map(({ code }) => code)).toContain('mixed-runs');
  });
});

it('a shard that is to be merged needs a run id', async () => {
  const project = begin({ 'playwright.config.ts': BLOB });
  const outcome = await project.run(['--project=production', '--shard=1/2']);
  expect(outcome.code, outcome.output).toBe(2);
  expect(outcome.output).toContain('GATE10_RUN_ID');
});
