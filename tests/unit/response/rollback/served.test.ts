import { describe, expect, it } from 'vitest';
import type { IdentitySample } from '../../../../src/probe/schema.ts';
import { type Served, serves, toServed } from '../../../../src/response/rollback/served.ts';
import { A, B } from './sample-rollbacks.ts';

function sample(change: Partial<IdentitySample>): IdentitySample {
  return { at: '2026-11-21T10:00:00.000Z', via: 'api', ...change };
}

describe('what is served', () => {
  it.each<[string, IdentitySample[], Served]>([
    ['one build', [sample({ commit: A }), sample({ commit: A })], { kind: 'one', commit: A }],
    ['one build, once abbreviated', [sample({ commit: A }), sample({ commit: 'aaaaaaa' })], { kind: 'one', commit: A }],
    [
      'one build with its schema',
      [sample({ commit: A, schemaVersion: '4' }), sample({ commit: A })],
      { kind: 'one', commit: A, schemaVersion: '4' },
    ],
    [
      'one build with two schemas',
      [sample({ commit: A, schemaVersion: '4' }), sample({ commit: A, schemaVersion: '5' })],
      { kind: 'one', commit: A },
    ],
    ['one build where it answers', [sample({ error: '502' }), sample({ commit: A })], { kind: 'one', commit: A }],
    ['two builds', [sample({ commit: A }), sample({ commit: B })], { kind: 'mixed', commits: [A, B] }],
    [
      'one build, and another in a cache',
      [sample({ commit: A }), sample({ commit: B, cached: 'age: 9' })],
      { kind: 'one', commit: A },
    ],
    [
      'only what a cache says',
      [sample({ commit: B, cached: 'age: 9' })],
      { kind: 'unknown', why: 'only a cache answered' },
    ],
    ['nothing', [], { kind: 'unknown', why: 'nothing was asked' }],
    ['only errors', [sample({ error: 'no answer' })], { kind: 'unknown', why: 'no answer' }],
    ['only a version', [sample({ version: '1.4.0' })], { kind: 'unknown', why: 'the identity names no commit' }],
  ])('is known from samples: %s', (_, samples, expected) => {
    expect(toServed(samples)).toEqual(expected);
  });

  it('is a commit only where it is the only one', () => {
    expect(serves({ kind: 'one', commit: A }, 'aaaaaaa')).toBe(true);
    expect(serves({ kind: 'one', commit: A }, B)).toBe(false);
    expect(serves({ kind: 'mixed', commits: [A, B] }, A)).toBe(false);
    expect(serves({ kind: 'unknown', why: 'w' }, '')).toBe(false);
  });
});
