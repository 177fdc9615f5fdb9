import { expect, it } from 'vitest';
import { hideSecret } from '../../../../src/probe/flow/hide-secrets.ts';

it.each([
  ['/token', 'abcdef', '"abcdef"', 'a text of 6 characters (not shown)'],
  ['/user/api_key', 'abcdef', '"abcdef"', 'a text of 6 characters (not shown)'],
  ['/session', { id: 'abc' }, '{"id":"abc"}', 'a value of the type object (not shown)'],
  ['/tokens', ['abc'], '["abc"]', 'a list (not shown)'],
  ['set-cookie', 'sid=abc; HttpOnly', '"sid=abc; HttpOnly"', '"sid=(not shown); HttpOnly"'],
  ['/title', 'abcdef', '"abcdef"', '"abcdef"'],
  ['/tokens/0/title', 'abcdef', '"abcdef"', '"abcdef"'],
  ['/token', undefined, 'absent', 'absent'],
  ['/token', null, 'null', 'null'],
  ['content-type', 'text/html', '"text/html"', '"text/html"'],
])('%s with %j is shown so', (name, value, shown, expected) => {
  expect(hideSecret(name, value, shown)).toBe(expected);
});
