/** How many clean samples a claim takes: the binomial table of `authority/defaults.yaml`, computed. */

/** Smallest n with ratio^n ≤ 1 − confidence: no miss in n shows `ratio` at `confidence`. Infinity for a ratio of 1. */
export function cleanSamplesNeeded(ratio: number, confidence: number): number {
  if (ratio >= 1) return Number.POSITIVE_INFINITY;
  return Math.ceil(Math.log(1 - confidence) / Math.log(ratio));
}
