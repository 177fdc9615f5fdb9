import { describe, expect, it } from 'vitest';
import { readCommit as read } from '../../../../src/record/import/read-commit.ts';
import { clean } from './import-sample.ts';

const readCommit = (value: unknown, also: 'versions' | 'commits-only') => read(value, also, clean);

describe('a told commit', () => {
  it.each([
    ['1e57859', '1e57859'],
    ['1234567', '1234567'],
    ['ABCDEF1', 'abcdef1'],
    [` ${'a'.repeat(40)} `, 'a'.repeat(40)],
    ['b'.repeat(64), 'b'.repeat(64)],
  ])('%s is taken', (text, commit) => {
    expect(readCommit(text, 'commits-only')).toEqual({ ok: true, value: commit });
  });

  it.each(['1.4.0', 'v2', '2026.01.09-3', 'release/7', '1.10', '2'])(
    '%s is a version, where versions are taken',
    (text) => {
      expect(readCommit(text, 'versions')).toEqual({ ok: true, value: text });
      expect(readCommit(text, 'commits-only')).toMatchObject({ ok: false });
    },
  );

  it.each<unknown>([
    JSON.parse('1e57859'),
    JSON.parse('1234567'),
    '1e+57859',
    '1E+57',
    '1.2345E10',
    '1234567.0',
    'Infinity',
    '-inf',
    'NaN',
  ])('%s was a commit once, and is refused with the reason', (value) => {
    for (const also of ['versions', 'commits-only'] as const) {
      expect(readCommit(value, also)).toMatchObject({
        ok: false,
        what: expect.stringContaining('took the commit for a number'),
      });
    }
  });

  it.each<unknown>([
    null,
    undefined,
    true,
    {},
    [],
    '',
    ' ',
    '../../etc/passwd',
    '$(id)',
    '-x',
    `ghp_${'a'.repeat(36)}`,
    'a b',
    'a\nb',
    `${'a'.repeat(201)}z`,
  ])('%j is neither', (value) => {
    expect(readCommit(value, 'versions')).toMatchObject({ ok: false, expected: expect.stringContaining('7 to 64') });
  });
});
