/** A k6 summary against its own thresholds and against the objectives of the policy. */
import type { PerformancePolicy } from '../../contract/policy-schema.ts';
import { samplesNeeded } from '../../probe/sli/bounds.ts';
import type { SuiteCheck } from '../suite.ts';
import type { K6Summary } from './k6-summary.ts';

export interface K6Objectives extends Pick<PerformancePolicy, 'errors' | 'confidence'> {
  /** its name, and milliseconds */
  readonly name: string;
  readonly objectives: PerformancePolicy['classes'][string];
}

const NEEDED = ['http_reqs', 'http_req_duration', 'http_req_failed'] as const;

/** A metric that is not there = inconclusive: nothing was measured, or the summary was made without it. */
export function judgeK6(summary: K6Summary, wanted: K6Objectives): readonly SuiteCheck[] {
  return [
    ...judgeThresholds(summary),
    ...NEEDED.filter((name) => !summary.metrics.has(name)).map((name) =>
      inconclusive(name, `The summary has no ${name}: nothing was asked over HTTP, or it was left out.`),
    ),
    ...judgeLatency(summary, wanted),
    ...judgeErrors(summary, wanted),
    ...judgeDropped(summary),
    ...judgeChecks(summary),
  ];
}

function judgeThresholds({ metrics, saysThresholds }: K6Summary): SuiteCheck[] {
  if (!saysThresholds) {
    const why = 'This form of summary does not say whether thresholds were kept.';
    return [inconclusive('thresholds', `${why} Run k6 with --new-machine-readable-summary=false.`)];
  }
  return [...metrics].flatMap(([metric, { thresholds }]) =>
    thresholds.map(({ expression, ok }): SuiteCheck => {
      const name = `${metric} ${expression}`;
      if (ok) return { name, status: 'passed', message: `k6 threshold kept: ${name}.` };
      return { name, status: 'failed', message: `k6 threshold broken: ${name}.` };
    }),
  );
}

function judgeLatency({ metrics }: K6Summary, { name: of, objectives, confidence }: K6Objectives): SuiteCheck[] {
  const duration = metrics.get('http_req_duration')?.values;
  const n = countOf(metrics);
  if (duration === undefined || n === undefined) return [];
  const claims = [
    ['p(95)', 0.95, objectives.p95],
    ['p(99)', 0.99, objectives.p99],
  ] as const;
  return claims.flatMap(([key, ratio, objectiveMs]): SuiteCheck[] => {
    if (objectiveMs === undefined) return [];
    const check = `http_req_duration ${key}`;
    const value = duration[key];
    if (value === undefined) {
      return [inconclusive(check, `The summary has no ${key} of http_req_duration. Add it to summaryTrendStats.`)];
    }
    const said = `${key} of ${n} requests is ${round(value)} ms, class "${of}" allows ${objectiveMs} ms`;
    const extra = { n, value, objective: objectiveMs, unit: 'ms' };
    const needed = samplesNeeded(0, ratio, confidence) ?? Number.POSITIVE_INFINITY;
    if (n < needed) return [{ ...inconclusive(check, `${said}; at least ${needed} requests can show it.`), extra }];
    return [{ name: check, status: value <= objectiveMs ? 'passed' : 'failed', message: `${said}.`, extra }];
  });
}

function judgeErrors({ metrics }: K6Summary, { errors }: K6Objectives): SuiteCheck[] {
  const n = countOf(metrics);
  const failed = metrics.get('http_req_failed');
  if (failed === undefined || n === undefined) return [];
  const name = 'http_req_failed rate';
  const { rate } = failed.values;
  if (rate === undefined) return [inconclusive(name, 'The summary has no rate of http_req_failed.')];
  if (n === 0) return [inconclusive(name, 'Not a single request was sent.')];
  const message = `${round(rate * 100)} % of ${n} requests failed, ${round(errors * 100)} % are allowed.`;
  const extra = { n, value: rate, objective: errors, unit: 'ratio' };
  return [{ name, status: rate <= errors ? 'passed' : 'failed', message, extra }];
}

/** Iterations that were due and could not be started are those that would have waited longest: no P95 can be told then. */
function judgeDropped({ metrics }: K6Summary): SuiteCheck[] {
  const dropped = metrics.get('dropped_iterations')?.values['count'] ?? 0;
  if (dropped === 0) return [];
  const done = metrics.get('iterations')?.values['count'] ?? 0;
  const message = `k6 could not start ${dropped} of ${dropped + done} iterations that were due: the rate was not held. Raise maxVUs, or use more machines.`;
  if (dropped / (dropped + done) >= 1 - 0.95) {
    return [{ name: 'dropped_iterations', status: 'inconclusive', reason: 'blind', message }];
  }
  return [{ name: 'dropped_iterations', status: 'warned', message }];
}

/** k6 itself fails for thresholds only. */
function judgeChecks({ metrics }: K6Summary): SuiteCheck[] {
  const { fails = metrics.get('checks_failed')?.values['matches'] } = metrics.get('checks')?.values ?? {};
  if (fails === undefined || fails === 0) return [];
  return [
    {
      name: 'checks',
      status: 'warned',
      message: `${fails} checks of the k6 script failed, and no threshold is on them.`,
    },
  ];
}

function countOf(metrics: K6Summary['metrics']): number | undefined {
  return metrics.get('http_reqs')?.values['count'];
}

function inconclusive(name: string, message: string): SuiteCheck {
  return { name, status: 'inconclusive', reason: 'insufficient', message };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
