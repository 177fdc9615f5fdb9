/** A contract that is plain JSON reads the same by the fast way and by YAML: values, places and problems. */

import { describe, expect, test } from 'vitest';
import { readJsonDocument } from '../../../src/contract/json-document.ts';
import { type DataPath, parseYaml, type YamlResult } from '../../../src/contract/yaml-document.ts';
import fc from '../seeded.ts';

const LIMITS = { maxDepth: 48, maxValues: 1000 };

const NAME = fc.string({ unit: 'grapheme' });
const SHARE = fc.double({ min: -1, max: 1, noNaN: true });
const INDENT = fc.constantFrom(0, 1, 2, 4);

/** A line of its own before the text keeps the fast way out: it has to begin with "{". */
function byYaml(text: string): YamlResult {
  return parseYaml(`# slow\n${text}`, 'contracts/system.yaml');
}

function pathsOf(value: unknown, path: DataPath = []): DataPath[] {
  if (value === null || typeof value !== 'object') return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

describe('a document that is plain JSON', () => {
  test('has the values and places that YAML reads, whatever it holds and however it is indented', () => {
    const texts = fc
      .tuple(fc.object({ key: NAME, values: [NAME, fc.integer(), SHARE, fc.boolean(), fc.constant(null)] }), INDENT)
      .map(([value, indent]) => JSON.stringify(value, undefined, indent));
    let fast = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const found = readJsonDocument(text, LIMITS);
        if (found === undefined) return;
        fast += 1;
        const [quick, slow] = [parseYaml(text, 'contracts/system.yaml'), byYaml(text)];
        if (!quick.ok || !slow.ok) throw new Error(`only one of the two reads ${text}: ${JSON.stringify(slow)}`);
        expect(quick.document.value).toStrictEqual(slow.document.value);
        for (const path of pathsOf(found.value)) {
          const { line, keyLine, ...columns } = slow.document.place(path);
          expect(quick.document.place(path)).toEqual({ line: line - 1, keyLine: keyLine - 1, ...columns });
        }
      }),
      { numRuns: 300 },
    );
    expect(fast).toBeGreaterThan(200);
  });

  test('keeps a number as written where it is a name', () => {
    const read = readJsonDocument('{"commit": 1e57859, "port": 1e3}', {
      ...LIMITS,
      verbatim: ([key]) => key === 'commit',
    });
    expect(read?.value).toEqual({ commit: '1e57859', port: 1000 });
  });

  test.each([
    ['a key that is there twice', '{"a": 1, "a": 2}'],
    ['a key that reaches a prototype', '{"__proto__": 1}'],
    ['a merge key', '{"<<": {"a": 1}}'],
    ['a number that loses its text', '{"a": 12345678901234567890}'],
    ['a number without end', '{"a": 1e999}'],
    ['a number that begins with 0', '{"a": 0123}'],
    ['a comment', '{"a": 1} # note'],
    ['a comma too many', '{"a": 1,}'],
    ['a comma too few', '{"a": 1 "b": 2}'],
    ['a key without quotes', '{a: 1}'],
    ['a text without quotes', '{"a": b}'],
    ['a word that goes on', '{"a": true story}'],
    ['a text without end', '{"a": "b'],
    ['a line break inside a text', '{"a": "b\nc"}'],
    ['an unknown escape', '{"a": "\\x41"}'],
    ['a tab', '{\t"a": 1}'],
    ['a second document', '{"a": 1}\n---\n{"b": 2}'],
    ['an end that is missing', '{"a": [1, 2}'],
    ['another shape at the top', '["a"]'],
    ['too deep a nesting', `{"a": ${'['.repeat(60)}${']'.repeat(60)}}`],
    ['too many values', `{"a": [${Array.from({ length: 1000 }, () => 1).join(',')}]}`],
    ['a key that is too long', `{"${'k'.repeat(1100)}": 1}`],
  ])('is left to the YAML reader with %s', (_, text) => {
    expect(readJsonDocument(text, LIMITS)).toBeUndefined();
  });

  test('has the problems that YAML words', () => {
    const [quick, slow] = [parseYaml('{"a": 1,\n "a": 2}', 'f.yaml'), parseYaml('# x\n{"a": 1,\n "a": 2}', 'f.yaml')];
    expect(quick).toMatchObject({ ok: false, problems: [{ code: 'duplicate-key', line: 2 }] });
    expect(slow).toMatchObject({ ok: false, problems: [{ code: 'duplicate-key', line: 3 }] });
  });
});
