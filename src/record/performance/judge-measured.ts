/** What was measured of each operation against the objectives of its class. */
import type { PerformancePolicy } from '../../contract/policy-schema.ts';
import type { Measured, MeasureResult, Overrun } from '../../probe/performance/measure-operation.ts';
import type { LeftOut, PlannedOperation } from '../../probe/performance/plan-operations.ts';
import { decide, samplesNeeded } from '../../probe/sli/bounds.ts';
import { worstReason, worstVerdict } from '../../verdict/worst.ts';
import type { SuiteCheck } from '../suite.ts';

type Limits = Pick<PerformancePolicy, 'confidence' | 'errors'>;
type Part = Pick<SuiteCheck, 'status' | 'reason'> & { readonly words?: string };

/** Of one operation. */
export function judgeMeasured(operation: PlannedOperation, result: MeasureResult, limits: Limits): SuiteCheck {
  const name = `${operation.key} at ${operation.at}`;
  if ('status' in result) {
    const reason = result.status === 'inconclusive' ? { reason: result.reason } : {};
    return { name, status: result.status, ...reason, message: 'message' in result ? result.message : name };
  }
  const parts = [
    judgeQuantile('P95', 0.95, result.p95, operation.objectives.p95, limits),
    ...(result.p99 === undefined
      ? []
      : [judgeQuantile('P99', 0.99, result.p99, operation.objectives.p99 ?? 0, limits)]),
    judgeErrors(result, limits),
    judgeAside(result),
  ];
  const status = worstVerdict(parts.map((part) => part.status)) ?? 'inconclusive';
  const reason = status === 'inconclusive' ? { reason: worstReason(parts.map((part) => part.reason)) } : {};
  const words = parts.flatMap((part) => part.words ?? []);
  const figures = toFigures(result, limits.confidence);
  const message = [`${name}: ${describe(figures)}; class "${operation.class}".`, ...words].join(' ');
  return { name, status, ...reason, message, extra: { class: operation.class, url: operation.url, ...figures } };
}

/** One for each operation that was not measured: meant so, or not. */
export function judgeLeftOut({ key, why, meant }: LeftOut): SuiteCheck {
  if (meant) return { name: key, status: 'passed', message: `${key} is not measured: ${why}` };
  return { name: key, status: 'inconclusive', reason: 'not-run', message: `${key} is not measured: ${why}.` };
}

/** Of what was measured, the slowest P50, P95 and P99; null where one never ended, or nothing was measured. */
export function slowest(checks: readonly SuiteCheck[]): Readonly<Record<'p50' | 'p95' | 'p99', number | null>> {
  const measured = checks.flatMap(({ extra }) => (extra !== undefined && 'p95Bound' in extra ? [extra] : []));
  const worst = (key: string): number | null => {
    const values = measured.map((extra) => extra[key]);
    return values.length > 0 && values.every((value) => typeof value === 'number') ? Math.max(...values) : null;
  };
  return { p50: worst('p50'), p95: worst('p95'), p99: worst('p99') };
}

function judgeQuantile(name: string, ratio: number, over: Overrun, objectiveMs: number, limits: Limits): Part {
  const { n, misses, own } = over;
  const { confidence } = limits;
  const claim = `${name} is at most ${objectiveMs} ms`;
  switch (decide(misses, n, ratio, confidence)) {
    case 'shown':
      return { status: 'passed' };
    case 'undecided': {
      const needed = samplesNeeded(misses, ratio, confidence);
      const words = `Too few samples to say whether ${claim}: ${misses} of ${n} took longer, ${needed} with so many would show it.`;
      return { status: 'inconclusive', reason: 'insufficient', words };
    }
    case 'refuted':
      if (decide(misses - own, n, ratio, confidence) === 'refuted') {
        return { status: 'failed', words: `It is not so that ${claim}: ${misses} of ${n} took longer.` };
      }
      return {
        status: 'inconclusive',
        reason: 'blind',
        words: `This machine was late itself in ${own} of ${misses} slow samples: whether ${claim} cannot be seen from here.`,
      };
  }
}

function judgeErrors({ answered, failed, example }: Measured, { errors, confidence }: Limits): Part {
  if (answered === 0) return { status: 'inconclusive', reason: 'insufficient', words: 'Not a single request counts.' };
  if (failed === 0) return { status: 'passed' };
  const words = `${failed} of ${answered} failed, the first: ${example}.`;
  return { status: decide(failed, answered, 1 - errors, confidence) === 'refuted' ? 'failed' : 'warned', words };
}

/** What was kept out may have been slow: a P95 stands where it is few enough not to matter. */
function judgeAside({ answered, aside }: Measured): Part {
  if (aside === 0) return { status: 'passed' };
  const words = `${aside} more were kept out by a limit of the rate, or could not be sent from here.`;
  if (aside / (answered + aside) < 1 - 0.95) return { status: 'warned', words };
  return { status: 'inconclusive', reason: 'blind', words };
}

type Figures = Readonly<Record<'p50' | 'p95' | 'p95Bound' | 'p99' | 'p99Bound', number | null>> & {
  readonly n: number;
};

/** Milliseconds; a bound is what the quantile is at most at the confidence, null where the samples are too few for one. */
function toFigures({ latencies, answered }: Measured, confidence: number): Figures {
  return {
    n: answered,
    p50: finite(latencies.quantileMs(0.5)),
    p95: finite(latencies.quantileMs(0.95)),
    p95Bound: finite(latencies.quantileBoundMs(0.95, confidence)),
    p99: finite(latencies.quantileMs(0.99)),
    p99Bound: finite(latencies.quantileBoundMs(0.99, confidence)),
  };
}

function describe({ n, p50, p95, p95Bound, p99, p99Bound }: Figures): string {
  const show = (ms: number | null): string => (ms === null ? 'without end' : `${ms} ms`);
  const bound = (ms: number | null): string => (ms === null ? 'no bound' : `at most ${ms} ms`);
  return `P50 ${show(p50)}, P95 ${show(p95)} (${bound(p95Bound)}), P99 ${show(p99)} (${bound(p99Bound)}), n = ${n}`;
}

/** One digit; latencies that never ended have no number. */
function finite(ms: number | null): number | null {
  return ms === null || ms >= NEVER_MS ? null : Math.round(ms * 10) / 10;
}

const NEVER_MS = 3_500_000;
