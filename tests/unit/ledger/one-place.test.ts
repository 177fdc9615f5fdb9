/** Whoever opens the history takes its place from the environment, or a team's server would be passed over in silence. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerPlace } from '../../../src/cli/context.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const OPENS = /\b(openLedger|openExisting|inspectHistory|noteRefusal|readProvenBefore|readProvenCommits)\(\s*[^)]/;

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

const passesOver = (text: string): boolean => OPENS.test(text) && !/\bledgerPlace\(/.test(text);
/** They are handed the place, and hand it on. */
const HANDED = ['src/cli/read-proven-before.ts', 'src/cli/read-proven-commits.ts'];

describe('the edges', () => {
  it('open the history where the environment says that it is, each of them', () => {
    const files = [...sources('src/cli'), ...sources('reporters')].filter((file) => !HANDED.includes(file));
    const texts = files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')] as const);
    expect(texts.filter(([, text]) => OPENS.test(text)).length).toBeGreaterThan(8);
    expect(texts.filter(([, text]) => passesOver(text)).map(([file]) => file)).toEqual([]);
  });

  it('would be found where they do not', () => {
    expect(passesOver('const ledger = await openLedger({ stateDir, now });')).toBe(true);
    expect(passesOver('const ledger = await openLedger({ stateDir, now, ...ledgerPlace(context) });')).toBe(false);
  });
});

describe('the place of the history', () => {
  const store = 'postgresql://host/db';
  it.each([
    [{}, {}],
    [{ GATE10_LEDGER: '', GATE10_CHECKPOINT: '' }, {}],
    [{ GATE10_LEDGER: store }, { store }],
    [{ GATE10_CHECKPOINT: 'copy.json' }, { externalCheckpoint: '/somewhere/copy.json' }],
    [
      { GATE10_LEDGER: store, GATE10_CHECKPOINT: '/safe/copy.json' },
      { store, externalCheckpoint: '/safe/copy.json' },
    ],
  ])('of %j is %j', (env, expected) => {
    expect(ledgerPlace({ cwd: '/somewhere', env })).toEqual(expected);
  });
});
