/** The decision table: what a Prometheus says when the gate decides. */
import type { MetricAnswer, RuledMetric } from '../../../../src/release/gate/schema.ts';
import { NOW } from './gate-stand.ts';
import { both, broken, type Case, FAILED_ROW, type Spoil, waive } from './spoil.ts';

const ERRORS: RuledMetric = {
  name: 'error-rate',
  query: 'sum(rate(errors[5m])) / sum(rate(requests[5m]))',
  environment: 'production',
  max: 0.005,
  maxAgeMs: 600_000,
};
const READY: RuledMetric = { ...ERRORS, name: 'readiness.passed', query: 'min(readiness_passed)', min: 1, max: 1 };
const { max: _, ...UNBOUNDED } = ERRORS;
const MINIMUM: RuledMetric = { ...UNBOUNDED, name: 'replicas', query: 'sum(up)', min: 2 };

type Answer = MetricAnswer['answer'];
const read = (value: number, at = NOW): Answer => ({ state: 'read', value: { value, at } });
const none = (why: string, state: 'missing' | 'unusable' = 'unusable'): Answer => ({ state, why, fix: 'look at it' });

/** undefined = nobody asked. */
const metrics =
  (...asked: readonly (readonly [RuledMetric, Answer | undefined])[]): Spoil =>
  (inputs) => {
    inputs.policy.rules.metrics = asked.map(([metric]) => ({ ...metric }));
    inputs.metrics = asked.flatMap(([{ name, query }, answer]) => (answer ? [{ name, query, answer }] : []));
  };
const errors = (answer: Answer | undefined): Spoil => metrics([ERRORS, answer]);

/** What `querySample` says: tests/unit/record/slo/prometheus-query.test.ts. */
const UNUSABLE: readonly (readonly [what: string, why: string])[] = [
  ['NaN', 'its value is NaN, no number'],
  ['+Inf', 'its value is +Inf, no number'],
  ['-Inf', 'its value is -Inf, no number'],
  ['a text', 'its value is broken, no number'],
  ['two series', 'it has 2 series where one is needed'],
  ['a web page', 'it answers something else: a web page'],
  ['a part, with a warning', 'it warns: a remote read failed'],
  ['an error', 'it answers an error: query timed out'],
  ['nothing, it cannot be reached', 'it gives no answer: the connection was refused'],
];

export const METRIC_CASES: readonly Case[] = [
  ['no metric is declared', metrics(), 'passed'],
  ['a metric is within its bounds', errors(read(0.002)), 'passed', 'metric'],
  ['a metric is none at all', errors(read(0)), 'passed', 'metric'],
  ['a metric is negative, and may be', errors(read(-3)), 'passed', 'metric'],
  ['a metric is as much as it may be', errors(read(0.005)), 'passed', 'metric'],
  ['a metric is a little more', errors(read(0.0050001)), 'failed', 'metric-out-of-bounds'],
  ['a metric is as little as it may be', metrics([MINIMUM, read(2)]), 'passed', 'metric'],
  ['a metric is a little less', metrics([MINIMUM, read(1.9999)]), 'failed', 'metric-out-of-bounds'],
  ['a metric has to be one number, and is', metrics([READY, read(1)]), 'passed', 'metric'],
  ['a metric has to be one number, and is less', metrics([READY, read(0)]), 'failed', 'metric-out-of-bounds'],
  ['a metric has to be one number, and is more', metrics([READY, read(2)]), 'failed', 'metric-out-of-bounds'],
  ['a metric without a bound is within none', metrics([UNBOUNDED, read(0)]), 'failed', 'metric-out-of-bounds'],
  ...UNUSABLE.map(([what, why]): Case => {
    return [`Prometheus answers ${what}`, errors(none(why)), 'inconclusive', 'metric-unusable'];
  }),
  [
    'Prometheus has no sample',
    errors(none('it has no sample (an empty vector)', 'missing')),
    'inconclusive',
    'metric-missing',
  ],
  [
    'no Prometheus is named',
    errors(none('No Prometheus is named for production', 'missing')),
    'inconclusive',
    'metric-missing',
  ],
  ['nobody asked for a metric', errors(undefined), 'inconclusive', 'metric-unasked'],
  [
    'nobody asked for any metric',
    (inputs) => {
      errors(undefined)(inputs);
      delete inputs.metrics;
    },
    'inconclusive',
    'metric-unasked',
  ],
  [
    'a metric was asked for with another query',
    (inputs) => {
      errors(read(0))(inputs);
      for (const metric of inputs.metrics ?? []) metric.query = 'vector(0)';
    },
    'inconclusive',
    'metric-unasked',
  ],
  ['an answer is as old as it may be', errors(read(0, '2026-11-22T08:50:00.000Z')), 'passed', 'metric'],
  ['an answer is a second older', errors(read(0, '2026-11-22T08:49:59.000Z')), 'inconclusive', 'metric-stale'],
  ['an answer is out of bounds and stale', errors(read(1, '2026-11-21T09:00:00.000Z')), 'inconclusive', 'metric-stale'],
  ['an answer came while the gate was reading', errors(read(0, '2026-11-22T09:00:31.000Z')), 'passed', 'metric'],
  ['an answer is of tomorrow', errors(read(0, '2026-11-23T09:00:00.000Z')), 'inconclusive', 'metric-of-the-future'],
  ['one of two metrics is out of bounds', metrics([ERRORS, read(1)], [READY, read(1)]), 'failed', 'metric'],
  [
    'one metric is out of bounds, of another nothing is known',
    metrics([ERRORS, read(1)], [READY, none('no answer')]),
    'failed',
    'metric-out-of-bounds',
    'metric-unusable',
  ],
  [
    'one metric is good, of another nothing is known',
    metrics([ERRORS, read(0)], [READY, none('no answer')]),
    'inconclusive',
    'metric',
    'metric-unusable',
  ],
  [
    'the failed row is waived, a metric is out of bounds',
    both(broken(FAILED_ROW), waive({ check: FAILED_ROW.id }), errors(read(1))),
    'failed',
    'waived',
    'metric-out-of-bounds',
  ],
];
