/** The metrics that `gate.metrics` of the policy declares, asked of the Prometheus of each environment when the gate decides. */
import type { GateMetric } from '../contract/gate-policy-schema.ts';
import { OwnFaultError } from '../errors.ts';
import { readSloStandard } from '../record/slo/slo-standard.ts';
import { obtainMetrics } from '../release/gate/obtain-metrics.ts';
import type { MetricAnswer, RuledMetric } from '../release/gate/schema.ts';
import type { CliContext } from './context.ts';
import { openPrometheus, type PrometheusDoor, URL_VARIABLE } from './slo-prometheus.ts';

export interface AskedMetrics {
  readonly declared: readonly RuledMetric[];
  readonly answers: MetricAnswer[];
}

/** Rejects with InputError where an address, a token or an environment is wrong; what does not answer is an answer too. */
export async function askMetrics(
  metrics: readonly GateMetric[],
  environment: string,
  context: CliContext,
): Promise<AskedMetrics> {
  const standard = readSloStandard();
  const declared = metrics.map((metric) => toRule(metric, environment, standard.prometheus.maxAge));
  const tokenOf = new Map(metrics.map(({ name, tokenSecret }) => [name, tokenSecret]));
  const doors = new Map<string, PrometheusDoor>();
  try {
    for (const each of new Set(declared.map((metric) => metric.environment))) {
      const of = declared.filter((metric) => metric.environment === each).map(({ name }) => name);
      const tokenSecrets = of.flatMap((name) => tokenOf.get(name) ?? []);
      const needs = { environment: each, tokenSecrets, concurrency: of.length };
      doors.set(each, openPrometheus(needs, standard, each === environment ? context : withoutAddress(context)));
    }
    const answers = await obtainMetrics(declared, ({ name, environment: of }) => {
      const door = doors.get(of);
      if (door === undefined) throw new OwnFaultError(`Failed to ask the Prometheus of ${of}: it was not opened.`);
      return door.accessFor(tokenOf.get(name));
    });
    return { declared, answers };
  } finally {
    for (const door of doors.values()) door.close();
  }
}

function toRule({ name, query, environment, min, max, maxAge }: GateMetric, own: string, usual: number): RuledMetric {
  return {
    ...{ name, query, environment: environment ?? own },
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    maxAgeMs: maxAge ?? usual,
  };
}

/** The variable names the Prometheus of the gate's environment; it is not that of another. */
function withoutAddress(context: CliContext): CliContext {
  return { ...context, env: { ...context.env, [URL_VARIABLE]: undefined } };
}
