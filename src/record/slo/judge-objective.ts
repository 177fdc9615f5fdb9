/** From a reading to a verdict: shown, refuted, or too little to say. */
import type { Objective } from '../../contract/objectives/objective.ts';
import type { InconclusiveReason } from '../../contract/verdict-words.ts';
import { decide, samplesNeeded, upperMissShare } from '../../probe/sli/bounds.ts';
import type { KnownReading, SliReading } from './reading.ts';

export interface ObjectiveVerdict {
  readonly status: 'passed' | 'failed' | 'inconclusive';
  readonly reason?: InconclusiveReason;
  /** one sentence a person reads */
  readonly message: string;
  /** what can be claimed at the confidence: a share of good events at least, or milliseconds at most; null = nothing */
  readonly bound: number | null;
  /** events that would show the target at this number of bad ones */
  readonly needed?: number;
}

/**
 * A sample passes where the target is shown at `confidence` (exact binomial bound), fails where it is refuted, and is
 * `insufficient` between. Counted events are the whole window: there the count decides, once there are so many that a clean
 * count would show the target; below that a failure more or less says nothing.
 */
export function judgeObjective(objective: Objective, reading: SliReading, confidence: number): ObjectiveVerdict {
  if (!reading.known) return { status: 'inconclusive', reason: reason(reading), message: reading.message, bound: null };
  const { target } = objective;
  const { n, most } = reading;
  const decision = decideReading(objective, reading, confidence);
  const bound = boundOf(reading, confidence);
  const exact = reading.fewest === most;
  const needed = exact ? samplesNeeded(most, target, confidence) : undefined;
  const words = claimOf(objective);
  const seen = `${exact ? `${most} bad of ${n}` : `n ${n}`}${showValue(reading)}`;
  switch (decision) {
    case 'shown':
      return { status: 'passed', message: `${words}: ${seen}.`, bound, ...(needed && { needed }) };
    case 'refuted':
      return {
        status: 'failed',
        message: `It is not so that ${lowerFirst(words)}: ${seen}.`,
        bound,
        ...(needed && { needed }),
      };
    case 'undecided': {
      const more =
        reading.basis === 'counted'
          ? `at least ${samplesNeeded(0, target, confidence)} events`
          : needed && `${needed} events with ${most} bad ones`;
      const message = `Too little to say whether ${lowerFirst(words)}: ${seen}${more ? `; ${more} would show it` : ''}.`;
      return { status: 'inconclusive', reason: 'insufficient', message, bound, ...(needed && { needed }) };
    }
  }
}

function reason(reading: Extract<SliReading, { readonly known: false }>): InconclusiveReason {
  return reading.reason;
}

function decideReading({ target, indicator }: Objective, reading: KnownReading, confidence: number) {
  const { n, fewest, most, boundMs, floorMs } = reading;
  const limitMs = 'limitMs' in indicator ? indicator.limitMs : undefined;
  const isRefuted = decide(fewest, n, target, confidence) === 'refuted';
  if (reading.basis === 'counted') {
    if (n < (samplesNeeded(0, target, confidence) ?? Number.POSITIVE_INFINITY))
      return isRefuted ? 'refuted' : 'undecided';
    return isWithinBudget(most, n, target) ? 'shown' : 'refuted';
  }
  if (isRefuted || (limitMs !== undefined && floorMs != null && floorMs > limitMs)) return 'refuted';
  if (decide(most, n, target, confidence) === 'shown') return 'shown';
  return limitMs !== undefined && boundMs != null && boundMs <= limitMs ? 'shown' : 'undecided';
}

/** Exactly the budget is within it; the dust of 1 − 0.999 must not turn it. */
function isWithinBudget(misses: number, n: number, target: number): boolean {
  return misses <= n * (1 - target) * (1 + 1e-9);
}

function boundOf({ unit, n, most, boundMs }: KnownReading, confidence: number): number | null {
  if (unit === 'ms') return boundMs ?? null;
  return n === 0 ? null : 1 - upperMissShare(most, n, confidence);
}

/** What has to be so: "At least 99.9 % of events are good over 30d". */
export function claimOf({ target, indicator, budgeting, window }: Objective): string {
  const share = `${Number((target * 100).toFixed(6))} %`;
  if ('limitMs' in indicator) return `At least ${share} of requests take at most ${indicator.limitMs} ms`;
  if (indicator.kind === 'history') return `At least ${share} of looks prove the system over ${window.text}`;
  const what = budgeting === 'Timeslices' ? 'slices of time' : indicator.kind === 'run-ratio' ? 'samples' : 'events';
  return `At least ${share} of ${what} are good${indicator.kind === 'prometheus' ? ` over ${window.text}` : ''}`;
}

function showValue({ unit, value, boundMs }: KnownReading): string {
  const atMost = boundMs == null ? '' : `, at most ${Math.round(boundMs * 10) / 10} ms`;
  if (value === null) return atMost;
  return unit === 'ms'
    ? `, measured ${Math.round(value * 10) / 10} ms${atMost}`
    : ` (${Number((value * 100).toFixed(4))} % good)`;
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
