/** Our own Vitest configuration holds what the policy asks, in the form that Vitest reads; its globs match files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadPolicy } from '../../../../src/contract/load-policy.ts';
import { MEASURES } from '../../../../src/record/coverage/model.ts';
import { pathMatcher } from '../../../../src/record/results/glob.ts';
import config from '../../../../vitest.config.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`);
const thresholds: Record<string, unknown> = { ...config.test?.coverage?.thresholds };
const globs = Object.keys(thresholds).filter((key) => !MEASURES.some((measure) => measure === key));
const { overall, perPackage } = loadPolicy(path.join(root, 'contracts')).tests.coverage;

it('overall, on four measures', () => {
  expect(MEASURES.map((measure) => thresholds[measure])).toEqual(MEASURES.map(() => overall));
});

it('for each folder of src/, on four measures', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(globs.sort()).toEqual(folders.map(({ name }) => `src/${name}/**`).sort());
  for (const glob of globs)
    expect(thresholds[glob]).toEqual(Object.fromEntries(MEASURES.map((measure) => [measure, perPackage])));
});

it('by globs that match something (`global` and "./backend/" would match nothing, in silence)', () => {
  for (const glob of globs) expect(files.filter(pathMatcher(glob)).length, glob).toBeGreaterThan(0);
  for (const jestStyle of ['global', './src/']) expect(files.filter(pathMatcher(jestStyle))).toEqual([]);
});
