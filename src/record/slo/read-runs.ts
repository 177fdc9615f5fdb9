/** SLIs from the samples of sealed production runs. */
import type { Indicator } from '../../contract/objectives/objective.ts';
import type { SealedEvent } from '../../ledger/schema.ts';
import type { SliResult } from '../../probe/schema.ts';
import type { RunRecord } from '../../run/schema.ts';
import { counted, type KnownReading, type SliReading, unknown } from './reading.ts';

type RunIndicator = Extract<Indicator, { readonly kind: 'run-ratio' | 'run-latency' }>;

export interface RunSource {
  /** production runs of the system in the environment, in the order in which they ended */
  readonly runs: readonly SealedEvent[];
  readonly readRecord: (run: SealedEvent) => { readonly record: RunRecord } | { readonly problem: string };
  readonly now: Date;
}

interface Sampled {
  readonly run: SealedEvent;
  readonly sli: SliResult;
}

/** `target`: which quantile of the latency is meant. Throws OwnFaultError where a record cannot be read. */
export function readRuns(
  indicator: RunIndicator,
  target: number,
  windowSeconds: number,
  source: RunSource,
): SliReading {
  const since = source.now.getTime() - windowSeconds * 1000;
  const within = source.runs.filter(({ endedAt }) => Date.parse(endedAt) >= since);
  const name = indicator.kind === 'run-ratio' ? indicator.sli : target === 0.99 ? 'latency-p99' : 'latency-p95';
  if (within.length === 0) return noRun(source.runs.at(-1), windowSeconds);
  const found = indicator.runs === 'newest' ? newestOf(within, name, source) : allOf(within, name, source);
  if ('known' in found) return found;
  const { samples, notes } = found;
  const [first] = samples;
  if (first === undefined)
    return unknown('not-run', `No run of the window has samples of ${name}: declare "slis" in system.yaml.`);
  return indicator.kind === 'run-ratio' ? toRatio(samples, notes) : toLatency(samples, notes, indicator.limitMs);
}

function noRun(last: SealedEvent | undefined, windowSeconds: number): SliReading {
  if (last === undefined) return unknown('not-run', 'No production run is recorded for this environment.');
  const days = Math.round(windowSeconds / 8640) / 10;
  return unknown('stale', `The last production run ended ${last.endedAt}, before the window of ${days} days began.`);
}

type Found = { readonly samples: readonly Sampled[]; readonly notes: readonly string[] } | SliReading;

/** The newest run decides: an older one that looks better is not taken in its place. */
function newestOf(runs: readonly SealedEvent[], name: string, source: RunSource): Found {
  for (const run of runs.toReversed()) {
    const read = source.readRecord(run);
    if ('problem' in read) return unknown('blind', `The newest run cannot be used: ${read.problem}.`);
    const sli = read.record.slis.find((one) => one.name === name);
    // what looked at a part of the system on purpose has no samples, and says nothing about them
    if (sli === undefined && !run.complete && run.verdict !== 'failed') continue;
    if (sli === undefined)
      return unknown(
        'not-run',
        `Run ${run.runId} of ${run.endedAt} has no samples of ${name}: declare "slis" in system.yaml.`,
      );
    const why = whyUnusable(read.record, sli);
    if (why !== undefined) return unknown(why.reason, `Run ${run.runId} of ${run.endedAt} ${why.words}.`);
    return { samples: [{ run, sli }], notes: [`run ${run.runId} of ${run.endedAt}`] };
  }
  return unknown('not-run', 'Every run of the window looked at a part of the system only, none took samples.');
}

function allOf(runs: readonly SealedEvent[], name: string, source: RunSource): Found {
  const samples: Sampled[] = [];
  let leftOut = 0;
  for (const run of runs) {
    const read = source.readRecord(run);
    if ('problem' in read) return unknown('blind', `A run of the window cannot be used: ${read.problem}.`);
    const sli = read.record.slis.find((one) => one.name === name);
    if (sli === undefined || whyUnusable(read.record, sli) !== undefined) leftOut += 1;
    else samples.push({ run, sli });
  }
  if (samples.length === 0 && leftOut > 0)
    return unknown('insufficient', `None of the ${leftOut} runs of the window has usable samples of ${name}.`);
  const left = leftOut === 0 ? [] : [`${leftOut} runs without usable samples are left out`];
  return { samples, notes: [`the samples of ${samples.length} runs, whatever build they looked at`, ...left] };
}

function whyUnusable(
  { controls, rows }: RunRecord,
  sli: SliResult,
): { readonly reason: 'blind' | 'wrong-build' | 'not-run'; readonly words: string } | undefined {
  if (controls === undefined)
    return { reason: 'not-run', words: 'never ran its controls: whether it could see is unknown' };
  if (controls.good !== 'passed' || controls.bad !== 'failed')
    return { reason: 'blind', words: 'was blind: its controls misbehaved' };
  if (rows.some(({ status, reason }) => status === 'inconclusive' && reason === 'wrong-build'))
    return { reason: 'wrong-build', words: 'met another build than it was to prove' };
  if (sli.reason === 'blind') return { reason: 'blind', words: 'ran on a machine that was late itself' };
  return undefined;
}

function toRatio(samples: readonly Sampled[], notes: readonly string[]): KnownReading {
  return counted(
    'sample',
    sum(samples, ({ sli }) => sli.misses),
    sum(samples, ({ sli }) => sli.n),
    notes,
  );
}

/** A record counts what was slower than the contract's own limit: for another limit that is a bound on one side. */
function toLatency(samples: readonly Sampled[], notes: readonly string[], limitMs: number): KnownReading {
  const n = sum(samples, ({ sli }) => sli.n);
  const exactly = (sli: SliResult): boolean => sli.objective === limitMs;
  const fewest = sum(samples, ({ sli }) => (sli.objective >= limitMs ? sli.misses : 0));
  const most = sum(samples, ({ sli }) => (exactly(sli) || sli.objective <= limitMs ? sli.misses : sli.n));
  const [only] = samples;
  const single = samples.length === 1 && only !== undefined ? only.sli : undefined;
  const { value = null, bound: boundMs = null } = single ?? {};
  return { known: true, basis: 'sample', n, fewest, most, unit: 'ms', value, boundMs, floorMs: null, notes };
}

function sum(samples: readonly Sampled[], of: (sample: Sampled) => number): number {
  return samples.reduce((total, sample) => total + of(sample), 0);
}
