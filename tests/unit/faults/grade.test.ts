import { describe, expect, it } from 'vitest';
import type { VerdictRecord } from '../../../src/verdict/schema.ts';
import type { Expected } from '../../faults/fault.ts';
import { type Due, type Grade, grade, type Observed } from '../../faults/grade.ts';

type Word = VerdictRecord['verdict'];
const EXIT: Readonly<Record<Word, VerdictRecord['exitCode']>> = { passed: 0, warned: 0, failed: 1, inconclusive: 3 };

/** A layer that this part of the suite does not look at. */
const UNSEEN = 'storage';

function observed(verdict: Word, layers: Readonly<Record<string, Word>> = {}, more: Partial<Observed> = {}): Observed {
  const named = Object.entries(layers).map(([layer, status]) => {
    const reason = layer === UNSEEN ? { reason: 'not-run' } : {};
    return {
      layer,
      status,
      ...reason,
      declared: 'declared',
      rows: 1,
      failed: [],
    } as unknown as VerdictRecord['layers'][number];
  });
  const exitCode = EXIT[verdict];
  return { exitCode, hung: false, output: '', verdict: { verdict, exitCode, layers: named }, ...more };
}

const due = (expected: Expected, more: Partial<Due> = {}): Due => ({ expect: expected, layer: 'tls', ...more });

describe('a trial', () => {
  it.each<[string, Due, Observed, Grade]>([
    ['failed, with its layer', due('failed'), observed('failed', { tls: 'failed', dns: 'passed' }), 'right'],
    ['failed, with another layer', due('failed'), observed('failed', { dns: 'failed' }), 'misnamed'],
    ['failed, its layer only warned', due('failed'), observed('failed', { dns: 'failed', tls: 'warned' }), 'misnamed'],
    [
      'failed, with a layer that may be named too',
      due('failed', { alsoNames: ['dns'] }),
      observed('failed', { dns: 'failed' }),
      'right',
    ],
    ['passed although broken', due('failed'), observed('passed'), 'false-green'],
    ['warned although broken', due('failed'), observed('warned', { tls: 'warned' }), 'false-green'],
    ['only doubted although broken', due('failed'), observed('inconclusive', { tls: 'inconclusive' }), 'wrong-verdict'],
    [
      'a part that is all well although broken',
      due('failed'),
      observed('inconclusive', { tls: 'passed', [UNSEEN]: 'inconclusive' }, { isPart: true }),
      'false-green',
    ],
    [
      'a part that is doubted although broken',
      due('failed'),
      observed('inconclusive', { tls: 'inconclusive' }, { isPart: true }),
      'wrong-verdict',
    ],
    ['warned, as it is due', due('warned'), observed('warned', { tls: 'warned' }), 'right'],
    ['passed without the warning', due('warned'), observed('passed'), 'false-green'],
    ['failed instead of warned', due('warned'), observed('failed', { tls: 'failed' }), 'wrong-verdict'],
    ['in doubt, as it is due', due('inconclusive'), observed('inconclusive', { tls: 'inconclusive' }), 'right'],
    [
      'in doubt about another layer',
      due('inconclusive'),
      observed('inconclusive', { dns: 'inconclusive' }),
      'misnamed',
    ],
    ['passed instead of in doubt', due('inconclusive'), observed('passed'), 'false-green'],
    ['healthy and green', due('passed'), observed('passed'), 'right'],
    ['healthy and red', due('passed'), observed('failed', { tls: 'failed' }), 'false-alarm'],
    ['healthy and warned of', due('passed'), observed('warned', { tls: 'warned' }), 'false-alarm'],
    ['a hang', due('failed'), observed('failed', { tls: 'failed' }, { hung: true }), 'broken'],
    [
      'an exit code that contradicts the record',
      due('failed'),
      observed('failed', { tls: 'failed' }, { exitCode: 3 }),
      'broken',
    ],
    [
      'exit 0 against a failed record',
      due('failed'),
      observed('failed', { tls: 'failed' }, { exitCode: 0 }),
      'false-green',
    ],
    [
      'exit 0 without a record',
      due('failed'),
      observed('failed', {}, { exitCode: 0, verdict: undefined }),
      'false-green',
    ],
    ['exit 1 without a record', due('failed'), observed('failed', {}, { verdict: undefined }), 'broken'],
  ])('%s', (_, what, seen, expected) => {
    expect(grade(what, seen)).toBe(expected);
  });

  it.each<[string, Partial<Observed>, Grade]>([
    ['is right with exit 2 and the sentence', { exitCode: 2, output: 'api has no url' }, 'right'],
    ['is misnamed with exit 2 and another sentence', { exitCode: 2, output: 'boom' }, 'misnamed'],
    ['that ends with 3 is no refusal', { exitCode: 3 }, 'wrong-verdict'],
    ['that ends with 0 is a false green', { exitCode: 0 }, 'false-green'],
  ])('a refusal %s', (_, more, expected) => {
    const seen = { ...observed('passed'), verdict: undefined, ...more };
    expect(grade(due('refused', { says: /has no url/ }), seen)).toBe(expected);
  });

  it('in doubt is not named by a layer without any row', () => {
    const seen = observed('inconclusive');
    const silent = { layer: 'tls', status: 'inconclusive', declared: 'undeclared', rows: 0, failed: [] } as const;
    const verdict = { verdict: 'inconclusive', exitCode: 3, layers: [silent] } as unknown as Observed['verdict'];
    expect(grade(due('inconclusive'), { ...seen, verdict })).toBe('misnamed');
  });
});
