import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../../../src/contract/schema.ts';
import { matchValue } from '../../../../src/probe/flow/match.ts';
import { fillDeep, fillTemplate } from '../../../../src/probe/flow/template.ts';
import { readPointer, withoutPointers } from '../../../../src/probe/http/json-pointer.ts';

describe('a matcher', () => {
  it.each<[Matcher, unknown, unknown]>([
    ['a', 'a', 'b'],
    [1, 1, '1'],
    [true, true, 'true'],
    [null, null, undefined],
    [{ equals: { a: [1] } }, { a: [1] }, { a: [2] }],
    [{ oneOf: ['a', 2] }, 2, 3],
    [{ type: 'integer' }, 3, 3.5],
    [{ type: 'array' }, [], {}],
    [{ type: 'object' }, {}, null],
    [{ type: 'null' }, null, 0],
    [{ type: 'string' }, '', 0],
    [{ matches: '^a+$' }, 'aa', 'ab'],
    [{ matches: '^1$' }, '1', 1],
    [{ contains: 'b' }, 'abc', 'acd'],
    [{ contains: 'b' }, ['b'], ['bb']],
    [{ min: 2, max: 3 }, 3, 4],
    [{ min: 2 }, 2, '2'],
    [{ minLength: 2 }, 'ab', 'a'],
    [{ minLength: 1 }, [0], []],
    [{ minItems: 1 }, [0], []],
    [{ minItems: 1 }, [0], 'text'],
    [{ maxItems: 1 }, [0], [0, 1]],
    [{ not: 'a' }, 'b', 'a'],
    [{ not: null }, 0, null],
    [{ not: 'a' }, 'b', undefined],
    [{ not: [1] }, [2], [1]],
    [{ lacks: 'Set up' }, 'Log in', 'Set up your admin'],
    [{ lacks: 'a' }, ['b'], ['a']],
    [{ lacks: 'a' }, 'b', 5],
    [{ present: true }, null, undefined],
    [{ present: false }, undefined, 0],
    [{ type: 'string', minLength: 3 }, 'abc', 'ab'],
    [{ type: 'string' }, 'x', undefined],
  ])('%j takes %j and refuses %j', (matcher, good, bad) => {
    expect(matchValue(matcher, good)).toEqual({ ok: true });
    expect(matchValue(matcher, bad)).toMatchObject({ ok: false });
  });

  it('gives up on a pattern that would run for ever', () => {
    expect(() => matchValue({ matches: '^(a+)+$' }, `${'a'.repeat(40)}b`)).toThrow('was not done within 200 ms');
  });

  it('shows long values cut, secrets first taken out', () => {
    const redact = (text: string): string => text.replaceAll('secret', '***');
    expect(matchValue('x', `secret${'y'.repeat(500)}`, redact)).toMatchObject({
      actual: expect.stringMatching(/^"\*\*\*y+…$/),
    });
  });
});

it.each([
  ['', { a: 1 }],
  ['/a~1b', 2],
  ['/c/1', 'y'],
  ['/c/01', undefined],
  ['/c/-', undefined],
  ['/toString', undefined],
  ['/d/~0x', 3],
])('pointer %j', (pointer, value) => {
  const document = { 'a/b': 2, c: ['x', 'y'], d: { '~x': 3 } };
  if (pointer !== '') expect(readPointer(document, pointer)).toEqual(value);
  else expect(readPointer(document, pointer)).toBe(document);
});

it('takes fields out of a copy', () => {
  const document = { a: 1, list: [{ t: 1, k: 2 }] };
  expect(withoutPointers(document, ['/a', '/list/0/t', '/none/x'])).toEqual({ list: [{ k: 2 }] });
  expect(document).toEqual({ a: 1, list: [{ t: 1, k: 2 }] });
});

it('fills templates, encodes where it is asked to, and refuses names without a value', () => {
  const values = new Map([['id', 'a/b']]);
  expect(fillTemplate('/x/{{ id }}', values, encodeURIComponent)).toBe('/x/a%2Fb');
  expect(fillDeep({ list: ['{{id}}', 1], keep: null }, values)).toEqual({ list: ['a/b', 1], keep: null });
  expect(() => fillTemplate('{{other}}', values)).toThrow('{{other}} has no value');
});
