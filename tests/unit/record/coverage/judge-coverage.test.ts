/** Thresholds: overall, per package, per glob; exact at the edge; unknown is never enough; a glob over nothing is an error. */
import { describe, expect, it } from 'vitest';
import { judgeCoverage } from '../../../../src/record/coverage/judge-coverage.ts';
import type { MergedFile, MergedMeasure } from '../../../../src/record/coverage/merge.ts';
import { MEASURES, type Measure } from '../../../../src/record/coverage/model.ts';

type Policy = Parameters<typeof judgeCoverage>[1];

const POLICY: Policy = { measures: ['lines'], overall: 85, perPackage: 80, packages: [], exclude: [], globs: {} };
const of = (covered: number, total: number, atLeast = false): MergedMeasure => ({ covered, total, atLeast });
const file = (path: string, measure: MergedMeasure | undefined): MergedFile => ({
  path,
  measures: Object.fromEntries(MEASURES.map((each) => [each, measure])) as Record<Measure, MergedMeasure | undefined>,
});
const judge = (files: MergedFile[], policy: Partial<Policy> = {}) => judgeCoverage(files, { ...POLICY, ...policy });
const statuses = (files: MergedFile[], policy: Partial<Policy> = {}): string[] =>
  judge(files, policy).checks.map(({ name, status }) => `${status} ${name}`);

describe('a threshold', () => {
  it.each<[string, MergedMeasure | undefined, string[]]>([
    ['is met exactly', of(17, 20), ['passed coverage overall lines', 'passed coverage src lines']],
    ['is missed by one line', of(16, 20), ['failed coverage overall lines', 'passed coverage src lines']],
    ['is missed by a hair', of(84_999, 100_000), ['failed coverage overall lines', 'passed coverage src lines']],
    ['is not known to be met', undefined, ['inconclusive coverage overall lines', 'inconclusive coverage src lines']],
    ['has nothing to measure', of(0, 0), ['inconclusive coverage overall lines']],
    [
      'is met by the least that is known',
      of(9, 10, true),
      ['passed coverage overall lines', 'passed coverage src lines'],
    ],
    ['may be met', of(5, 10, true), ['inconclusive coverage overall lines', 'inconclusive coverage src lines']],
  ])('%s', (_, measure, expected) => {
    expect(statuses([file('src/a.ts', measure)])).toEqual(expected);
  });

  it('is never met because another file is known', () => {
    expect(statuses([file('src/a.ts', of(10, 10)), file('src/b.py', undefined)])[0]).toBe(
      'inconclusive coverage overall lines',
    );
  });

  it('is held by each measure that is asked, and by its own', () => {
    const policy = {
      measures: ['lines', 'branches'] as Measure[],
      overall: { branches: 95 },
      perPackage: { lines: 10 },
    };
    expect(statuses([file('src/a.ts', of(9, 10))], policy)).toEqual([
      'failed coverage overall branches',
      'passed coverage src lines',
    ]);
  });

  it('is rounded down where it is shown', () => {
    expect(judge([file('a.ts', of(84_999, 100_000))]).checks[0]?.message).toContain('84.99 %');
  });
});

describe('packages', () => {
  const files = [
    file('src/a/x.ts', of(10, 10)),
    file('src/a/deep/y.ts', of(0, 10)),
    file('src/b/z.ts', of(9, 10)),
    file('main.ts', of(10, 10)),
  ];

  it('are the folders that hold files', () => {
    expect(
      judge(files)
        .groups.filter(({ kind }) => kind === 'package')
        .map(({ name }) => name),
    ).toEqual(['.', 'src/a', 'src/a/deep', 'src/b']);
  });

  it('are the folders of a glob, with all below them', () => {
    expect(statuses(files, { packages: ['src/*'] })).toEqual([
      'failed coverage overall lines',
      'failed coverage src/a lines',
      'passed coverage src/b lines',
    ]);
  });
});

describe('a glob', () => {
  const files = [file('src/a.ts', of(9, 10)), file('src/a.gen.ts', of(0, 100))];

  it('holds its files together to its own threshold', () => {
    expect(statuses(files, { overall: 0, perPackage: 0, globs: { 'src/*.gen.ts': 1 } })).toContain(
      'failed coverage src/*.gen.ts lines',
    );
  });

  it('excludes', () => {
    expect(statuses(files, { exclude: ['**/*.gen.ts'] })).toEqual([
      'passed coverage overall lines',
      'passed coverage src lines',
    ]);
  });

  it.each<[string, Partial<Policy>]>([
    ['globs', { globs: { './backend/': 80 } }],
    ['globs', { globs: { global: 85 } }],
    ['exclude', { exclude: ['lib/**'] }],
    ['packages', { packages: ['lib/*'] }],
  ])('in %s that matches nothing is an error', (key, policy) => {
    expect(judge(files, policy).problems).toMatchObject([
      { code: 'glob-matches-nothing', path: `tests.coverage.${key}` },
    ]);
  });
});
