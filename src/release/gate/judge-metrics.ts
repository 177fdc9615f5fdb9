/** L2: what a Prometheus says of the environment now, within the bounds that the policy sets. No number is no good number. */
import { toWords } from './age.ts';
import type { GateInputs, GateReason, MetricAnswer, RuledMetric } from './schema.ts';

const DECLARED = 'gate.metrics of contracts/policy.yaml';

/** None are declared: nothing is said. Declared ones that nobody asked for are not passed. */
export function judgeMetrics({ metrics = [], policy, now }: GateInputs): readonly GateReason[] {
  const { metrics: declared = [] } = policy.rules;
  return declared.map((metric) => {
    const asked = metrics.find(({ name, query }) => name === metric.name && query === metric.query);
    return { rule: 'metrics', ...judgeOne(metric, asked?.answer, now) };
  });
}

function judgeOne(
  metric: RuledMetric,
  answer: MetricAnswer['answer'] | undefined,
  now: string,
): Omit<GateReason, 'rule'> {
  const unjudged = (code: string, why: string, fix: string) =>
    ({ status: 'inconclusive', code, message: `${metric.name}: ${why}. ${origin(metric)}`, fix }) as const;
  const fix = `See what the Prometheus of ${metric.environment} answers to this query, and why.`;
  if (answer === undefined) return unjudged('metric-unasked', 'nobody asked for it', 'Ask again: gate10 gate.');
  if (answer.state !== 'read') return unjudged(`metric-${answer.state}`, answer.why, answer.fix);
  const { value, at } = answer.value;
  const ageMs = Date.parse(now) - Date.parse(at);
  if (ageMs > metric.maxAgeMs)
    return unjudged('metric-stale', `its answer is ${toWords(ageMs)} old (at most ${toWords(metric.maxAgeMs)})`, fix);
  // it was asked after "now"; what is further ahead is of a wrong clock
  if (ageMs < -metric.maxAgeMs)
    return unjudged('metric-of-the-future', `its answer is ${toWords(-ageMs)} ahead: a clock is wrong`, fix);
  const message = `${metric.name} is ${value} (${bounds(metric)}). ${origin(metric)}`;
  if (isWithin(value, metric)) return { status: 'passed', code: 'metric', message };
  const after = `Find out what is wrong with ${metric.environment} before it gets more. The bounds: ${DECLARED}.`;
  return { status: 'failed', code: 'metric-out-of-bounds', message, fix: after };
}

/** One without a bound is within none. */
function isWithin(value: number, { min, max }: RuledMetric): boolean {
  if (min === undefined && max === undefined) return false;
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}

function bounds({ min, max }: RuledMetric): string {
  const words = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  return words.join(', ') || 'without a bound';
}

function origin({ environment, query }: RuledMetric): string {
  return `Asked of ${environment}: ${query}`;
}
