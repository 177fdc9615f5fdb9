/** Lines of an export that two readers could understand in two ways, or nobody can hash: refused with their line, none is taken. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/contract/canonical.ts';
import { InputError } from '../../../src/errors.ts';
import { chainRow, GENESIS } from '../../../src/ledger/chain.ts';
import { readExport } from '../../../src/ledger/read-export.ts';
import { temporaryFolder } from './sample-events.ts';
import { deployed } from './told-events.ts';

const ROW = chainRow(undefined, '2026-03-12T00:00:00.000Z', {
  key: 'k1',
  event: canonicalJson(deployed('d-1', '2026-03-11T00:00:00Z')),
});
const LINE = canonicalJson({ ...ROW, event: JSON.parse(ROW.event) });

function read(text: string): { taken: number } | { code: string; line: number | undefined; what: string } {
  const file = path.join(temporaryFolder(), 'export.jsonl');
  writeFileSync(file, text);
  try {
    return { taken: [...readExport(file, { partial: false })].length };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [{ code, line, what } = { code: '', what: '' }] = error.problems;
    return { code, line, what };
  }
}

const row = (event: string): string =>
  `{"seq":2,"at":"2026-03-12T00:00:00.000Z","key":"k2","prev":"${ROW.hash}","hash":"${GENESIS}","event":${event}}`;

describe('a line of an export', () => {
  test('is taken as it was printed, and as another tool prints it', () => {
    expect(read(`${LINE}\n`)).toEqual({ taken: 1 });
    expect(read(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(LINE)).reverse())))).toEqual({ taken: 1 });
  });

  test.each([
    ['with a key twice', LINE.replace('{"at":', '{"at":"2020-01-01T00:00:00.000Z","at":'), 1, 'import-json', 'twice'],
    [
      'with a key twice in its event',
      LINE.replace('"outcome":', '"outcome":"failed","outcome":'),
      1,
      'import-json',
      'twice',
    ],
    [
      'with a key that reaches a prototype',
      LINE.replace('{"at":', '{"__proto__":{},"at":'),
      1,
      'import-json',
      '__proto__',
    ],
    ['with a number without end', `${LINE}\n${row('{"a":1e999}')}`, 2, 'import-row', 'no canonical form'],
    [
      'nested deeper than can be followed',
      `${LINE}\n${row(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)}`,
      2,
      'import-row',
      'no canonical form',
    ],
  ])('%s is refused', (_, text, line, code, what) => {
    expect(read(text)).toEqual({ code, line, what: expect.stringContaining(what) });
  });
});
