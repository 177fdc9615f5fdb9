import { describe, expect, it } from 'vitest';
import { toUtc } from '../../../../src/record/import/to-utc.ts';

const NOW = new Date('2026-11-21T20:00:00.000Z');
const read = (text: unknown, zoneless: 'refused' | 'utc' = 'refused') => toUtc(text, { zoneless, now: NOW });

describe('a told time', () => {
  it.each([
    ['2026-01-09T19:25:00Z', '2026-01-09T19:25:00.000Z'],
    ['2026-01-09T20:25:00+01:00', '2026-01-09T19:25:00.000Z'],
    ['2026-01-09T14:55:00.5-0430', '2026-01-09T19:25:00.500Z'],
    ['2026-01-09 19:25:00 UTC', '2026-01-09T19:25:00.000Z'],
    ['2026-01-09 19:25:00.123456 UTC', '2026-01-09T19:25:00.123Z'],
    ['2026-01-09 19:25:00+00', '2026-01-09T19:25:00.000Z'],
    ['2026-01-10T09:25+14:00', '2026-01-09T19:25:00.000Z'],
    // the hours around the change to summer time in Berlin are two hours apart on the clock, one in truth
    ['2026-03-29T01:30:00+01:00', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29T03:30:00+02:00', '2026-03-29T01:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(read(text)).toEqual({ ok: true, value: time });
  });

  it('without a zone is UTC only where the tool is known to mean that', () => {
    expect(read('2026-01-09 19:25:00', 'utc')).toEqual({ ok: true, value: '2026-01-09T19:25:00.000Z' });
    expect(read('2026-01-09 19:25:00')).toMatchObject({ ok: false, what: expect.stringContaining('in which zone') });
  });

  it.each<[unknown, RegExp]>([
    ['2026-02-30T00:00:00Z', /no time of the calendar/],
    ['2025-02-29T00:00:00Z', /no time of the calendar/],
    ['2026-13-01T00:00:00Z', /no time of the calendar/],
    ['2026-01-09T24:00:00Z', /no time of the calendar/],
    ['2026-01-09T19:25:60Z', /no time of the calendar/],
    ['2026-01-09T19:25:00+15:00', /no time of the calendar/],
    ['0001-01-01T00:00:00Z', /no time of the calendar|before 1970/],
    ['1969-12-31T23:59:59Z', /before 1970/],
    ['2026-11-21T20:00:00.001Z', /in the future/],
    ['2026-01-09', /is not a time/],
    ['yesterday', /is not a time/],
    ['', /is not a time/],
    [1767986700, /is not a time/],
    [null, /is not a time/],
    ['2026-01-09T19:25:00Z; rm -rf /', /is not a time/],
  ])('%s is refused', (text, what) => {
    expect(read(text)).toMatchObject({ ok: false, what: expect.stringMatching(what) });
  });
});
