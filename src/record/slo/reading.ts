/** What a source says about an indicator, before anything is judged. */
import type { InconclusiveReason } from '../../contract/verdict-words.ts';

/** Nothing can be said; `message` is a sentence that says where to look. */
export interface UnknownReading {
  readonly known: false;
  readonly reason: InconclusiveReason;
  readonly message: string;
}

export interface KnownReading {
  readonly known: true;
  /** sample: some of what users met, so that a bound is needed; counted: every event of the window */
  readonly basis: 'sample' | 'counted';
  readonly n: number;
  /** how many of them were bad, at least and at most; the same number where it is known exactly */
  readonly fewest: number;
  readonly most: number;
  readonly unit: 'ratio' | 'ms';
  /** share of good events, or the measured quantile in milliseconds; null = there is none */
  readonly value: number | null;
  /** of a quantile, at the standard's confidence: it is at most, and at least; null = the samples have no such bound */
  readonly boundMs?: number | null;
  readonly floorMs?: number | null;
  readonly notes: readonly string[];
}

export type SliReading = KnownReading | UnknownReading;

/** The same indicator over any window that ends now. */
export type ReadWindow = (windowSeconds: number) => Promise<SliReading>;

export function unknown(reason: InconclusiveReason, message: string): UnknownReading {
  return { known: false, reason, message };
}

/** A reading of events that are exactly known. */
export function counted(
  basis: KnownReading['basis'],
  misses: number,
  n: number,
  notes: readonly string[] = [],
): KnownReading {
  const value = n === 0 ? null : 1 - misses / n;
  return { known: true, basis, n, fewest: misses, most: misses, unit: 'ratio', value, notes };
}
