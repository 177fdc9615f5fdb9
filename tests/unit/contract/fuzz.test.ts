/** What the registry (tests/fuzz, tests/unit/fuzz) does not try: any value in any place, and very many keys. */
import { expect, test } from 'vitest';
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

test('a megabyte of keys is refused within two seconds, with a hundred problems', () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `key-${index}: 1`).join('\n');
  const started = spentMs();
  const { problems } = loadError(`environments: { live: {} }\n${keys}`);
  expect(problems.filter(({ code }) => code === 'unknown-key').length).toBeLessThanOrEqual(100);
  expect(problems.some(({ code }) => code === 'more')).toBe(true);
  expect(spentMs() - started).toBeLessThan(2 * LIMIT_MS);
});
