/**
 * What so many samples can show: exact one-sided binomial bounds (Clopper and Pearson, Biometrika 26, 1934).
 *
 * Everything rests on P(X ≤ x) for X ~ Bin(n, p), which is the regularised incomplete beta function I(1−p; n−x, x+1).
 */

const MAX_STEPS = 500;
const PRECISION = 1e-14;
/** Lanczos approximation of ln Γ, g = 7, n = 9. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Chance of at most `misses` in `n` when each is a miss with chance `share`. */
export function binomialAtMost(misses: number, n: number, share: number): number {
  if (misses >= n) return 1;
  if (misses < 0) return 0;
  if (share <= 0) return 1;
  if (share >= 1) return 0;
  return incompleteBeta(1 - share, n - misses, misses + 1);
}

/** Smallest share of misses that `misses` in `n` contradict at `confidence`: "at most this share misses". 1 without data. */
export function upperMissShare(misses: number, n: number, confidence: number): number {
  if (n === 0 || misses >= n) return 1;
  return bisect((share) => binomialAtMost(misses, n, share) > 1 - confidence, 0, 1);
}

/** Largest share of misses that `misses` in `n` contradict at `confidence`: "at least this share misses". 0 without data. */
export function lowerMissShare(misses: number, n: number, confidence: number): number {
  if (n === 0 || misses === 0) return 0;
  return bisect((share) => 1 - binomialAtMost(misses - 1, n, share) <= 1 - confidence, 0, 1);
}

export type Decision = 'shown' | 'refuted' | 'undecided';

/** Whether "at least `ratio` of all are hits" is shown or refuted by `misses` in `n`. A ratio of 1 cannot be shown. */
export function decide(misses: number, n: number, ratio: number, confidence: number): Decision {
  if (n === 0) return 'undecided';
  const allowed = 1 - ratio;
  if (ratio < 1 && binomialAtMost(misses, n, allowed) <= 1 - confidence) return 'shown';
  if (misses > 0 && 1 - binomialAtMost(misses - 1, n, allowed) <= 1 - confidence) return 'refuted';
  return 'undecided';
}

/** Smallest n in which `misses` still show `ratio`; undefined for a ratio of 1, which no number shows. */
export function samplesNeeded(misses: number, ratio: number, confidence: number): number | undefined {
  if (ratio >= 1) return undefined;
  const shows = (n: number): boolean => decide(misses, n, ratio, confidence) === 'shown';
  let high = misses + 1;
  while (!shows(high)) high *= 2;
  let low = misses;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Rank k (from 1) of the order statistic that is an upper bound of the `ratio` quantile at `confidence`:
 * the smallest k with P(Bin(n, ratio) ≤ k − 1) ≥ confidence. Undefined = n samples have no such bound.
 */
export function upperQuantileRank(n: number, ratio: number, confidence: number): number | undefined {
  const isBound = (rank: number): boolean => binomialAtMost(rank - 1, n, ratio) >= confidence;
  if (n === 0 || binomialBelowAll(n, ratio) < confidence) return undefined;
  let [low, high] = [0, n];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isBound(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Chance that at least one of n lies above the quantile. */
function binomialBelowAll(n: number, ratio: number): number {
  return binomialAtMost(n - 1, n, ratio);
}

/** The place where `holds` changes from true to false, or from false to true, between `low` and `high`. */
function bisect(holds: (share: number) => boolean, low: number, high: number): number {
  let [left, right] = [low, high];
  const atLeft = holds(left);
  for (let step = 0; step < 60; step += 1) {
    const middle = (left + right) / 2;
    if (holds(middle) === atLeft) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/** I(x; a, b), by Lentz's continued fraction (Numerical Recipes §6.4), mirrored where it converges slowly. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MAX_STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < PRECISION) return value;
  }
  return value;
}

function lnGamma(z: number): number {
  const x = z - 1;
  const [first, ...others] = LANCZOS;
  const sum = others.reduce<number>((total, coefficient, index) => total + coefficient / (x + index + 1), first);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
