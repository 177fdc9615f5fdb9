import { expect, test } from 'vitest';
import { readTraceParent } from '../../../../src/release/trace/trace-parent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${TRACE}-${SPAN}-01`],
  ['not sampled', `00-${TRACE}-${SPAN}-00`],
  ['of a version to come', `cc-${TRACE}-${SPAN}-01`],
  ['of a version to come that says more', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
])('a parent is %s', (_, text) => {
  expect(readTraceParent(text)).toEqual({ traceId: TRACE, spanId: SPAN });
});

test.each<[string, string | undefined]>([
  ['nothing', undefined],
  ['an empty text', ''],
  ['another text', 'yes'],
  ['a version that is forbidden', `ff-${TRACE}-${SPAN}-01`],
  ['a version 00 that says more', `00-${TRACE}-${SPAN}-01-more`],
  ['a version to come without its dash', `cc-${TRACE}-${SPAN}-01.more`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a trace of zeroes', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeroes', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['a trace that is short', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a span that is no hex', `00-${TRACE}-${'g'.repeat(16)}-01`],
  ['no flags', `00-${TRACE}-${SPAN}`],
  ['white space', ` 00-${TRACE}-${SPAN}-01`],
  ['a line feed', `00-${TRACE}-${SPAN}-01\n`],
])('%s is no parent', (_, text) => {
  expect(readTraceParent(text)).toBeUndefined();
});
