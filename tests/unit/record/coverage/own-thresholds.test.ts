/** `npm run coverage` holds our own code to what the policy asks: on four measures, overall and for each folder of src/. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadPolicy } from '../../../../src/contract/load-policy.ts';
import { judgeCoverage } from '../../../../src/record/coverage/judge-coverage.ts';
import type { MergedFile } from '../../../../src/record/coverage/merge.ts';
import { MEASURES } from '../../../../src/record/coverage/model.ts';
import config from '../../../../vitest.config.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const { coverage } = loadPolicy(path.join(root, 'contracts')).tests;
const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** Of every hundred things in each file so many are covered. */
function judged(percent: number): string[] {
  const measures = Object.fromEntries(
    MEASURES.map((measure) => [measure, { covered: percent, total: 100, atLeast: false }]),
  ) as MergedFile['measures'];
  const all = files.map((name) => ({ path: `src/${name}`, measures }));
  const { checks, problems } = judgeCoverage(all, coverage);
  expect(problems).toEqual([]);
  return checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
}

it('85 % overall', () => {
  expect(judged(85)).toEqual([]);
  expect(judged(84)).toEqual(MEASURES.map((measure) => `coverage overall ${measure}`));
});

it('80 % for each folder', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const failed = judged(79);
  for (const { name } of folders)
    for (const measure of MEASURES) expect(failed).toContain(`coverage src/${name} ${measure}`);
});

it('of every source file, whether a test has loaded it or not', () => {
  expect(config.test?.coverage?.include).toEqual(['src/**/*.ts']);
});
