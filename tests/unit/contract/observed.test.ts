import { describe, expect, test } from 'vitest';
import { fieldsOf, type ObservedExchange, readObserved, toObservedLine } from '../../../src/contract/observed.ts';
import { InputError } from '../../../src/errors.ts';

const exchange: ObservedExchange = {
  v: 1,
  contract: 'a'.repeat(64),
  operation: 'GET /jobs',
  operationId: 'searchJobs',
  method: 'GET',
  path: '/jobs',
  status: 200,
  contentType: 'application/json',
  request: { contentType: null, parameters: ['query page'], fields: [], valid: true },
  response: { fields: ['/items', '/items/*/id'] },
  valid: true,
  problems: [],
};

function refusal(text: string): InputError {
  try {
    readObserved(text, 'seen.ndjson');
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('The lines were accepted.');
}

test('what was written is read again', () => {
  const text = toObservedLine(exchange) + toObservedLine({ ...exchange, operation: null, path: null, status: 404 });
  expect(readObserved(text, 'seen.ndjson')).toEqual([
    exchange,
    { ...exchange, operation: null, path: null, status: 404 },
  ]);
});

describe('the fields of', () => {
  test.each([
    ['an object', { a: 1, b: { c: null } }, ['/a', '/b', '/b/c']],
    ['a list, its items under one name', [{ a: 1 }, { b: 2 }], ['/*/a', '/*/b']],
    ['keys that pointers have to escape', { 'a/b': 1, 'c~d': 1 }, ['/a~1b', '/c~0d']],
    ['a text', 'x', []],
    ['nothing', null, []],
  ])('%s', (_, value, fields) => {
    expect(fieldsOf(value)).toEqual(fields);
  });

  test('an answer with a million keys stay few', () => {
    expect(fieldsOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, key) => [key, 0]))).length).toBe(2000);
  });
});

describe('refused, with its line:', () => {
  test.each([
    ['a line that is no JSON', '{"v":1', 'not JSON'],
    ['a line of another version', toObservedLine({ ...exchange, v: 2 as 1 }), 'v:'],
    ['a line without a verdict', toObservedLine({ ...exchange, valid: undefined as never }), 'valid:'],
    ['a line with a value too many', toObservedLine({ ...exchange, body: 'secret' } as never), 'body'],
    ['a status that is none', toObservedLine({ ...exchange, status: 0 }), 'status:'],
    ['another kind of file', 'null', 'the line'],
  ])('%s', (_, line, what) => {
    const error = refusal(`${toObservedLine(exchange)}${line}`);
    expect(error.message).toContain('seen.ndjson:2: ');
    expect(error.message).toContain(what);
  });

  test('every wrong line at once', () => {
    expect(refusal('x\ny\n').problems).toHaveLength(2);
  });
});
