import { expect, test } from 'vitest';
import { doubtfulKey } from '../../../src/contract/doubtful-key.ts';

test.each<[string, string | undefined]>([
  ['{"a": 1, "a": 2}', 'a'],
  ['{"x": {"a": 1}, "y": [{"a": 1}, {"a": 2, "\\u0061": 3}]}', 'a'],
  ['{"x": [{"__proto__": {}}]}', '__proto__'],
  ['{"": 1, "": 2}', ''],
  ['{"a\\"b": 1, "a\\"b": 2}', 'a"b'],
  ['{"a": "a", "b": ["a", "a"], "c": "{\\"a\\": 1, \\"a\\": 2}"}', undefined],
  ['[[], {}, {"a": {"a": {"a": 1}}}, "a", "a"]', undefined],
  ['"a"', undefined],
])('of %s is %s', (text, key) => {
  expect(doubtfulKey(text)).toBe(key);
});

test('is looked for in a nesting that no recursion could follow', () => {
  const deep = `${'[{"a":'.repeat(50_000)}{"b":1,"b":2}${'}]'.repeat(50_000)}`;
  expect(doubtfulKey(deep)).toBe('b');
});
