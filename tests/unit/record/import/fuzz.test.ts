/**
 * Whatever stands in the place of an export: events that the history takes, or problems with a place, in time; never an
 * exception. `GATE10_FUZZ_CASES=100000` for more; `GATE10_FUZZ_SEED` repeats a run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../../src/ledger/parse-event.ts';
import { gitTags } from '../../../../src/record/import/git-tags.ts';
import type { ImportFormat } from '../../../../src/record/import/import-format.ts';
import { type Fields, readFields } from '../../../../src/record/import/record-fields.ts';
import { createJsonSplitter } from '../../../../src/record/import/split-json.ts';
import { clean, FORMATS, NOW, SCOPE, sampleText } from './import-sample.ts';

const CASES = Number(process.env['GATE10_FUZZ_CASES'] || 5000);
const SEED = Number(process.env['GATE10_FUZZ_SEED'] || 20_260_109);
const LIMIT_MS = 1000;
/** Of this process alone: a busy machine is no hang. */
const cpuMs = () => process.cpuUsage().user / 1000;
const SAMPLES: Readonly<Record<string, string>> = {
  'github-deployments': 'github-deployments.jsonl',
  'github-releases': 'github-releases.json',
  devlake: 'devlake.jsonl',
  fourkeys: 'fourkeys.jsonl',
  'deployment-history': 'deployment_history.jsonl',
};

type Members = Readonly<Record<string, unknown>>;

function recordsOf(text: string): Members[] {
  const splitter = createJsonSplitter();
  return [...splitter.push(text), ...splitter.end()].flatMap((item) => ('value' in item ? [item.value] : []));
}

/** What commits, times and words turn into on their way through spreadsheets, shells and people. */
const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom<unknown>(
    ...[
      '1e57859',
      '1e+57859',
      1e21,
      Number.MAX_SAFE_INTEGER + 2,
      -1,
      0.5,
      '',
      ' ',
      '\u0000',
      '\ud800',
      '\u202e',
      '::error::x',
    ],
    ...[
      '$(touch ran)',
      '../../etc/passwd',
      '__proto__',
      '0001-01-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ],
    ...[
      '2026-01-05 10:00:00',
      '2026-01-05T10:00:00.999999999+14:00',
      'a'.repeat(5000),
      `ghp_${'a'.repeat(36)}`,
      [],
      {},
      [[]],
      null,
    ],
    ...[
      'PRODUCTION',
      'production',
      'SUCCESS',
      true,
      false,
      ['x'],
      [{ state: 'success', created_at: '2026-01-05T10:00:00Z' }],
    ],
  ),
);

/** Two words that are in order, or problems: nothing else, and soon. */
function holds(format: ImportFormat, members: Members): void {
  const startMs = cpuMs();
  const fields: Fields = readFields(members, { clean, now: NOW, zoneless: format.zoneless });
  const imported = format.read(fields, SCOPE);
  expect(cpuMs() - startMs).toBeLessThan(LIMIT_MS);
  if (imported.kind === 'wrong') expect(fields.problems.length).toBeGreaterThan(0);
  for (const { path, what } of fields.problems) expect(path && what).toBeTruthy();
  if (imported.kind !== 'told' || fields.problems.length > 0) return;
  expect(parseEvent(imported.event).data).toEqual(imported.event);
  const text = JSON.stringify(imported.event);
  expect(text).not.toMatch(/\\u00[01]|\\u007f|\u001b|\u202e|ghp_/);
  expect(imported.event.system + imported.event.environment).toBe('shopproduction');
  expect(text.length).toBeLessThan(10_000);
}

const settings = { numRuns: CASES, seed: SEED };

describe.each(FORMATS.map((format) => [format.name, format] as const))('%s', (name, format) => {
  const samples = recordsOf(sampleText(SAMPLES[name] ?? ''));
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];

  it('takes right records with anything in any of their members for what they are', () => {
    const changes = fc.dictionary(fc.constantFrom(...names), strange, { maxKeys: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), changes, (sample, change) => holds(format, { ...sample, ...change })),
      settings,
    );
  });

  it('takes any JSON for what it is', () => {
    const record = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), strange, { maxKeys: 8 });
    fc.assert(
      fc.property(record, (members) => holds(format, members)),
      settings,
    );
  });
});

describe('git-tags', () => {
  const names = ['tag', 'type', 'object', 'peeledType', 'peeledObject', 'tagged', 'committed', 'peeledCommitted', 'by'];
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom('tag', 'commit', 'a'.repeat(40), '1767607440', '99999999999', ''),
  );

  it('takes anything that git could say for what it is', () => {
    fc.assert(
      fc.property(fc.record(Object.fromEntries(names.map((name) => [name, value]))), fc.boolean(), (members, light) =>
        holds(gitTags(light), members),
      ),
      settings,
    );
  });
});

describe('the splitter', () => {
  const pieces = fc.constantFrom(
    '{"a":1}',
    '[',
    ']',
    ',',
    '\n',
    '{',
    '}',
    '"',
    '\\',
    ' ',
    '{"a":"x',
    '\ufeff',
    '\u0000',
    'null',
    '1e999',
    '{"a":[{}]}',
    '<<<<<<<',
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json({ maxDepth: 4 }),
  );

  it('says the same of any text, wherever it is cut', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 9 }), (text, size) => {
        const startMs = cpuMs();
        const [whole, parts] = [createJsonSplitter(), createJsonSplitter()];
        const expected = [...whole.push(text), ...whole.end()];
        const items = [];
        for (let at = 0; at < text.length; at += size) items.push(...parts.push(text.slice(at, at + size)));
        expect([...items, ...parts.end()]).toEqual(expected);
        for (const { line } of expected) expect(line).toBeGreaterThan(0);
        expect(cpuMs() - startMs).toBeLessThan(LIMIT_MS);
      }),
      settings,
    );
  });

  it('finds every record of any list of them', () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), {
      minLength: 1,
      maxLength: 5,
    });
    const asLines = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).join('\n');
    const layouts = fc.constantFrom(asLines, JSON.stringify, (list: readonly unknown[]) =>
      JSON.stringify(list, null, 2),
    );
    fc.assert(
      fc.property(records, layouts, (list, layout) => {
        expect(recordsOf(layout(list))).toEqual(JSON.parse(JSON.stringify(list)));
      }),
      settings,
    );
  });
});
