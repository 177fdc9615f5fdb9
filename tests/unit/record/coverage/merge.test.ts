/** The same file in several reports: the union of what they reached, by place; never a mean of percentages. */
import { describe, expect, it } from 'vitest';
import { mergeCoverage } from '../../../../src/record/coverage/merge.ts';
import {
  type FileCoverage,
  type FileMeasure,
  linePoints,
  type Measure,
} from '../../../../src/record/coverage/model.ts';
import { isOutside, toProjectPath } from '../../../../src/record/coverage/project-path.ts';

const file = (measures: Partial<Record<Measure, FileMeasure>>, path = 'a.js'): FileCoverage => ({
  path,
  measures: { lines: undefined, branches: undefined, functions: undefined, statements: undefined, ...measures },
});
const lines = (hits: Record<number, number>): FileMeasure =>
  linePoints(new Map(Object.entries(hits).map(([at, n]) => [Number(at), n])));
const points = (space: string, hits: Record<string, number>): FileMeasure => ({
  kind: 'points',
  space,
  hits: new Map(Object.entries(hits)),
});
const way = (covered: number, total: number, missing?: string[]) => ({
  covered,
  total,
  ...(missing && { missing: new Set(missing) }),
});
const ways = (...of: ReturnType<typeof way>[]): FileMeasure => ({
  kind: 'ways',
  lines: new Map(of.map((one, at) => [at, one])),
});

function merged(measure: Measure, ...parts: FileMeasure[]) {
  return mergeCoverage(parts.map((part) => file({ [measure]: part }))).files[0]?.measures[measure];
}

describe('places that have names', () => {
  it('are united: two halves are a whole, not twice a half', () => {
    expect(merged('lines', lines({ 1: 1, 2: 0 }), lines({ 1: 0, 2: 5 }))).toEqual({
      covered: 2,
      total: 2,
      atLeast: false,
    });
    expect(merged('lines', lines({ 1: 1, 2: 0 }), lines({ 1: 3, 2: 0 }))).toEqual({
      covered: 1,
      total: 2,
      atLeast: false,
    });
  });

  it('of lines are the same in every format', () => {
    const mixed = mergeCoverage([
      file({ lines: lines({ 1: 0 }), branches: points('lcov', { a: 1 }) }),
      file({ lines: lines({ 1: 2 }) }),
    ]);
    expect(mixed.files[0]?.measures.lines).toEqual({ covered: 1, total: 1, atLeast: false });
    expect(mixed.files[0]?.measures.branches).toEqual({ covered: 1, total: 1, atLeast: true });
  });

  it('of branches in two formats cannot be united: unknown, and said', () => {
    const both = [
      file({ branches: points('lcov', { '1,0,0': 1 }) }),
      file({ branches: points('istanbul', { 'if@1#0': 1 }) }),
    ];
    const { files, notes } = mergeCoverage(both);
    expect(files[0]?.measures.branches).toBeUndefined();
    expect(notes).toEqual(['a.js: branches are counted in two ways and cannot be merged; give one format']);
  });
});

describe('ways that are only counted', () => {
  it.each<[string, ReturnType<typeof way>, ReturnType<typeof way>, object]>([
    ['named, each missing the other', way(1, 2, ['7']), way(1, 2, ['9']), { covered: 2, total: 2, atLeast: false }],
    ['named, missing the same', way(1, 2, ['7']), way(1, 2, ['7']), { covered: 1, total: 2, atLeast: false }],
    ['unnamed, one of them full', way(2, 2, []), way(1, 2), { covered: 2, total: 2, atLeast: false }],
    ['unnamed, one of them empty', way(0, 2), way(1, 2), { covered: 1, total: 2, atLeast: false }],
    ['unnamed halves', way(1, 2), way(1, 2), { covered: 1, total: 2, atLeast: true }],
  ])('%s', (_, a, b, expected) => {
    expect(merged('branches', ways(a), ways(b))).toEqual(expected);
  });
});

describe('a summary', () => {
  const counts: FileMeasure = { kind: 'counts', covered: 1, total: 2 };
  it('stands for itself', () => {
    expect(merged('lines', counts)).toEqual({ covered: 1, total: 2, atLeast: false });
  });

  it('is merged with nothing', () => {
    expect(mergeCoverage([file({ lines: counts }), file({ lines: counts })]).unmergeable).toEqual(['a.js']);
    expect(mergeCoverage([file({ lines: lines({ 1: 1 }) }), file({ lines: counts })]).unmergeable).toEqual(['a.js']);
    expect(mergeCoverage([file({ lines: counts }), file({ lines: counts }, 'b.js')]).unmergeable).toEqual([]);
  });
});

describe('paths', () => {
  it.each([
    ['/shop/src/a.js', '/shop', 'src/a.js', false],
    ['/shop/src/a.js', '/shop/', 'src/a.js', false],
    ['file:///shop/src/a.js', '/shop', 'src/a.js', false],
    ['./src/../src/a.js', '/shop', 'src/a.js', false],
    ['C:\\shop\\src\\a.js', 'C:\\shop', 'src/a.js', false],
    ['/shopping/a.js', '/shop', '/shopping/a.js', true],
    ['../lib/a.js', '/shop', '../lib/a.js', true],
  ])('%s below %s is %s', (reported, root, expected, outside) => {
    expect(toProjectPath(reported, root)).toBe(expected);
    expect(isOutside(expected)).toBe(outside);
  });
});
