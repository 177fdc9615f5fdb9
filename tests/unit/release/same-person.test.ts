import { expect, test } from 'vitest';
import { isSamePerson } from '../../../src/release/same-person.ts';

test.each<[string, boolean]>([
  ['Bob Builder <bob@example.com>', true],
  ['Bob Builder <BOB@Example.com>', true],
  ['<bob@example.com>', true],
  ['bob@example.com', true],
  ['  Bob@example.com ', true],
  ['Bob <x> <bob@example.com>', true],
  ['bob@example.com <robert@example.org>', true],
  ['Ｂob <ｂob@example.com>', true],
  ['Bob Builder', false],
  ['Rob <notbob@example.com>', false],
  ['Bob <bob@example.com.evil.example>', false],
  ['', false],
])('bob@example.com and "%s": %s', (author, same) => {
  expect(isSamePerson('bob@example.com', author)).toBe(same);
});
