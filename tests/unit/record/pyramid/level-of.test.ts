/** Which level a test is of, and who says so first. */
import { describe, expect, it } from 'vitest';
import type { LevelRule } from '../../../../src/contract/tests-schema.ts';
import { createLevelOf } from '../../../../src/record/pyramid/level-of.ts';
import { loadPyramidAuthority } from '../../../../src/record/pyramid/pyramid-authority.ts';
import type { TestResult } from '../../../../src/record/results/model.ts';

const { names } = loadPyramidAuthority();
const test = (given: Partial<TestResult>): TestResult => ({
  name: 't',
  status: 'passed',
  retries: 0,
  tags: [],
  ...given,
});
const levelOf = (given: Partial<TestResult>, rules: LevelRule[] = [], report = 'junit.xml') =>
  createLevelOf(rules, names)(test(given), report);

describe('by convention', () => {
  it.each<[string, Partial<TestResult>, string, string | undefined]>([
    ['a folder', { file: 'tests/unit/price.test.ts' }, 'junit.xml', 'unit'],
    [
      'a folder that pytest writes as a package',
      { suite: 'pytest › tests.integration.test_store' },
      'junit.xml',
      'integration',
    ],
    ['the outermost folder', { file: 'tests/unit/contract/policy.test.ts' }, 'junit.xml', 'unit'],
    ['a part of a file name', { file: 'src/cart.e2e.ts' }, 'junit.xml', 'e2e'],
    ['a project', { project: 'Integration', file: 'tests/unit/a.ts' }, 'junit.xml', 'integration'],
    ['a tag', { tags: ['@slow', '@e2e'], file: 'a.ts' }, 'junit.xml', 'e2e'],
    ['a class of Failsafe', { suite: 'shop.PriceIT' }, 'junit.xml', 'integration'],
    ['a class that only ends like one', { suite: 'shop.AUDIT' }, 'junit.xml', undefined],
    ['what the file says', { level: 'security', file: 'tests/unit/a.ts' }, 'junit.xml', 'security'],
    ['the name of the report', { suite: 'prices' }, 'reports/junit-unit.xml', 'unit'],
    ['a sentence', { suite: 'the unit of a price' }, 'junit.xml', undefined],
    ['a word inside a word', { file: 'src/community/a.ts' }, 'junit.xml', undefined],
    ['nothing', {}, 'junit.xml', undefined],
  ])('%s', (_, given, report, expected) => {
    expect(levelOf(given, [], report)).toBe(expected);
  });
});

describe('by the policy', () => {
  it.each<[string, LevelRule, Partial<TestResult>, string | undefined]>([
    ['over a convention', { level: 'e2e', files: 'tests/unit/**' }, { file: 'tests/unit/a.ts' }, 'e2e'],
    ['over what the file says', { level: 'e2e', project: 'live' }, { project: 'live', level: 'unit' }, 'e2e'],
    [
      'where a class stands for the file',
      { level: 'e2e', files: 'tests/cli/**' },
      { suite: 'tests/cli/a.test.ts' },
      'e2e',
    ],
    ['by suite', { level: 'contract', suites: '*Pact*' }, { suite: 'shop.PactTest' }, 'contract'],
    ['by report', { level: 'performance', reports: 'k6/*.xml' }, {}, undefined],
    [
      'only where all of it fits',
      { level: 'e2e', project: 'live', files: 'tests/cli/**' },
      { project: 'live', file: 'tests/unit/a.ts' },
      'unit',
    ],
  ])('%s', (_, rule, given, expected) => {
    expect(levelOf(given, [rule])).toBe(expected);
  });

  it('by the first rule that fits', () => {
    const rules: LevelRule[] = [
      { level: 'contract', files: 'tests/a/**' },
      { level: 'e2e', files: 'tests/**' },
    ];
    expect(levelOf({ file: 'tests/a/x.ts' }, rules)).toBe('contract');
    expect(levelOf({ file: 'tests/b/x.ts' }, rules)).toBe('e2e');
  });
});
