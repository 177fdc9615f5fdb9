/** Whatever stands in the place of a report: nothing throws, and what is not a whole report never says "nothing found". */

import { expect, test } from 'vitest';
import fc from '../../seeded.ts';
import { readText, sampleText } from './samples.ts';

const SAMPLES = ['npm-audit', 'trivy', 'osv-scanner', 'bandit', 'safety-scan', 'safety-check', 'scanner.sarif'];
const RUNS = 150;

test('any JSON is read, or named as what it is not', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      const result = readText(text);
      const saysClean = result.outcome === 'read' && result.report.findings.length + result.report.doubts.length === 0;
      expect(saysClean).toBe(false);
    }),
    { numRuns: RUNS },
  );
});

/** Every place of a document: the keys that lead there. */
function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** An empty list of results is what a scanner writes that found nothing. */
const anything = fc.jsonValue({ maxDepth: 2 }).filter((value) => !Array.isArray(value) || value.length > 0);

const NOTHING = [null, false, true, 0, -1, 1e308, '', ' ', 'null', '0', {}, [null], [[]], [{}]];

test.each(SAMPLES)('%s with nothing useful in any one place never becomes a report without a finding', (name) => {
  const document: unknown = JSON.parse(sampleText(`${name}.json`));
  for (const place of placesOf(document)) {
    for (const by of NOTHING) {
      const result = readText(JSON.stringify(replaced(document, place, by)));
      const saysClean = result.outcome === 'read' && result.report.findings.length + result.report.doubts.length === 0;
      expect({ place, by, saysClean }).toEqual({ place, by, saysClean: false });
    }
  }
});

test.each(SAMPLES)('%s with anything anywhere never becomes a report without a finding', (name) => {
  const document: unknown = JSON.parse(sampleText(`${name}.json`));
  const places = placesOf(document);
  fc.assert(
    fc.property(fc.nat({ max: places.length - 1 }), anything, (index, by) => {
      const result = readText(JSON.stringify(replaced(document, places[index] ?? [], by)));
      const saysClean = result.outcome === 'read' && result.report.findings.length + result.report.doubts.length === 0;
      expect(saysClean).toBe(false);
    }),
    { numRuns: RUNS },
  );
});
