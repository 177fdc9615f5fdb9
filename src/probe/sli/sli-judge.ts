/** From counts to claims: what the samples show, what they refute, and what they are too few for. */
import type { SliContract } from '../../contract/schema.ts';
import type { Judgement } from '../row.ts';
import type { SliResult } from '../schema.ts';
import { decide, samplesNeeded, upperMissShare } from './bounds.ts';
import type { Count, Tally } from './sli-tally.ts';

export interface SliOutcome {
  readonly id: string;
  readonly result: SliResult;
  readonly judgement: Judgement;
  /** Further samples after which the claim could be shown; undefined = it is decided, or no number shows it. */
  readonly wanted: number | undefined;
}

export interface SliLimits {
  readonly confidence: number;
  /** What "no miss at all" (a ratio of 1) is judged over. */
  readonly samples: number;
}

export const SLI_ROWS = {
  p95: 'runtime.latency-p95',
  p99: 'runtime.latency-p99',
  availability: 'runtime.availability',
  correctness: 'endpoints.correctness',
} as const;

/** What one indicator claims: "at least `ratio` of the samples are hits". */
interface Claim {
  readonly id: string;
  readonly name: string;
  readonly ratio: number;
  readonly count: Count;
  /** misses that are this machine's own doing */
  readonly own: number;
  readonly shown: Pick<SliResult, 'value' | 'bound' | 'objective' | 'unit' | 'gate' | 'objectiveNeeds' | 'p50'>;
  readonly words: string;
}

export function judgeSlis(tally: Tally, slis: SliContract, limits: SliLimits): SliOutcome[] {
  return listClaims(tally, slis, limits.confidence).map((claim) => judgeClaim(claim, tally, limits));
}

function listClaims(tally: Tally, slis: SliContract, confidence: number): Claim[] {
  const { latency, availability, correctness } = slis;
  const claims: Claim[] = [];
  for (const [key, ratio] of [
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    if (latency === undefined) continue;
    const value = finite(tally.latencies.quantileMs(ratio));
    const bound = finite(tally.latencies.quantileBoundMs(ratio, confidence));
    const words = `${key.toUpperCase()} of the latency is at most ${latency[key]} ms`;
    const p50 = key === 'p95' ? { p50: finite(tally.latencies.quantileMs(0.5)) } : {};
    const shown = { value, bound, objective: latency[key], unit: 'ms' as const, ...p50 };
    claims.push({
      id: SLI_ROWS[key],
      name: `latency-${key}`,
      ratio,
      count: tally[key],
      own: tally[key].own,
      shown,
      words,
    });
  }
  const share = (count: Count, objective: number) => ({
    value: count.n === 0 ? null : 1 - count.misses / count.n,
    bound: count.n === 0 ? null : 1 - upperMissShare(count.misses, count.n, confidence),
    objective,
    unit: 'ratio' as const,
  });
  if (availability !== undefined) {
    const { gate, objective } = availability;
    const count = tally.availability;
    const words = `availability is at least ${gate}`;
    const objectiveNeeds = samplesNeeded(count.misses, objective, confidence);
    const shown = { ...share(count, objective), gate, ...(objectiveNeeds === undefined ? {} : { objectiveNeeds }) };
    claims.push({ id: SLI_ROWS.availability, name: 'availability', ratio: gate, count, own: 0, shown, words });
  }
  if (correctness !== undefined) {
    const count = tally.correctness;
    const words = `at least ${correctness} of the answers are right`;
    const shown = share(count, correctness);
    claims.push({ id: SLI_ROWS.correctness, name: 'correctness', ratio: correctness, count, own: 0, shown, words });
  }
  return claims;
}

function judgeClaim(claim: Claim, tally: Tally, limits: SliLimits): SliOutcome {
  const { id, name, ratio, count, shown } = claim;
  const { n, misses } = count;
  const { confidence } = limits;
  const needed = ratio < 1 ? samplesNeeded(misses, ratio, confidence) : limits.samples;
  const judgement = decideClaim(claim, tally, limits, needed);
  const { status } = judgement;
  const result: SliResult = {
    name,
    n,
    misses,
    ...shown,
    confidence,
    status,
    ...(judgement.status === 'inconclusive' ? { reason: judgement.reason } : {}),
    ...(needed === undefined ? {} : { needed }),
  };
  const evidence = { n, misses, value: shown.value, bound: shown.bound, objective: shown.objective, confidence };
  const open = status === 'inconclusive' && needed !== undefined && needed > n;
  return { id, result, judgement: { ...judgement, evidence }, wanted: open ? needed - n : undefined };
}

function decideClaim(claim: Claim, tally: Tally, limits: SliLimits, needed: number | undefined): Judgement {
  const { ratio, count, own, words, name } = claim;
  const { n, misses, example } = count;
  const { confidence, samples } = limits;
  const aside = tally.limited + tally.blind;
  const seen = decideOver(misses, n, ratio, confidence, samples);
  const expected = `${words}, at ${confidence * 100} % confidence`;
  const actual = `${misses} misses in ${n} samples`;
  if (seen === 'refuted') {
    const innocent = decideOver(misses - own, n, ratio, confidence, samples) !== 'refuted';
    if (innocent) {
      const message = `This machine was late itself in ${own} of ${misses} slow samples: whether ${words} cannot be seen from here. Run it on a machine with less to do.`;
      return { status: 'inconclusive', reason: 'blind', message, expected, actual };
    }
    const message = `It is not so that ${words}: ${actual}, ${shownValue(claim)}. The first: ${example}.`;
    return { status: 'failed', message, expected, actual };
  }
  // Answers that were refused to this run may have been misses: the claim has to stand with them too.
  const counts = name === 'availability' ? aside : 0;
  const withAside = decideOver(misses + counts, n + counts, ratio, confidence, samples);
  if (seen === 'shown' && withAside === 'shown') return { status: 'passed' };
  const reason = tally.blind > 0 && tally.blind >= tally.limited ? 'blind' : 'insufficient';
  if (aside > 0) {
    const what = [
      tally.limited > 0 && `${tally.limited} were answered 429`,
      tally.blind > 0 && `${tally.blind} could not be sent`,
    ];
    const message = `Too few samples to say whether ${words}: ${n} count, ${what.filter(Boolean).join(', ')}. Raise the rate limit for synthetic users, or lower sampling.ratePerSecond.`;
    return { status: 'inconclusive', reason, message, expected, actual };
  }
  const more = needed === undefined ? '' : `; ${needed} samples with ${misses} misses would show it`;
  const message = `Too few samples to say whether ${words}: ${actual}${more}. Raise sampling.maxSamples.`;
  return { status: 'inconclusive', reason: 'insufficient', message, expected, actual };
}

/** A ratio of 1 cannot be shown by any number of samples: there, the planned number without a miss has to do. */
function decideOver(misses: number, n: number, ratio: number, confidence: number, samples: number) {
  if (ratio < 1) return decide(misses, n, ratio, confidence);
  if (misses > 0) return 'refuted';
  return n >= samples ? 'shown' : 'undecided';
}

function shownValue({ shown, name }: Claim): string {
  if (shown.value === null) return 'no value';
  return shown.unit === 'ms' ? `measured ${Math.round(shown.value)} ms` : `measured ${name} ${shown.value.toFixed(5)}`;
}

/** Latencies that never ended have no number. */
function finite(ms: number | null): number | null {
  return ms === null || ms >= NEVER_MS ? null : ms;
}

const NEVER_MS = 3_500_000;
