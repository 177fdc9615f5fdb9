/** Whatever stands in a file, or behind the options of `gate10 record`: events, or problems that say what is wrong. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '../../../../src/errors.ts';
import { parseEvent } from '../../../../src/ledger/parse-event.ts';
import { openJsonRecords } from '../../../../src/record/import/read-json-records.ts';
import type { SplitItem } from '../../../../src/record/import/split-json.ts';
import { toToldDeployment, toToldIncident, toToldIntervention } from '../../../../src/record/import/told-options.ts';
import { temporaryFolder } from '../../ledger/sample-events.ts';
import { clean, FORMATS, importItems, NOW, sampleText } from './import-sample.ts';

const CASES = Number(process.env['GATE10_FUZZ_CASES'] || 5000);
const seed = Number(process.env['GATE10_FUZZ_SEED'] || 20_260_109);

/** A right export with some of its bytes changed, dropped or added; or no export at all. */
const sample = Buffer.from(sampleText('github-deployments.json').slice(0, 3000));
const damaged = fc
  .array(fc.record({ at: fc.nat({ max: sample.length - 1 }), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 3 }) }), {
    maxLength: 4,
  })
  .map((changes) =>
    changes.reduce<Buffer>(
      (bytes, { at, byte, cut }) => Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + cut)]),
      sample,
    ),
  );

it('any bytes in a file are records, or problems with a line', async () => {
  const file = path.join(temporaryFolder(), 'export');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged),
      fc.constantFrom(...FORMATS),
      async (bytes, format) => {
        writeFileSync(file, bytes);
        const items: SplitItem[] = [];
        for await (const batch of openJsonRecords(file, 'export').batches) items.push(...batch);
        for (const { line } of items) expect(line).toBeGreaterThan(0);
        const { problems, invalid, events } = importItems(items, format);
        expect(problems.length > 0).toBe(invalid > 0);
        for (const event of events) expect(parseEvent(event).data).toEqual(event);
      },
    ),
    { numRuns: Math.ceil(CASES / 25), seed },
  );
}, 120_000);

const NAMES = [
  ...['id', 'system', 'environment', 'commit', 'at', 'by', 'source', 'url', 'outcome', 'commitTime', 'previousCommit'],
  ...['claimed', 'reality', 'detectedBy', 'rootCause', 'resolution', 'timeToDetectMinutes', 'title', 'severity'],
  ...['resolvedAt', 'kind', 'description'],
];
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    'shop',
    'production',
    '1e57859',
    '2026-01-05T10:00:00Z',
    '2025-01-05T10:00:00+14:00',
    'succeeded',
    'P1',
  ),
  fc.constantFrom(
    'rollback',
    'person',
    'https://example.com/a',
    '30',
    '',
    ' ',
    '\u0000',
    '::error::',
    '9'.repeat(2000),
  ),
);
const TELLERS = [toToldDeployment, toToldIncident, toToldIntervention] as const;
const RIGHT = {
  system: 'shop',
  environment: 'production',
  commit: '1e57859',
  id: 'i',
  outcome: 'failed',
  kind: 'hotfix',
};

it('any options are an event that the history takes, or problems that name their option', () => {
  const options = fc
    .tuple(fc.boolean(), fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 }))
    .map(([isRight, given]) => (isRight ? { ...RIGHT, title: 't', description: 'd', ...given } : given));
  fc.assert(
    fc.property(options, fc.constantFrom(...TELLERS), (given, toEvent) => {
      try {
        const event = toEvent({ options: given, clean, now: NOW });
        expect(parseEvent(event).data).toEqual(event);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        for (const { what } of error.problems) expect(what).toMatch(/^--[a-z-]+: \S/);
      }
    }),
    { numRuns: CASES, seed },
  );
});
