import { expect, test } from 'vitest';
import { worstCode } from '../../security/worst-code.ts';

test.each<[readonly (number | null)[], number]>([
  [[0, 0], 0],
  [[0, 3], 3],
  [[3, 1], 1],
  [[1, 2], 2],
  [[2, 70], 70],
  [[0, null], 70],
  [[0, 137], 70],
  [[], 70],
])('%j ends with %i', (codes, code) => {
  expect(worstCode(codes)).toBe(code);
});
