/** What real tools measured (tests/corpora/README.md): the numbers are those that the tools themselves printed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MergedFile, mergeCoverage } from '../../../../src/record/coverage/merge.ts';
import { MEASURES } from '../../../../src/record/coverage/model.ts';
import { readCoverage } from '../../../../src/record/coverage/read-coverage.ts';

const folder = path.resolve(import.meta.dirname, '../../../corpora/coverage');

function merged(...names: string[]): readonly MergedFile[] {
  const files = names.flatMap((name) => {
    const read = readCoverage(path.join(folder, name), name, () => false);
    if (read.outcome !== 'read') throw new Error(JSON.stringify(read));
    expect(read.report.doubts).toEqual([]);
    return read.report.files;
  });
  return mergeCoverage(files).files;
}

/** Of the file with the code in it: lines, branches, functions, statements. */
function shown(files: readonly MergedFile[], name: string): string {
  const file = files.find((each) => each.path.endsWith(name));
  return MEASURES.map((measure) => {
    const one = file?.measures[measure];
    return one === undefined ? '?' : `${one.atLeast ? '≥' : ''}${one.covered}/${one.total}`;
  }).join(' ');
}

const EXPECTED: Readonly<Record<string, readonly [file: string, measures: string]>> = {
  'jest-coverage-final.json': ['price.js', '6/6 4/6 2/2 7/8'],
  'jest-coverage-summary.json': ['price.js', '6/6 4/6 2/2 7/8'],
  'jest.lcov': ['price.js', '6/6 4/6 2/2 ?'],
  'jest-cobertura.xml': ['price.js', '6/6 4/6 2/2 ?'],
  'vitest-coverage-final.json': ['price.js', '5/5 4/6 2/2 6/7'],
  'vitest.lcov': ['price.js', '5/5 4/6 2/2 ?'],
  'vitest-cobertura.xml': ['price.js', '5/5 4/6 2/2 ?'],
  'pytest-cov-a.json': ['price.py', '9/13 2/4 2/4 9/13'],
  'pytest-cov-a.xml': ['price.py', '9/13 2/4 ? ?'],
  'pytest-cov-a.lcov': ['price.py', '9/13 2/4 2/4 ?'],
  'pytest-cov-b.json': ['price.py', '10/13 2/4 3/4 10/13'],
  'pytest-cov-b.xml': ['price.py', '10/13 2/4 ? ?'],
  'pytest-cov-b.lcov': ['price.py', '10/13 2/4 3/4 ?'],
  'pytest-cov-combined.json': ['price.py', '12/13 3/4 4/4 12/13'],
  'node-test.lcov': ['src.mjs', '5/5 2/3 1/2 ?'],
};

it.each(Object.entries(EXPECTED))('%s', (name, [file, expected]) => {
  expect(shown(merged(name), file)).toBe(expected);
});

it('all of them are expected to be something', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe('two suites over the same file', () => {
  it('are what "coverage combine" makes of them, in each format that names what it missed', () => {
    const combined = shown(merged('pytest-cov-combined.json'), 'price.py').split(' ');
    expect(shown(merged('pytest-cov-a.json', 'pytest-cov-b.json'), 'price.py').split(' ')).toEqual(combined);
    expect(shown(merged('pytest-cov-a.xml', 'pytest-cov-b.xml'), 'price.py').split(' ').slice(0, 2)).toEqual(
      combined.slice(0, 2),
    );
    expect(shown(merged('pytest-cov-a.lcov', 'pytest-cov-b.lcov'), 'price.py').split(' ').slice(0, 3)).toEqual(
      combined.slice(0, 3),
    );
  });
});

it('the totals of a summary are the sums of its files', () => {
  const text = readFileSync(path.join(folder, 'jest-coverage-summary.json'), 'utf8');
  const { total } = JSON.parse(text) as { total: Record<string, { covered: number; total: number }> };
  const sums = MEASURES.map((measure) => {
    const files = merged('jest-coverage-summary.json').map(({ measures }) => measures[measure]);
    return `${files.reduce((sum, one) => sum + (one?.covered ?? 0), 0)}/${files.reduce((sum, one) => sum + (one?.total ?? 0), 0)}`;
  });
  expect(MEASURES.map((measure) => `${total[measure]?.covered}/${total[measure]?.total}`)).toEqual(sums);
});
