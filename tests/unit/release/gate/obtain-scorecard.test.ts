/** What a gate takes for a scorecard, and what it does not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { obtainScorecard } from '../../../../src/release/gate/obtain-scorecard.ts';
import { sampleScorecard } from '../../../fuzz/parsers/release.ts';
import { goodManifest } from './gate-stand.ts';

async function obtained(change: (text: string) => string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gate10-card-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'card.json'), change(await sampleScorecard()));
  const manifest = { ...goodManifest(), scorecard: { path: 'card.json', sha256: '' } };
  return obtainScorecard({ manifest, sha256: '', folder }, ['production']);
}

test('a scorecard is read as a run left it', async () => {
  expect(await obtained((text) => text)).toMatchObject({ state: 'read', value: { environment: 'embedded' } });
});

test.each<[string, (text: string) => string, RegExp]>([
  ['says its verdict twice', (text) => text.replace('{', '{"overall_passed": false, '), /a key that is there twice/],
  [
    'reaches a prototype',
    (text) => text.replace('{', '{"__proto__": {"overall_passed": true}, '),
    /a key that is there/,
  ],
  ['was cut off', (text) => text.slice(0, 200), /not a scorecard that this gate10 knows/],
  ['is empty', () => '', /not a scorecard/],
  ['is not UTF-8', () => '\ud800', /not a scorecard/],
  ['has no block', (text) => text.replace('"blocks"', '"block"'), /not a scorecard/],
])('one that %s is unusable', async (_, change, why) => {
  expect(await obtained(change)).toMatchObject({ state: 'unusable', why: expect.stringMatching(why) });
});
