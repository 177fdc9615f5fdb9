import { describe, expect, test } from 'vitest';
import { matchPattern, patternProblem } from '../../../src/contract/pattern.ts';

describe('a pattern', () => {
  test('gives its groups, empty for those that took no part', () => {
    expect(matchPattern('v(\\d+)(-rc)?', 'build v12')).toEqual({ kind: 'match', groups: ['v12', '12', ''] });
  });

  test('says when it does not match', () => {
    expect(matchPattern('^a$', 'b')).toEqual({ kind: 'no-match' });
  });

  test('that would run for ever is stopped, and the next one works', () => {
    const started = performance.now();
    expect(matchPattern('^(a+)+$', `${'a'.repeat(60)}!`)).toEqual({ kind: 'timeout', limitMs: 200 });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(matchPattern('b', 'abc').kind).toBe('match');
  });

  test('that lost its time to other processes is tried again', () => {
    const usage = process.cpuUsage;
    // as on a machine that gives this process nothing to compute with: time goes by, no work is done
    process.cpuUsage = () => ({ user: 0, system: 0 });
    try {
      const started = performance.now();
      expect(matchPattern('^(a+)+$', `${'a'.repeat(60)}!`).kind).toBe('timeout');
      expect(performance.now() - started).toBeGreaterThan(600);
    } finally {
      process.cpuUsage = usage;
    }
  });

  test('looks at the first 64 kB only', () => {
    const text = `${'a'.repeat(65_536)}b`;
    expect([matchPattern('b', text).kind, matchPattern('b', text.slice(1)).kind]).toEqual(['no-match', 'match']);
  });

  test.each(['(', '[z-a]', '\\q', 'a{2,1}'])('%s is refused before it runs', (pattern) => {
    expect(patternProblem(pattern)).toContain('Invalid regular expression');
  });

  test('that compiles is no problem', () => {
    expect(patternProblem('^(?!.*\\bat\\b).*$')).toBeUndefined();
  });
});
