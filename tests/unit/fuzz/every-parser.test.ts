/**
 * Every parser of the fuzz registry: right inputs are taken, the saved corpus and some thousand damaged inputs are read or
 * refused in words, none of them for more than a second. `npm run fuzz:parsers -- --cases 100000` is the whole of it;
 * `GATE10_FUZZ_CASES` and `GATE10_SEED` change what is tried here.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Finding, type FuzzParser, fair, judged, mustEqual } from '../../fuzz/fuzz-parser.ts';
import { PARSERS } from '../../fuzz/parsers.ts';
import { LIMIT_MS, runCases } from '../../fuzz/run-cases.ts';
import { doubtfulKey, mustBeStrict } from '../../fuzz/strict-json.ts';

const CASES = process.env['GATE10_FUZZ_CASES'];
const SEED = Number(process.env['GATE10_SEED'] || 1);
const IN_CI = 5000;
const CORPUS = path.resolve(import.meta.dirname, '../../corpora/fuzz');

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'gate10-fuzz-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test.each(PARSERS.map((parser) => [parser.name, parser] as const))(
  '%s reads, or refuses in words',
  async (_, parser) => {
    const cases = Number(CASES || parser.inCi || IN_CI);
    const { finding, slowestMs, read } = await runCases(parser, { cases, seed: SEED, folder: folder() });
    expect(finding && { ...finding, bytes: Buffer.from(finding.bytes).toString('utf8') }).toBeUndefined();
    expect(slowestMs).toBeLessThan(LIMIT_MS);
    expect(read).toBeGreaterThan(0);
  },
  600_000,
);

test('every folder of the corpus belongs to a parser, and names are given once', () => {
  const names = PARSERS.map(({ name }) => name);
  expect(readdirSync(CORPUS).filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

describe('a parser that is wrong is found, where it', () => {
  const parser = (open: FuzzParser['open']): FuzzParser => ({
    ...{ name: 'wrong', reads: 'x', form: 'json', samples: () => ['{"a": "b"}'], open },
  });
  const taken = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));

  test.each<[string, FuzzParser['open'], RegExp]>([
    ['throws what is no answer', () => (bytes) => judged(() => taken(bytes)), /SyntaxError/],
    [
      'takes a key twice',
      () => (bytes) => {
        try {
          taken(bytes);
        } catch {
          return 'refused';
        }
        mustBeStrict(bytes);
        return 'read';
      },
      /Finding: it was taken/,
    ],
    [
      'refuses without a line',
      () => (bytes) => (bytes[0] === 0x7b ? 'read' : fair([{ code: 'x', what: 'y', file: 'z' }])),
      /names no line/,
    ],
    [
      'takes too long',
      () => (bytes) => {
        const { user } = process.threadCpuUsage();
        while (bytes[0] !== 0x7b && process.threadCpuUsage().user - user < 300_000);
        return 'read';
      },
      /it took \d{3} ms/,
    ],
  ])('%s', async (_, open, said) => {
    const { finding } = await runCases(parser(open), {
      cases: 500,
      seed: 1,
      folder: folder(),
      ...{ shrink: false, limitMs: 250 },
    });
    expect(finding?.why).toMatch(said);
  });

  test('takes nothing that is right', async () => {
    const run = runCases(
      parser(() => () => 'refused'),
      { cases: 1, seed: 1, folder: folder() },
    );
    await expect(run).rejects.toThrow('no sample of wrong is a right one');
  });
});

describe('the second look', () => {
  test.each<[string, string | undefined]>([
    ['{"a": 1, "a": 2}', '"a"'],
    ['{"a": {"b": 1}, "c": [{"b": 1}, {"b": 2, "\\u0062": 3}]}', '"\\u0062"'],
    ['{"__proto__": 1}', '"__proto__"'],
    ['{"a": "a", "b": ["a", "a"], "c": "{\\"a\\":1,\\"a\\":2}"}', undefined],
    ['[[], {}, {"a": {}}, "x"]', undefined],
  ])('finds the doubtful key of %s', (text, key) => {
    expect(doubtfulKey(text)).toBe(key);
  });

  test('knows what is equal', () => {
    expect(() => mustEqual({ a: 1, b: undefined }, { a: 1 }, 'x')).not.toThrow();
    expect(() => mustEqual({ a: 1 }, { a: 2 }, 'x')).toThrow(Finding);
  });
});
