import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanSamplesNeeded } from '../../../src/contract/claims.ts';
import { applyDefaults, loadDefaults } from '../../../src/contract/defaults.ts';
import { nearest } from '../../../src/contract/nearest.ts';

const one = (at: string) => [{ path: at.split('.'), value: 7, source: 'test' }];

describe('a default', () => {
  test.each([
    ['fills what is not there', 'a.*.b', { a: { x: {} } }, { a: { x: { b: 7 } } }],
    ['leaves what is there', 'a.*.b', { a: { x: { b: 1 } } }, { a: { x: { b: 1 } } }],
    ['makes what leads to it', 'a.*.b.c', { a: [{}] }, { a: [{ b: { c: 7 } }] }],
    ['makes nothing before a "*"', 'a.*.b', {}, {}],
    ['makes nothing at a "?"', 'a?.b', {}, {}],
    ['fills behind a "?" that is there', 'a?.b', { a: {} }, { a: { b: 7 } }],
    ['leaves a wrong type for validation to tell', 'a.b', { a: 'text' }, { a: 'text' }],
    ['leaves null for validation to tell', 'a.b', { a: null }, { a: null }],
  ])('%s', (_, at, document, expected) => {
    expect(applyDefaults(document, one(at))).toEqual(expected);
  });

  test('does not change the document that it was given', () => {
    const document = { a: [{}] };
    applyDefaults(document, one('a.*.b'));
    expect(document).toEqual({ a: [{}] });
  });
});

test('every default that is shipped cites a source', () => {
  expect(loadDefaults().values.length).toBeGreaterThan(20);
});

test('how old a proof may be, and how long a gate may take, are defaults too', () => {
  const duration: unknown = expect.stringMatching(/^\d+[smhd]$/);
  expect(loadDefaults().commands).toEqual({ 'verify.maxAge': duration, 'gates.timeout': duration });
});

test.each([
  [
    'an unnamed source',
    'schema: gate10/defaults/v1\nsources: {}\ncommands: []\ndefaults: [{ path: a, value: 1, source: S9 }]\n',
    'S9',
  ],
  [
    "an unnamed source of a command's default",
    'schema: gate10/defaults/v1\nsources: {}\ndefaults: []\ncommands: [{ path: a, value: 1h, source: S8 }]\n',
    'S8',
  ],
  ['a wrong file', 'schema: other\n', 'authority/defaults.yaml'],
])('%s is refused', (_, text, what) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-defaults-'));
  writeFileSync(path.join(folder, 'defaults.yaml'), text);
  expect(() => loadDefaults(path.join(folder, 'defaults.yaml'))).toThrow(what);
  rmSync(folder, { recursive: true });
});

test.each([
  [0.95, 0.95, 59],
  [0.95, 0.99, 90],
  [0.99, 0.95, 299],
  [0.99, 0.99, 459],
  [0.999, 0.95, 2995],
  [0.999, 0.99, 4603],
])('to show %d at %d confidence takes %d clean samples', (ratio, confidence, needed) => {
  expect(cleanSamplesNeeded(ratio, confidence)).toBe(needed);
});

test.each([
  ['frontdor', ['frontDoor', 'system'], 'frontDoor'],
  ['samplign', ['settle', 'sampling'], 'sampling'],
  ['zzz', ['settle', 'sampling'], undefined],
])('the nearest word to %s is found', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
