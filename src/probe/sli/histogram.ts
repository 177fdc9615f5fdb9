/** Latencies in an HDR histogram (microseconds, three significant digits): any quantile, bounded memory. */
import { createHistogram } from 'node:perf_hooks';
import { upperQuantileRank } from './bounds.ts';

export interface LatencyHistogram {
  record(latencyMs: number): void;
  readonly count: number;
  /** Milliseconds; null without data. `ratio` 0.95 = P95. */
  quantileMs(ratio: number): number | null;
  /** Upper bound of the quantile at `confidence`, by order statistics; null = too few samples for one. */
  quantileBoundMs(ratio: number, confidence: number): number | null;
}

const HIGHEST_US = 3_600_000_000;

export function createLatencyHistogram(): LatencyHistogram {
  const histogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 });
  const atRank = (rank: number, n: number): number => histogram.percentile(Math.max((100 * rank) / n, 1e-9)) / 1000;
  return {
    record: (latencyMs) => histogram.record(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * 1000)))),
    get count() {
      return histogram.count;
    },
    quantileMs: (ratio) => (histogram.count === 0 ? null : histogram.percentile(ratio * 100) / 1000),
    quantileBoundMs: (ratio, confidence) => {
      const n = histogram.count;
      const rank = upperQuantileRank(n, ratio, confidence);
      return rank === undefined ? null : atRank(rank, n);
    },
  };
}
