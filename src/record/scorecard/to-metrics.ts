/** `readiness_metrics.json`: the numbers of a scorecard under the names that monitoring asks for. */
import { type ReadinessMetrics, readinessMetricsSchema } from './report-schema.ts';
import type { Scorecard } from './scorecard-schema.ts';

type Metric = ReadinessMetrics['metrics'][number];

/** What is not known is null and says why; it is never left out, so that nobody takes its absence for good news. */
export function toMetrics(scorecard: Scorecard): ReadinessMetrics {
  const { generated_at, system, environment, release, commit, run_id, layer_coverage } = scorecard;
  return readinessMetricsSchema.parse({
    schema: 'gate10/readiness-metrics/v1',
    ...{ generated_at, system, environment, release, commit, run_id },
    metrics: [
      { name: 'readiness.passed', value: scorecard.overall_passed ? 1 : 0, unit: '1' },
      ...latencies(scorecard),
      errorRate(scorecard),
      flakeRate(scorecard),
      {
        name: 'readiness.layer_coverage',
        ...known(layer_coverage.of === 0 ? null : layer_coverage.proven / layer_coverage.of, 'no layer is counted'),
        unit: '1',
      },
      ...scorecard.suites.flatMap(toSuiteMetrics),
    ],
  } satisfies ReadinessMetrics);
}

function known(value: number | null | undefined, note: string): Pick<Metric, 'value' | 'note'> {
  return value === null || value === undefined ? { value: null, note } : { value };
}

function latencies({ slis, suites }: Scorecard): Metric[] {
  const p50 = suites[0]?.p50_latency_ms;
  const measured = (name: string): number | null | undefined => slis.find((sli) => sli.name === name)?.value;
  const note = 'this run has no sample of it';
  return [
    { name: 'readiness.latency.p50', ...known(p50, note), unit: 'ms' },
    { name: 'readiness.latency.p95', ...known(measured('latency-p95'), note), unit: 'ms' },
    { name: 'readiness.latency.p99', ...known(measured('latency-p99'), note), unit: 'ms' },
  ];
}

function errorRate({ slis }: Scorecard): Metric {
  const availability = slis.find(({ name }) => name === 'availability');
  const rate = availability === undefined || availability.n === 0 ? null : availability.misses / availability.n;
  return { name: 'readiness.error_rate', ...known(rate, 'this run has no sample of it'), unit: '1' };
}

function flakeRate({ blocks }: Scorecard): Metric {
  const { status, why, totals } = blocks.flake;
  const counts = status !== 'unknown' && status !== 'stale';
  const rate = counts ? totals?.['flake_rate'] : undefined;
  return { name: 'readiness.flake_rate', ...known(rate, why ?? 'flake.json gives no rate'), unit: '1' };
}

function toSuiteMetrics({ name, status, duration }: Scorecard['suites'][number]): Metric[] {
  const attributes = { suite: name };
  const isGood = status === 'passed' || status === 'warned';
  const unknown = status === 'inconclusive';
  return [
    { name: 'readiness.suite.duration', ...known(duration, 'it is not recorded'), unit: 's', attributes },
    {
      name: 'readiness.suite.passed',
      ...known(unknown ? null : isGood ? 1 : 0, 'it is inconclusive'),
      unit: '1',
      attributes,
    },
  ];
}
