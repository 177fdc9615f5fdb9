/** The arithmetic of error budgets (The Site Reliability Workbook, ch. 5). Shares are 0 to 1. */
import type { SloStandard, StandardPair } from './slo-standard.ts';
import { periodMs } from './slo-standard.ts';

/** Minutes of complete failure that a target leaves in a window: 99.9 % of 30 days = 43.2. */
export function budgetMinutes(target: number, windowSeconds: number): number {
  return ((1 - target) * windowSeconds) / 60;
}

/** How much faster than the budget allows errors come: error rate / (1 − target). null without events. */
export function burnRate(misses: number, n: number, target: number): number | null {
  return n === 0 ? null : misses / n / (1 - target);
}

/**
 * Share of the budget that is left after `misses` of `n` events of the whole window; below 0 = overspent. The same figure as
 * 1 − burn rate, because the events of the window are what the budget is counted in. null without events.
 */
export function budgetLeft(misses: number, n: number, target: number): number | null {
  const burn = burnRate(misses, n, target);
  return burn === null ? null : 1 - burn;
}

/** An error rate is at most 1: an alert above that never fires (14.4 × (1 − 90 %) = 1.44). */
export function isReachable(burn: number, target: number): boolean {
  // 1 − 0.9 is a little more, or less, than 0.1
  return Number((burn * (1 - target)).toPrecision(12)) <= 1;
}

/** What a single failure among `n` events burns at: one of ten at 99.9 % = 100. null without events. */
export function oneFailureBurn(n: number, target: number): number | null {
  return burnRate(1, n, target);
}

/** Events in a window from which on one failure alone stays below the burn rate: 14.4 at 99.9 % = 70. */
export function eventsForOneFailure(burn: number, target: number): number {
  return Math.floor(1 / (burn * (1 - target)) + 1e-9) + 1;
}

export interface AlertPair extends Pick<StandardPair, 'severity' | 'burn' | 'budget'> {
  /** seconds */
  readonly long: number;
  readonly short: number;
}

export interface ScaledPairs {
  readonly pairs: readonly AlertPair[];
  /** pairs that cannot be used for this target and window, each a sentence */
  readonly leftOut: readonly string[];
}

/** The standard's pairs for a period of `windowSeconds`: same burn rate and share of budget, windows in proportion. */
export function scalePairs(
  standard: SloStandard,
  target: number,
  windowSeconds: number,
  sliceSeconds = 0,
): ScaledPairs {
  const factor = (windowSeconds * 1000) / periodMs(standard.period);
  const shortest = Math.max(standard.page.shortestWindow / 1000, sliceSeconds);
  const pairs: AlertPair[] = [];
  const leftOut: string[] = [];
  for (const { severity, burn, budget, long, short } of standard.pairs) {
    const scaled = { severity, burn, budget, long: toSeconds(long * factor), short: toSeconds(short * factor) };
    const name = `${severity} ${showSeconds(scaled.long)}/${showSeconds(scaled.short)} at ${burn}`;
    const rate = Number((burn * (1 - target)).toFixed(4));
    if (!isReachable(burn, target))
      leftOut.push(
        `${name} can never fire: it needs an error rate of ${rate}, and 1 is the most (burn × (1 − target))`,
      );
    else if (scaled.short < shortest)
      leftOut.push(
        `${name} is left out: its short window is below ${showSeconds(shortest)}, which too few samples fill`,
      );
    else pairs.push(scaled);
  }
  return { pairs, leftOut };
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}

/** As Prometheus writes durations: `5m`, `3d`, `280s`. */
export function showSeconds(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}
