import { describe, expect, it } from 'vitest';
import type { LayerId } from '../../../../src/contract/layers.ts';
import type { PlannedRow, Row } from '../../../../src/probe/schema.ts';
import { chooseMeans } from '../../../../src/response/rollback/choose-means.ts';
import { plannedRow, row } from '../../verdict/sample-record.ts';
import { rollbackPolicyFor } from './sample-policy.ts';

/** layer, who observes it (undefined = no plan knows it), what came of it */
type Seen = readonly [layer: LayerId, by: PlannedRow['by'] | undefined, status: Row['status']];

function means(...seen: readonly Seen[]): string {
  const rows = seen.map(([layer, , status], index) => row(`${layer}.${index}`, { layer, status, reason: 'not-run' }));
  const planned = seen.flatMap(([layer, by], index) => (by ? [plannedRow(`${layer}.${index}`, { layer, by })] : []));
  const plan = { rows: planned } as unknown as Parameters<typeof chooseMeans>[0]['plan'];
  return chooseMeans({ rows, plan }, rollbackPolicyFor());
}

describe('a failure is seen again', () => {
  it.each<[string, readonly Seen[]]>([
    ['an endpoint', [['endpoints', 'engine', 'failed']]],
    ['a file of the frontend', [['frontend', 'engine', 'failed']]],
    ['what has to be served first', [['runtime', 'settle', 'failed']]],
    [
      'an endpoint, and a page besides',
      [
        ['frontend', 'browser', 'failed'],
        ['endpoints', 'engine', 'failed'],
      ],
    ],
    ['nothing that is critical', [['dns', 'engine', 'failed']]],
    ['nothing that is critical, but for a browser', [['performance' as LayerId, 'sampling', 'failed']]],
    ['nothing', []],
  ])('by a check where it is %s', (_, seen) => {
    expect(means(...seen)).toBe('check');
  });

  it.each<[string, readonly Seen[]]>([
    ['a page', [['frontend', 'browser', 'failed']]],
    ['a journey', [['authentication', 'journey', 'failed']]],
    ['a rate over time', [['endpoints', 'sampling', 'failed']]],
    ['what holds at the end', [['runtime', 'confirm', 'failed']]],
    ['a promise that no plan knows', [['endpoints', undefined, 'failed']]],
    [
      'a page, while endpoints passed, warned and could not be judged',
      [
        ['frontend', 'browser', 'failed'],
        ['endpoints', 'engine', 'passed'],
        ['endpoints', 'engine', 'warned'],
        ['endpoints', 'engine', 'inconclusive'],
      ],
    ],
    [
      'a page, while a check would fail where it is not critical',
      [
        ['frontend', 'browser', 'failed'],
        ['dns', 'engine', 'failed'],
      ],
    ],
  ])('by the suite where it is %s alone', (_, seen) => {
    expect(means(...seen)).toBe('suite');
  });
});
