/** Whatever stands in the place of results or coverage: nothing throws, and nothing that was failed or missed becomes good. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCoverage } from '../../../../src/record/coverage/read-coverage.ts';
import { succeeded } from '../../../../src/record/results/model.ts';
import { type ReadResults, readResults } from '../../../../src/record/results/read-results.ts';
import { readWritten, readWrittenAs } from './written.ts';

const RUNS = 60;
const corpora = path.resolve(import.meta.dirname, '../../../corpora');
const text = (name: string): string => readFileSync(path.join(corpora, name), 'utf8');

const RESULTS = [
  'jest.json',
  'jest-ctrf.json',
  'vitest.json',
  'playwright.json',
  'pytest-junit.xml',
  'TEST-shop.PriceTest.xml',
];

/** How many tests a file lets pass. */
function good(read: ReadResults): number {
  return read.outcome === 'read' ? read.results.tests.filter(succeeded).length : 0;
}

test('any JSON, and any text, is read or named as what it is not', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json({ maxDepth: 4 }),
        fc.string(),
        fc.string().map((inside) => `<testsuite>${inside}`),
      ),
      (content) => {
        expect(good(readWritten('any', content))).toBe(0);
      },
    ),
    { numRuns: RUNS },
  );
});

test.each(RESULTS)('%s, cut off anywhere, is never read with all that passed', (name) => {
  const whole = text(`results/${name}`);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: whole.trimEnd().length - 1 }), (end) => {
      expect(readWritten(name, whole.slice(0, end)).outcome).not.toBe('read');
    }),
    { numRuns: RUNS },
  );
});

test.each(RESULTS)('%s with a piece of it taken out never lets more pass in silence', (name) => {
  const whole = text(`results/${name}`);
  const before = good(readResults(path.join(corpora, 'results', name), name));
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 40 }), (start, length) => {
      const read = readWritten(name, whole.slice(0, start) + whole.slice(start + length));
      const isTold = read.outcome === 'read' && read.results.doubts.length > 0;
      // An attribute or a tag of one test may be what was taken out; more than one test is never turned.
      expect(good(read) <= before + 1 || isTold).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test.each(['jest-coverage-final.json', 'pytest-cov-a.json', 'pytest-cov-a.xml', 'vitest.lcov'])(
  '%s, cut off anywhere, is never read',
  (name) => {
    const whole = text(`coverage/${name}`);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.trimEnd().length - 1 }), (end) => {
        const read = (file: string): string => readCoverage(file, name, () => false).outcome;
        expect(readWrittenAs(whole, read)).toBe('read');
        expect(readWrittenAs(whole.slice(0, end), read)).not.toBe('read');
      }),
      { numRuns: RUNS },
    );
  },
);
