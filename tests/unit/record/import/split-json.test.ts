/** The reader of large JSON: the same records wherever the text is cut into parts, and every damage with its line. */
import { describe, expect, it } from 'vitest';
import { createJsonSplitter, MAX_RECORD_CHARS, type SplitItem } from '../../../../src/record/import/split-json.ts';

function split(text: string, size = text.length): SplitItem[] {
  const splitter = createJsonSplitter();
  const items: SplitItem[] = [];
  for (let at = 0; at < text.length; at += size) items.push(...splitter.push(text.slice(at, at + size)));
  return [...items, ...splitter.end()];
}

const short = (items: readonly SplitItem[]) =>
  items.map((item) => ('problem' in item ? `${item.line}: ${item.problem.what}` : [item.line, item.value]));

const TRICKY = { a: '}{"][,\\', b: '"\\"', c: [{ d: {} }, [1]], 'é\u2028': 'ü\n' };

describe('records', () => {
  it.each<[string, string, [number, unknown][]]>([
    [
      'JSON lines',
      '{"a":1}\n{"a":2}\n',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'JSON lines without a last line break',
      '{"a":1}\n{"a":2}',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'JSON lines with carriage returns and empty lines',
      '\r\n{"a":1}\r\n\r\n{"a":2}\r\n',
      [
        [2, { a: 1 }],
        [4, { a: 2 }],
      ],
    ],
    [
      'an array',
      '[{"a":1},{"a":2}]',
      [
        [1, { a: 1 }],
        [1, { a: 2 }],
      ],
    ],
    [
      'an indented array',
      '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n]\n',
      [
        [2, { a: 1 }],
        [5, { a: 2 }],
      ],
    ],
    [
      'arrays one after the other',
      '[{"a":1}][{"a":2}]\n[]\n[{"a":3}]',
      [
        [1, { a: 1 }],
        [1, { a: 2 }],
        [3, { a: 3 }],
      ],
    ],
    [
      'an array of arrays',
      '[[{"a":1}],[],[{"a":2}]]',
      [
        [1, { a: 1 }],
        [1, { a: 2 }],
      ],
    ],
    ['one indented object', '{\n  "a": 1\n}\n', [[1, { a: 1 }]]],
    [
      'objects one after the other',
      '{\n"a": 1\n}{\n"a": 2\n}',
      [
        [1, { a: 1 }],
        [3, { a: 2 }],
      ],
    ],
    ['what looks like structure in a text', `[${JSON.stringify(TRICKY)}]`, [[1, TRICKY]]],
    ['an empty array', '[]', []],
    ['nothing', ' \n', []],
  ])('of %s are read, in parts of any size', (_, text, records) => {
    for (const size of [1, 2, 3, 5, 7, 64, text.length]) expect(short(split(text, size))).toEqual(records);
  });

  it.each<[string, string, (string | [number, unknown])[]]>([
    ['a torn line', '{"a":1}\n{"a":\n{"a":3}\n', [[1, { a: 1 }], '2: this is not JSON', [3, { a: 3 }]]],
    ['a torn first line', '{"a":\n{"a":2}\n', ['1: this is not JSON', [2, { a: 2 }]]],
    ['a torn last line', '{"a":1}\n{"a":', [[1, { a: 1 }], '2: the file ends in the middle of a record']],
    ['two records on a line', '{"a":1}{"a":2}\n', ['1: this is not JSON']],
    ['a mark of a conflict', '{"a":1}\n<<<<<<< HEAD\n{"a":2}\n', [[1, { a: 1 }], '2: this is not JSON', [3, { a: 2 }]]],
    [
      'a line that is no record',
      '{"a":1}\n[1]\n"x"\nnull\n',
      [[1, { a: 1 }], '2: this is not a record', '3: this is not a record', '4: this is not a record'],
    ],
    ['a zero byte', '{"a":1}\n{"a":"\u0000"}\n', [[1, { a: 1 }], '2: this is not JSON']],
    [
      'an array that was cut off',
      '[{"a":1},\n{"a":2}',
      [[1, { a: 1 }], [2, { a: 2 }], '2: the file ends in the middle of a record'],
    ],
    [
      'an array that was cut off in a record',
      '[{"a":1},\n{"a":',
      [[1, { a: 1 }], '2: the file ends in the middle of a record'],
    ],
    ['a missing comma', '[{"a":1} {"a":2}]', [[1, { a: 1 }], '1: "{" stands where it does not belong']],
    ['a comma too many', '[{"a":1},]', [[1, { a: 1 }], '1: "]" stands where it does not belong']],
    ['a bracket too many', '[{"a":1}]]', [[1, { a: 1 }], '1: "]" stands where it does not belong']],
    ['a value that is no record', '[1]', ['1: "1" stands where it does not belong']],
    ['too many arrays', '[[[{"a":1}]]]', ['1: "[" stands where it does not belong']],
    ['the page of a server', '<!DOCTYPE html>\n<html>', ['1: "<" stands where it does not belong']],
    ['wrong JSON inside', '[{"a":1},\n{"a":tru},\n{"a":3}]', [[1, { a: 1 }], '2: this is not JSON', [3, { a: 3 }]]],
    [
      'a key that stands twice',
      '{"a":{"a":1,"b":":"}}\n{"a":1,"\\u0061":2}\n{"__proto__":1}',
      [[1, { a: { a: 1, b: ':' } }], '2: a key stands twice in the record', [3, JSON.parse('{"__proto__":1}')]],
    ],
    ['a line break inside of a text', '[{"a":"x\ny"}]', ['1: this is not JSON']],
  ])('of %s are read as far as they are right', (_, text, records) => {
    for (const size of [1, 3, text.length]) expect(short(split(text, size))).toEqual(records);
  });

  it.each([
    ['a line', `{"a":"${'x'.repeat(MAX_RECORD_CHARS)}"}\n{"a":1}\n`],
    ['a record of an array', `[{"a":"${'x'.repeat(MAX_RECORD_CHARS)}"},{"a":1}]`],
    ['a line that never ends', `{"a":"${'x'.repeat(MAX_RECORD_CHARS + 2)}`],
  ])('end at %s that is too long', (_, text) => {
    const [first] = split(text, 1_000_000);
    expect(first && 'problem' in first ? first.problem.what : 'a record').toBe('the record is too long');
  });
});
