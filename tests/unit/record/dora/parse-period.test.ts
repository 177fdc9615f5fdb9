import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/errors.ts';
import { monthOf, parsePeriod } from '../../../../src/record/dora/parse-period.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');

describe('a period', () => {
  it.each<[string, string | undefined, string | undefined, string, string, number]>([
    ['the days before now', undefined, undefined, '2026-10-22T12:00:00.000Z', '2026-11-21T12:00:00.000Z', 30],
    ['days', '7d', undefined, '2026-11-14T12:00:00.000Z', '2026-11-21T12:00:00.000Z', 7],
    ['weeks', '2w', undefined, '2026-11-07T12:00:00.000Z', '2026-11-21T12:00:00.000Z', 14],
    [
      'a day, and the half of today',
      '2026-11-20',
      undefined,
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T12:00:00.000Z',
      2,
    ],
    [
      'from day to day, both inclusive',
      '2026-11-01',
      '2026-11-03',
      '2026-11-01T00:00:00.000Z',
      '2026-11-04T00:00:00.000Z',
      3,
    ],
    ['a month that is over', '2026-02', undefined, '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', 28],
    [
      'the month that runs: of its days, 21 have begun',
      '2026-11',
      undefined,
      '2026-11-01T00:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
      21,
    ],
    ['months', '2026-01', '2026-03', '2026-01-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', 90],
    [
      'times',
      '2026-11-20T23:00:00+01:00',
      '2026-11-21T10:00:00Z',
      '2026-11-20T22:00:00.000Z',
      '2026-11-21T10:00:00.000Z',
      1,
    ],
    [
      'a month in which a clock is turned has 31 days',
      '2026-10',
      undefined,
      '2026-10-01T00:00:00.000Z',
      '2026-11-01T00:00:00.000Z',
      31,
    ],
  ])('can be %s', (_, since, until, start, end, days) => {
    expect(parsePeriod(since, until, NOW, 30)).toEqual({ start, end, days });
  });

  it.each<[string, string, string | undefined, RegExp]>([
    ['no time', 'yesterday', undefined, /--since "yesterday" is no time/],
    ['a day that there is not', '2026-02-30', undefined, /is no time/],
    ['a month that there is not', '2026-13', undefined, /is no time/],
    ['a time without its zone', '2026-11-01T10:00:00', undefined, /is no time/],
    ['nothing', '0d', undefined, /is no time/],
    ['the future', '2026-12-01', undefined, /begins in the future/],
    ['backwards', '2026-11-10', '2026-11-09', /ends before it begins/],
    ['escape sequences', '\u001b[31mred', undefined, /--since "red" is no time/],
  ])('cannot be %s', (_, since, until, message) => {
    expect(() => parsePeriod(since, until, NOW, 30)).toThrow(InputError);
    expect(() => parsePeriod(since, until, NOW, 30)).toThrow(message);
  });

  it('says both ends that are wrong at once', () => {
    expect(() => parsePeriod('x', 'y', NOW, 30)).toThrow(/--since "x"[\s\S]*--until "y"/);
  });

  it.each([
    ['2026-02', undefined, '2026-02'],
    ['2026-02-01', '2026-02-28', '2026-02'],
    ['2026-02-01', '2026-02-27', undefined],
    ['2026-01', '2026-02', undefined],
    ['30d', undefined, undefined],
  ])('from %s to %s is the month %s', (since, until, month) => {
    expect(monthOf(parsePeriod(since, until, NOW, 30))).toBe(month);
  });
});
