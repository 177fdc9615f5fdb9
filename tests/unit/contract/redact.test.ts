import { describe, expect, test } from 'vitest';
import { createRedactor, MIN_SECRET_CHARS, notRedactable, redactJson } from '../../../src/contract/redact.ts';
import fc from '../seeded.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const ENCODINGS: Readonly<Record<string, (secret: string, before: string, after: string) => string>> = {
  raw: (secret, before, after) => `${before}${secret}${after}`,
  'URL-encoded': (secret) => encodeURIComponent(secret),
  'form-encoded': (secret) => new URLSearchParams({ key: secret }).toString().slice(4),
  JSON: (secret) => JSON.stringify({ key: secret }),
  base64: (secret, before, after) => base64(`${before}${secret}${after}`),
  'base64 for URLs': (secret, before, after) => Buffer.from(`${before}${secret}${after}`).toString('base64url'),
  'base64 in a URL': (secret) => encodeURIComponent(base64(secret)),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in capitals': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'a Basic pair': (secret) => `Basic ${base64(`user:${secret}`)}`,
};

/** What a reader could still find: the secret, after undoing the encoding of the whole text or of any run of it. */
function findable(text: string, secret: string): boolean {
  if (text.includes(secret)) return true;
  const runs = text.match(/[A-Za-z0-9+/_-]{4,}/g) ?? [];
  const hexRuns = text.match(/(?:[0-9a-f]{2}){3,}/gi) ?? [];
  const decoded = [
    ...runs.flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString())),
    ...hexRuns.map((run) => Buffer.from(run, 'hex').toString()),
  ];
  return decoded.some((value) => value.includes(secret));
}

const secrets = fc.oneof(
  fc.string({ minLength: MIN_SECRET_CHARS, maxLength: 40, unit: 'grapheme-ascii' }),
  fc.string({ minLength: MIN_SECRET_CHARS, maxLength: 24, unit: 'grapheme' }),
);

describe('a secret survives in no encoding:', () => {
  test.each(Object.entries(ENCODINGS))('%s', (_, encode) => {
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (secret, before, after) => {
        const text = encode(secret, before, after);
        const shown = createRedactor(new Map([['KEY', secret]]))(text);
        expect(shown).toContain('[redacted:KEY]');
        // the label itself may happen to hold a short secret such as "redact"
        expect(findable(shown.replaceAll('[redacted:KEY]', '\n'), secret)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

test('strings deep in JSON are redacted, keys included, and nothing else is touched', () => {
  const redact = createRedactor(new Map([['KEY', 'sesame-open']]));
  const value = { a: [{ b: 'x sesame-open y', 'sesame-open': 1 }], n: 7, z: null };
  expect(redactJson(value, redact)).toEqual({
    a: [{ b: 'x [redacted:KEY] y', '[redacted:KEY]': 1 }],
    n: 7,
    z: null,
  });
});

test('of two secrets the longer goes first, so that nothing of it stays', () => {
  const redact = createRedactor(
    new Map([
      ['SHORT', 'sesame'],
      ['LONG', 'sesame-open-0815'],
    ]),
  );
  expect(redact('sesame-open-0815 and sesame')).toBe('[redacted:LONG] and [redacted:SHORT]');
});

test('secrets that are too short are named and left alone', () => {
  const secrets = new Map([
    ['PIN', '12345'],
    ['KEY', '123456'],
  ]);
  expect(notRedactable(secrets)).toEqual(['PIN']);
  expect(createRedactor(secrets)('12345')).toBe('12345');
});

test('without secrets a text stays what it was', () => {
  expect(createRedactor(new Map())('a [b] $& c')).toBe('a [b] $& c');
});
