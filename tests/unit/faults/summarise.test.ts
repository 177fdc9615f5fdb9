import { describe, expect, it } from 'vitest';
import { findUnsteady } from '../../faults/rerun.ts';
import type { TrialResult } from '../../faults/result.ts';
import { summarise } from '../../faults/summarise.ts';

const about = { measuredAt: '2026-01-01T00:00:00.000Z', codeDigest: 'code', toolDigest: 'tool' };

function result(name: string, more: Partial<TrialResult> = {}): TrialResult {
  return {
    ...{ name, kind: 'fault', layer: 'tls', severity: 'P0', expect: 'failed', how: 'check', grade: 'right' },
    ...{ verdict: 'failed', exitCode: 1, failed: ['tls'], warned: [], inconclusive: [], red: [], because: '' },
    ...{ seconds: 1, at: about.measuredAt, campaign: 'one', codeDigest: 'code', trialDigest: name },
    ...more,
  };
}

describe('a summary', () => {
  it('claims less than one per cent from 299 faults that were all caught, and not from 298', () => {
    const of = (n: number) =>
      summarise(
        Array.from({ length: n }, (_, index) => result(`L${index} a`)),
        about,
      );
    expect(of(299).falseGreens).toMatchObject({ count: 0, n: 299, share: 0 });
    expect(of(299).falseGreens.upper).toBeLessThan(0.01);
    expect(of(298).falseGreens.upper).toBeGreaterThan(0.01);
  });

  it('counts a false green in its layer, in P0 and in all, and lists it', () => {
    const results = [result('L11-01 a'), result('L11-01 b', { grade: 'false-green', verdict: 'passed' })];
    const summary = summarise(results, about);
    expect(summary.falseGreens).toMatchObject({ count: 1, n: 2, share: 0.5 });
    for (const layer of ['tls', 'P0', 'all'])
      expect(summary.byLayer.find((line) => line.layer === layer)).toMatchObject({
        faults: 1,
        trials: 2,
        falseGreens: 1,
      });
    expect(summary.byLayer.find((line) => line.layer === 'dns')).toMatchObject({ trials: 0 });
    expect(summary.notRight.map(({ name }) => name)).toEqual(['L11-01 b']);
  });

  it('keeps healthy runs apart: a false alarm is not a fault', () => {
    const healthy = { kind: 'healthy', expect: 'passed' } as const;
    const results = [result('N01 plain', healthy), result('N01 plain', { ...healthy, grade: 'false-alarm' })];
    const summary = summarise(results, about);
    expect(summary.falseAlarms).toMatchObject({ count: 1, n: 2 });
    expect(summary.falseGreens).toMatchObject({ n: 0, share: null, upper: 1 });
  });

  it('says how often another layer is named first', () => {
    const results = [
      result('a', { because: 'tls: expired' }),
      result('b', { because: 'dns: odd' }),
      result('c', { grade: 'misnamed' }),
    ];
    expect(summarise(results, about).notFirst).toMatchObject({ count: 1, n: 2 });
  });

  it('asks for the layer only of trials whose verdict was right', () => {
    const results = [result('a', { grade: 'misnamed' }), result('b', { grade: 'wrong-verdict' }), result('c')];
    expect(summarise(results, about).misnamed).toMatchObject({ count: 1, n: 2 });
  });
});

describe('the same trial many times', () => {
  it('is steady while it says the same, and named where it does not', () => {
    expect(findUnsteady([result('a'), result('a'), result('b')])).toEqual([]);
    const other = result('a', { verdict: 'inconclusive', exitCode: 3, grade: 'wrong-verdict' });
    expect(findUnsteady([result('a'), other, result('b')])).toEqual([
      { name: 'a', said: ['1 × failed exit 1 right', '1 × inconclusive exit 3 wrong-verdict'] },
    ]);
  });
});
