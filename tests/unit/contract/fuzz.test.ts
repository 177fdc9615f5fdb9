import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseOpenApi } from '../../../src/contract/openapi.ts';
import { InputError } from '../../../src/errors.ts';
import fc from '../seeded.ts';
import { load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

const CASES = { numRuns: 300 };
const LIMIT_MS = 1000;

/** Processor time of this thread, so that other work on the machine does not count. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const PIECES = [
  '\t',
  '\0',
  '&a ',
  '*a',
  '<<: ',
  '!x ',
  '---\n',
  '? ',
  ': ',
  '[',
  '{',
  '"',
  "'",
  '|\n',
  '#',
  '\uFEFF',
  '- ',
];

/** A text that is nearly right: pieces of it cut out, doubled, or replaced by what YAML finds special. */
function damaged(text: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(text.length),
    cut: fc.nat(40),
    put: fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ maxLength: 10, unit: 'binary' }),
      fc.constant(text.slice(0, 200)),
    ),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 6 })
    .map((edits) => edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), text));
}

/** Only an InputError whose problems all have a code, within a second. */
function isFair(run: () => unknown): void {
  const started = spentMs();
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { problems } = error as InputError;
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ code, what }) => code !== '' && what !== '')).toBe(true);
  }
  expect(spentMs() - started).toBeLessThan(LIMIT_MS);
}

test('a damaged contract loads or is refused, within a second', () => {
  fc.assert(
    fc.property(damaged(SMALL_CONTRACT), (text) => isFair(() => load(text))),
    CASES,
  );
});

test('any bytes load or are refused, within a second', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => isFair(() => load(bytes))),
    CASES,
  );
});

test('any JSON in any place of a contract loads or is refused, within a second', () => {
  const keys = ['promises', 'edges', 'cors', 'layers', 'environments', 'slis', 'frontend', 'identity', 'services'];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 6 }), (key, value) => {
      const text = SMALL_CONTRACT.replace(new RegExp(`^${key}:(?:.*\\n)(?: .*\\n)*`, 'm'), '');
      isFair(() => load(`${text}${key}: ${JSON.stringify(value)}\n`));
    }),
    CASES,
  );
});

test('a damaged OpenAPI document is read or refused, within a second', async () => {
  const text = readFileSync('contracts/openapi/backend.yaml', 'utf8').slice(0, 6000);
  await fc.assert(
    fc.asyncProperty(damaged(text), async (broken) => {
      const started = spentMs();
      const outcome = await parseOpenApi(broken, 'api.yaml').catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InputError);
      expect(spentMs() - started).toBeLessThan(LIMIT_MS);
    }),
    CASES,
  );
});

test('a megabyte of keys is refused within two seconds, with a hundred problems', () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `key-${index}: 1`).join('\n');
  const started = spentMs();
  const { problems } = loadError(`environments: { live: {} }\n${keys}`);
  expect(problems.filter(({ code }) => code === 'unknown-key').length).toBeLessThanOrEqual(100);
  expect(problems.some(({ code }) => code === 'more')).toBe(true);
  expect(spentMs() - started).toBeLessThan(2 * LIMIT_MS);
});
