import { expect, it } from 'vitest';
import { nameMatcher, pathMatcher } from '../../../../src/record/results/glob.ts';

it.each<[string, string, boolean]>([
  ['src/**', 'src/a/b.ts', true],
  ['src/**', 'src/b.ts', true],
  ['src/**', 'src', true],
  ['src/**', 'lib/src/b.ts', false],
  ['src/*', 'src/b.ts', true],
  ['src/*', 'src/a/b.ts', false],
  ['**/*.test.ts', 'a.test.ts', true],
  ['**/*.test.ts', 'x/y/a.test.ts', true],
  ['**/*.test.ts', 'x/y/a_test.ts', false],
  ['src/{a,b}/*.ts', 'src/b/x.ts', true],
  ['src/{a,b}/*.ts', 'src/c/x.ts', false],
  ['a?.ts', 'ab.ts', true],
  ['a+(b).ts', 'a+(b).ts', true],
  ['./src/*', 'src/b.ts', true],
  ['./backend/', 'backend/a.ts', false],
])('%s and %s', (glob, path, expected) => {
  expect(pathMatcher(glob)(path)).toBe(expected);
});

it.each<[string, string, boolean]>([
  ['a › b', 'a › b', true],
  ['a › b', 'a › b c', false],
  ['*b*', 'x/y › b [1] (c)', true],
  ['t [1] (c)?', 't [1] (c)?', true],
  ['t.', 'tx', false],
])('%s and %s', (pattern, name, expected) => {
  expect(nameMatcher(pattern)(name)).toBe(expected);
});
