import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProvenBefore } from '../../../src/cli/read-proven-before.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { provenBefore } from '../../../src/record/proven-before.ts';
import { history, type ShortRun } from './sample-history.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);
const SCOPE = { system: 'mosaic', environment: 'production' };
const proof = (commit: string, more: Partial<ShortRun> = {}): ShortRun => ({
  commit,
  verdict: 'passed',
  end: '9 10:00',
  ...more,
});

describe('the commit that was proven before', () => {
  it.each<[string, ShortRun[], string | undefined]>([
    ['is that of the last proof', [proof(A), proof(B, { end: '9 11:00' })], B],
    ['may have been proven with a warning', [proof(A, { verdict: 'warned' })], A],
    ['is none where nothing was proven', [proof(A, { verdict: 'failed' })], undefined],
    ['is not the expected one', [proof(A), proof(C, { end: '9 11:00' })], A],
    ['is not an abbreviation of the expected one', [proof(A), proof(C.slice(0, 8), { end: '9 11:00' })], A],
    ['is not one that was only checked', [proof(A), proof(B, { end: '9 11:00', kind: 'check' })], A],
    ['is not one that was proven in part', [proof(A), proof(B, { end: '9 11:00', complete: false })], A],
    ['is not one of another environment', [proof(A), proof(B, { end: '9 11:00', environment: 'staging' })], A],
  ])('%s', (_, runs, expected) => {
    expect(provenBefore(history(runs), SCOPE, C)).toBe(expected);
  });

  it('is not one of another system', () => {
    expect(provenBefore(history([proof(A)]), { ...SCOPE, system: 'shop' }, C)).toBeUndefined();
  });
});

describe('a state folder', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'gate10-proven-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const options = { stateDir: path.join(dir, 'state'), now: () => new Date() };

  it('without a history knows no commit, and no history is begun', async () => {
    expect(await readProvenBefore(options, SCOPE, C)).toBeUndefined();
    await expect(openLedger({ ...options, create: false })).rejects.toThrow();
  });

  it('with a history knows it', async () => {
    const ledger = await openLedger(options);
    for (const { event, key } of history([proof(A)])) await ledger.append(event, key);
    await ledger.close();
    expect(await readProvenBefore(options, SCOPE, C)).toBe(A);
  });
});
