/** What a Prometheus answers to the queries of the policy, all at once; or why it says nothing. */
import { type PrometheusAccess, querySample, type SampleAnswer } from '../../record/slo/prometheus-query.ts';
import type { UnknownReading } from '../../record/slo/reading.ts';
import type { MetricAnswer, RuledMetric } from './schema.ts';

type AccessFor = (metric: RuledMetric) => PrometheusAccess | UnknownReading;

/** In the order of `metrics`. How old an answer may be is for the gate to judge. Never rejects. */
export function obtainMetrics(metrics: readonly RuledMetric[], accessFor: AccessFor): Promise<MetricAnswer[]> {
  return Promise.all(
    metrics.map(async (metric) => {
      const { name, query, environment } = metric;
      return { name, query, answer: await ask(query, environment, accessFor(metric)) };
    }),
  );
}

async function ask(
  query: string,
  environment: string,
  access: PrometheusAccess | UnknownReading,
): Promise<MetricAnswer['answer']> {
  if ('known' in access) {
    const fix = `Name the Prometheus of ${environment} in contracts/system.yaml.`;
    return { state: 'missing', why: withoutStop(access.message), fix };
  }
  return toAnswer(await querySample(access, query), environment);
}

function toAnswer(sample: SampleAnswer, environment: string): MetricAnswer['answer'] {
  if (sample.ok) {
    const at = new Date(sample.seconds * 1000).toISOString();
    return { state: 'read', value: { value: sample.value, at } };
  }
  const fix = `See what the Prometheus of ${environment} answers to this query, and why.`;
  return { state: sample.empty ? 'missing' : 'unusable', why: withoutStop(sample.why), fix };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
