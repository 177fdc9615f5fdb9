/** Results → rates with exact bounds (Clopper and Pearson, one-sided). Pure. */
import { COUNTED_LAYERS, LAYERS, type LayerId } from '../../src/contract/layers.ts';
import { upperMissShare } from '../../src/probe/sli/bounds.ts';
import type { TrialResult } from './result.ts';

export interface Rate {
  readonly count: number;
  readonly n: number;
  readonly share: number | null;
  /** At most this share, at the confidence. */
  readonly upper: number;
}

export interface LayerLine {
  readonly layer: LayerId | 'P0' | 'all';
  readonly faults: number;
  readonly trials: number;
  readonly falseGreens: number;
  readonly misnamed: number;
  readonly other: number;
}

export interface About {
  readonly measuredAt: string;
  /** of everything that decides a trial's outcome but its fault */
  readonly codeDigest: string;
  /** of the suite alone */
  readonly toolDigest: string;
}

export interface Summary extends About {
  readonly schema: 'gate10/faults/v1';
  readonly confidence: number;
  readonly faults: number;
  /** Of the fourteen, those with at least one trial. */
  readonly layersCovered: number;
  readonly falseGreens: Rate;
  readonly falseAlarms: Rate;
  /** Of the trials whose verdict was right, those that named another layer. */
  readonly misnamed: Rate;
  readonly misnamedP0: Rate;
  /** Of the trials that were right, those in which the first sentence is of another layer: named, but not first. */
  readonly notFirst: Rate;
  readonly byLayer: readonly LayerLine[];
  readonly notRight: readonly { readonly name: string; readonly grade: string; readonly because: string }[];
}

export const CONFIDENCE = 0.95;

export function summarise(results: readonly TrialResult[], about: About): Summary {
  const faults = results.filter(({ kind }) => kind === 'fault');
  const healthy = results.filter(({ kind }) => kind === 'healthy');
  const named = faults.filter(({ grade }) => grade === 'right' || grade === 'misnamed');
  const isMisnamed = ({ grade }: TrialResult): boolean => grade === 'misnamed';
  const p0 = faults.filter(({ severity }) => severity === 'P0');
  const layers = LAYERS.map((layer) =>
    toLine(
      layer,
      faults.filter((result) => result.layer === layer),
    ),
  );
  return {
    schema: 'gate10/faults/v1',
    ...about,
    confidence: CONFIDENCE,
    faults: new Set(faults.map(faultId)).size,
    layersCovered: COUNTED_LAYERS.filter((layer) => faults.some((result) => result.layer === layer)).length,
    falseGreens: toRate(faults, ({ grade }) => grade === 'false-green'),
    falseAlarms: toRate(healthy, ({ grade }) => grade !== 'right'),
    misnamed: toRate(named, isMisnamed),
    misnamedP0: toRate(
      named.filter(({ severity }) => severity === 'P0'),
      isMisnamed,
    ),
    notFirst: toRate(
      named.filter(({ grade, expect }) => grade === 'right' && expect !== 'inconclusive' && expect !== 'refused'),
      ({ because, layer }) => !because.startsWith(`${layer}:`),
    ),
    byLayer: [...layers, toLine('P0', p0), toLine('all', faults)],
    notRight: results
      .filter(({ grade }) => grade !== 'right')
      .map(({ name, grade, because }) => ({ name, grade, because })),
  };
}

function faultId({ name }: TrialResult): string {
  return name.split(' ', 1)[0] ?? name;
}

function toRate(results: readonly TrialResult[], counts: (result: TrialResult) => boolean): Rate {
  const [count, n] = [results.filter(counts).length, results.length];
  return { count, n, share: n === 0 ? null : count / n, upper: upperMissShare(count, n, CONFIDENCE) };
}

function toLine(layer: LayerLine['layer'], results: readonly TrialResult[]): LayerLine {
  const of = (grade: string): number => results.filter((result) => result.grade === grade).length;
  const [falseGreens, misnamed] = [of('false-green'), of('misnamed')];
  return {
    layer,
    faults: new Set(results.map(faultId)).size,
    trials: results.length,
    falseGreens,
    misnamed,
    other: results.length - of('right') - falseGreens - misnamed,
  };
}
