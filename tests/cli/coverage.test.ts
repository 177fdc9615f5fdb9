/** `gate10 coverage` as its user runs it, on what real tools wrote. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { coverageRecordSchema } from '../../src/record/coverage/coverage-record-schema.ts';
import { blockFileSchema } from '../../src/record/scorecard/block-schema.ts';
import { corpora, resultFolder } from './result-files.ts';

const at = (name: string): string => path.join(corpora, 'coverage', name);

test('two suites of pytest are merged: neither is enough, together they are', async () => {
  const folder = resultFolder();
  folder.policy({ coverage: { overall: { lines: 85, functions: 85 }, perPackage: { branches: 75 } } });
  expect((await folder.here('coverage', at('pytest-cov-a.json'))).code).toBe(1);
  const { code, said } = folder.gate10('coverage', at('pytest-cov-a.json'), at('pytest-cov-b.json'));
  expect(code, said).toBe(0);
  expect(said).toContain('overall (2 files): lines 92.3 % · branches 75 % · functions 100 % · statements 92.3 %');
  const record = coverageRecordSchema.parse(folder.record('coverage.json'));
  expect(record).toMatchObject({ status: 'passed', totals: { lines: 92.3, branches: 75 } });
  expect(blockFileSchema.parse(record).inputs).toHaveLength(2);
});

test('below a threshold fails and says by how much', async () => {
  const { code, said } = await resultFolder().here('coverage', at('vitest-coverage-final.json'), '--root', '/shop');
  expect(code).toBe(1);
  expect(said).toContain('src: branches 66.66 % (4 of 6), below the 80 % asked');
});

test('a measure that a format does not have is unknown, never passed', async () => {
  const folder = resultFolder();
  folder.policy({ coverage: { overall: 60, perPackage: 60 } });
  const asked = await folder.here('coverage', at('vitest.lcov'));
  expect(asked).toMatchObject({ code: 3, said: expect.stringContaining('statements are unknown for 1 of 1 files') });
  folder.policy({ coverage: { overall: 60, perPackage: 60, measures: ['lines', 'branches', 'functions'] } });
  expect((await folder.here('coverage', at('vitest.lcov'))).code).toBe(0);
});

test('a glob that matches nothing is an error, as is a summary that would have to be merged', async () => {
  const folder = resultFolder();
  folder.policy({ coverage: { globs: { './backend/': 80 } } });
  const glob = await folder.here('coverage', at('jest-coverage-final.json'));
  expect(glob).toMatchObject({ code: 2, said: expect.stringContaining('"./backend/" matches no file') });
  folder.policy({});
  const summary = await folder.here('coverage', at('jest-coverage-final.json'), at('jest-coverage-summary.json'));
  expect(summary).toMatchObject({ code: 2, said: expect.stringContaining('a summary cannot be merged') });
});

test('what is wrong, and what is empty', async () => {
  const folder = resultFolder();
  folder.write('a.lcov', 'SF:a.c\nDA:1,1\nDA:2');
  folder.write('b.json', '{}');
  expect(await folder.here('coverage', 'a.lcov')).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^a\.lcov:3: /m),
  });
  expect(await folder.here('coverage', 'b.json')).toMatchObject({
    code: 3,
    said: expect.stringContaining('holds no file'),
  });
});

test('prints its record as JSON, leaves none where it is told so, and says which files lie elsewhere', async () => {
  const folder = resultFolder();
  const { code, said } = await folder.here('coverage', at('vitest-coverage-final.json'), '--json', '--no-record');
  expect(code).toBe(1);
  const record = coverageRecordSchema.parse(JSON.parse(said));
  expect(record.notes).toEqual(['1 files lie outside of this folder; name theirs with --root']);
  expect(() => folder.record('coverage.json')).toThrow(/ENOENT/);
});
