/** `gate10 flake` as its user runs it: a history of runs, its rate, and a quarantine. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flakeRecordSchema } from '../../src/record/flake/flake-record-schema.ts';
import { blockFileSchema } from '../../src/record/scorecard/block-schema.ts';
import { junit, type ResultFolder, resultFolder } from './result-files.ts';

const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** `outcomes[i]` = whether the test "shaky" passed in run i; each run is of a commit of its own. */
async function record(
  folder: ResultFolder,
  outcomes: readonly ('passed' | 'failure' | 'flakyFailure')[],
): Promise<void> {
  for (const [index, outcome] of outcomes.entries()) {
    folder.write('r.xml', junit('s', { shaky: outcome, steady: 'passed' }));
    const { code, said } = await folder.here(
      'flake',
      '--record',
      'r.xml',
      '--run',
      `r${index}`,
      '--commit',
      `c0ffee${index}`,
    );
    expect(code, said).toBe(0);
  }
}

const history = (folder: ResultFolder): string[] => readdirSync(path.join(folder.dir, '.gate10/tests')).sort();

test('five runs make a rate; one flake in ten is too many, and is named', async () => {
  const folder = resultFolder();
  await record(folder, ['passed', 'passed', 'passed', 'passed']);
  expect(await folder.here('flake')).toMatchObject({
    code: 3,
    said: expect.stringContaining('4 runs in the last 30 days'),
  });
  await record(folder, ['passed', 'passed', 'passed', 'passed', 'passed']);
  expect(history(folder)).toHaveLength(5);
  expect(folder.gate10('flake').code).toBe(0);
  folder.write('r.xml', junit('s', { shaky: 'failure', steady: 'passed' }));
  await folder.here('flake', '--record', 'r.xml', '--run', 'r5', '--commit', 'c0ffee0');
  const { code, said } = await folder.here('flake');
  expect(code, said).toBe(1);
  expect(said).toContain('flake rate 0.10 over 10 tests at their commits in 6 runs; below 0.1 asked');
  const document = flakeRecordSchema.parse(folder.record('flake.json'));
  expect(document).toMatchObject({ runs: 6, flaky: 1, tests: [{ id: 's › shaky', observations: 5, flaky: 1 }] });
  expect(blockFileSchema.parse(document).totals?.['flake_rate']).toBe(0.1);
});

test('the same file recorded twice is recorded once; a shard is the same run', async () => {
  const folder = resultFolder();
  folder.write('a.xml', junit('s', { a: 'passed' }));
  folder.write('b.xml', junit('s', { b: 'passed' }));
  const args = ['flake', '--record', 'a.xml', '--run', 'r1'];
  expect((await folder.here(...args)).said).toContain('recorded as tests/r1.');
  expect((await folder.here(...args)).said).toContain('recorded already');
  await folder.here('flake', '--record', 'b.xml', '--run', 'r1');
  expect(history(folder)).toHaveLength(2);
  expect((await folder.here('flake')).said).toContain('1 runs of 0 commits, 2 tests');
});

test('a failure in quarantine is shown and does not fail; one outside does; one that lapsed does', async () => {
  const folder = resultFolder();
  const held = (expires: string) => ({
    flake: { runs: 1 },
    quarantine: [
      { test: 's › shaky', owner: 'Shop team', reason: 'waits for the mail server', granted: day(-10), expires },
    ],
  });
  folder.write('r.xml', junit('s', { shaky: 'failure', steady: 'passed' }));
  folder.policy({ flake: { runs: 1 } });
  expect(await folder.here('flake', 'r.xml')).toMatchObject({
    code: 1,
    said: expect.stringContaining('failed: s › shaky'),
  });
  folder.policy(held(day(30)));
  expect(await folder.here('flake', 'r.xml')).toMatchObject({
    code: 0,
    said: expect.stringContaining('failed in quarantine: s › shaky'),
  });
  folder.policy(held(day(0)));
  expect(await folder.here('flake', 'r.xml')).toMatchObject({ code: 1, said: expect.stringContaining('is void') });
  folder.policy(held(day(81)));
  expect(await folder.here('flake', 'r.xml')).toMatchObject({
    code: 2,
    said: expect.stringContaining('it lasts 91 days, 90 is the most'),
  });
});

test('a history with a hole in it, and an id that is none, are told', async () => {
  const folder = resultFolder();
  await record(folder, ['passed']);
  const [name = ''] = history(folder);
  writeFileSync(path.join(folder.dir, '.gate10/tests', name), '{"schema": "gate10/test-run/v1", "recorded_at": "2');
  expect(await folder.here('flake')).toMatchObject({
    code: 2,
    said: expect.stringContaining(`tests/${name}:1: this recorded run is damaged`),
  });
  rmSync(path.join(folder.dir, '.gate10/tests', name));
  expect(await folder.here('flake', '--record', 'r.xml', '--run', 'a b')).toMatchObject({
    code: 2,
    said: expect.stringContaining('no id of a run'),
  });
});

test('what says nothing is not recorded; nothing named is wrong', async () => {
  const folder = resultFolder();
  folder.write('empty.xml', '<testsuites/>');
  expect(await folder.here('flake', '--record', 'empty.xml')).toMatchObject({
    code: 3,
    said: expect.stringContaining('holds no test'),
  });
  expect((await folder.here('flake', '--record')).code).toBe(2);
});
