/** The shape, and what has to pass; unknown and absent are never good. */
import { describe, expect, it } from 'vitest';
import { countLevels } from '../../../../src/record/pyramid/count-levels.ts';
import { judgePyramid, toAdvice } from '../../../../src/record/pyramid/judge-pyramid.ts';
import { loadPyramidAuthority } from '../../../../src/record/pyramid/pyramid-authority.ts';
import type { MergedTest } from '../../../../src/record/results/merge-results.ts';
import type { Level, ResultStatus } from '../../../../src/record/results/model.ts';

const authority = loadPyramidAuthority();

interface Some {
  readonly level?: Level;
  readonly status?: ResultStatus;
  readonly count?: number;
  readonly name?: string;
}

function tests(...some: Some[]): MergedTest[] {
  return some.flatMap(({ level, status = 'passed', count = 1, name = 't' }, group) =>
    Array.from({ length: count }, (_, index): MergedTest => {
      const id = `${name} ${group}.${index}`;
      return { id, status, bothWays: false, report: 'r', test: { name: id, level, status, retries: 0, tags: [] } };
    }),
  );
}

const count = (all: MergedTest[], isQuarantined: (id: string) => boolean = () => false) =>
  countLevels(all, ({ level }) => level, isQuarantined);

function judge(
  all: MergedTest[],
  policy: Partial<Parameters<typeof judgePyramid>[1]> = {},
  isQuarantined?: (id: string) => boolean,
) {
  return judgePyramid(count(all, isQuarantined), { absent: {}, success: { integration: 0.98 }, ...policy }, authority);
}
const words = (...given: Parameters<typeof judge>): string[] =>
  judge(...given).map(({ name, status }) => `${status} ${name}`);
const shape = (unit: number, integration: number, e2e: number): MergedTest[] =>
  tests({ level: 'unit', count: unit }, { level: 'integration', count: integration }, { level: 'e2e', count: e2e });

describe('the shape', () => {
  it.each<[string, [number, number, number], string[]]>([
    ['a pyramid', [70, 20, 10], ['passed pyramid unit > integration', 'passed pyramid integration > e2e']],
    ['an ice-cream cone', [1, 2, 3], ['failed pyramid unit > integration', 'failed pyramid integration > e2e']],
    ['an hourglass', [9, 1, 5], ['passed pyramid unit > integration', 'failed pyramid integration > e2e']],
    ['a pillar', [5, 5, 1], ['failed pyramid unit > integration', 'passed pyramid integration > e2e']],
    ['units alone', [5, 0, 0], ['inconclusive pyramid integration', 'inconclusive pyramid e2e']],
    ['no units', [0, 2, 1], ['passed pyramid integration > e2e', 'inconclusive pyramid unit']],
  ])('%s', (_, [unit, integration, e2e], expected) => {
    expect(words(shape(unit, integration, e2e), { success: {} })).toEqual(expected);
  });

  it('counts what ran: skipped tests carry nothing', () => {
    const all = [...shape(3, 2, 0), ...tests({ level: 'e2e', status: 'skipped', count: 9 })];
    expect(words(all, { success: {} })).toEqual(['passed pyramid unit > integration', 'inconclusive pyramid e2e']);
  });

  it('may lack a level that the policy says there is not, and says where that is not so', () => {
    const absent = { e2e: 'a library has no pages' };
    expect(words(shape(3, 2, 0), { success: {}, absent })).toEqual(['passed pyramid unit > integration']);
    expect(words(shape(3, 2, 1), { success: {}, absent })).toContain('warned pyramid e2e');
  });

  it('is not known while the level of one test is not', () => {
    const [first] = judge([...shape(70, 20, 10), ...tests({ name: 'stray' })]);
    expect(first).toMatchObject({ status: 'inconclusive', message: expect.stringContaining('stray 0.0') });
  });

  it('is not made of contract, performance and security tests', () => {
    const all = [...shape(3, 2, 1), ...tests({ level: 'contract', count: 99 }, { level: 'security', count: 99 })];
    expect(words(all, { success: {} })).toEqual([
      'passed pyramid unit > integration',
      'passed pyramid integration > e2e',
    ]);
  });
});

describe('success', () => {
  const integration = (passed: number, failed: number, more: Some[] = []): string[] =>
    words([
      ...tests(
        { level: 'integration', count: passed },
        { level: 'integration', status: 'failed', count: failed, name: 'bad' },
        ...more,
      ),
    ]).filter((word) => word.includes('success'));
  it.each<[number, number, string]>([
    [100, 0, 'passed'],
    [98, 2, 'warned'],
    [97, 3, 'failed'],
    [0, 1, 'failed'],
  ])('%i passed and %i failed of integration: %s', (passed, failed, status) => {
    expect(integration(passed, failed)).toEqual([`${status} success integration`]);
  });

  it('counts errors as failures, flakes as passed, skips not at all', () => {
    expect(integration(1, 0, [{ level: 'integration', status: 'error' }])).toEqual(['failed success integration']);
    expect(integration(1, 0, [{ level: 'integration', status: 'flaky' }])).toEqual(['passed success integration']);
    expect(integration(1, 0, [{ level: 'integration', status: 'skipped', count: 50 }])).toEqual([
      'passed success integration',
    ]);
    expect(integration(0, 0, [{ level: 'integration', status: 'skipped' }])).toEqual([
      'inconclusive success integration',
    ]);
  });

  it('leaves failures in quarantine out, and shows them', () => {
    const all = tests({ level: 'integration', count: 9 }, { level: 'integration', status: 'failed', name: 'known' });
    const [check] = judge(all, {}, (id) => id.startsWith('known')).filter(({ name }) => name.startsWith('success'));
    expect(check).toMatchObject({ status: 'warned', message: expect.stringContaining('1 more failed in quarantine') });
    const only = tests({ level: 'integration', status: 'failed', name: 'known' });
    expect(words(only, {}, () => true)).toContain('inconclusive success integration');
  });
});

it('the split is advice: whatever it is, it fails nothing', () => {
  const lopsided = shape(98, 1, 0);
  expect(toAdvice(count(lopsided), authority).shares).toEqual({ unit: 98 / 99, integration: 1 / 99, e2e: 0 });
  expect(words(lopsided, { success: {}, absent: { e2e: 'a library has no pages' } })).toEqual([
    'passed pyramid unit > integration',
  ]);
  expect(toAdvice(count([]), authority).shares).toEqual({ unit: null, integration: null, e2e: null });
});
