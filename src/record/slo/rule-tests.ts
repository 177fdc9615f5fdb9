/**
 * Unit tests for promtool beside the generated rules. Every pair is tried at both sides of its threshold, on recorded series; and
 * where an objective names examples of good and bad events, the whole way from those events to the alert (event-tests.ts).
 */
import { durationSeconds } from '../../contract/objectives/objective.ts';
import {
  alertName,
  type ObjectiveRules,
  ratioName,
  seriesLabels,
  threshold,
  totalName,
  totalWindows,
} from './alert-rules.ts';
import type { AlertPair } from './error-budget.ts';
import { toEventTests } from './event-tests.ts';
import { quote } from './promql.ts';

/** Every moment that a test looks at is a multiple of it. Long, because promtool evaluates every rule each time, for days. */
export const EVALUATED_EVERY = '30m';

interface AlertCase {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly {
    readonly exp_labels: Readonly<Record<string, string>>;
    readonly exp_annotations: Readonly<Record<string, string>>;
  }[];
}

interface ExpressionCase {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly AlertCase[];
  readonly promql_expr_test?: readonly ExpressionCase[];
}

type Severity = AlertPair['severity'];
export const SEVERITIES: readonly Severity[] = ['page', 'ticket'];
/** A little above and below: a threshold that is a hundredth off is found. */
const ABOVE = 1.005;
const BELOW = 0.995;

export function toRuleTests(rules: ObjectiveRules): RuleTest[] {
  return [testPairs(rules), ...toEventTests(rules)];
}

/** What is recorded at one moment, and whether the alert of `pair` is to fire then. */
interface Moment {
  readonly pair: AlertPair;
  readonly what: string;
  readonly ratios: ReadonlyMap<number, number>;
  /** failed events in the long windows */
  readonly failures: number;
  readonly fires: boolean;
}

/** All moments in one test, one after the other: what promtool takes long for is to begin one. */
function testPairs(rules: ObjectiveRules): RuleTest {
  const moments = rules.pairs.flatMap((pair) => momentsOf(pair, rules));
  const labels = labelText(rules);
  const series = (name: string, valueAt: (moment: Moment) => number) => ({
    series: `${name}${labels}`,
    // nothing looks at the first moment
    values: ['0', ...moments.map((moment) => plain(valueAt(moment)))].join(' '),
  });
  return {
    name: `${rules.objective.id}: ${moments.map(({ pair, what }, index) => `${minutesAt(index)}m ${pair.severity} at ${pair.burn} ${what}`).join(', ')}`,
    interval: EVALUATED_EVERY,
    input_series: [
      ...ratioWindows(rules).map((seconds) => series(ratioName(seconds), ({ ratios }) => ratios.get(seconds) ?? 0)),
      ...totalWindows(rules.pairs).map((seconds) =>
        series(totalName(seconds), ({ ratios, failures }) => failures / (ratios.get(seconds) || 1)),
      ),
    ],
    alert_rule_test: moments.flatMap(({ pair, fires }, index) =>
      SEVERITIES.map((severity) => toCase(minutesAt(index), severity, fires && severity === pair.severity, rules)),
    ),
  };
}

function minutesAt(index: number): number {
  return ((index + 1) * (durationSeconds(EVALUATED_EVERY) ?? 0)) / 60;
}

function momentsOf(pair: AlertPair, { objective }: ObjectiveRules): Moment[] {
  const limit = threshold(pair, objective.target);
  const above = Math.min(1, limit * ABOVE);
  const below = limit * BELOW;
  const at = (what: string, long: number, short: number, fires: boolean, failures = 1000): Moment => {
    const ratios = new Map([
      [pair.long, long],
      [pair.short, short],
    ]);
    return { pair, what, ratios, failures, fires };
  };
  return [
    at('in both windows', above, above, true),
    at('in the short one only', below, above, false),
    at('in the long one only', above, below, false),
    ...(pair.severity === 'page' ? [at('by a single failure', above, above, false, 1)] : []),
  ];
}

/** Ascending. */
export function ratioWindows({ pairs }: ObjectiveRules): number[] {
  return [...new Set(pairs.flatMap(({ long, short }) => [long, short]))].sort((a, b) => a - b);
}

/** `{service="…", slo="…"}` */
export function labelText({ objective }: ObjectiveRules): string {
  const { slo, service } = seriesLabels(objective);
  return `{service=${quote(service)}, slo=${quote(slo)}}`;
}

export function toCase(minutes: number, severity: Severity, fires: boolean, rules: ObjectiveRules): AlertCase {
  const alertname = alertName(severity, rules.prefix);
  const rule = rules.group.rules.find(({ alert }) => alert === alertname);
  const expected = {
    exp_labels: { severity, ...seriesLabels(rules.objective) },
    exp_annotations: rendered(rule?.annotations ?? {}),
  };
  return { eval_time: `${minutes}m`, alertname, exp_alerts: fires ? [expected] : [] };
}

/** What the template gives: the text that was escaped. */
function rendered(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, text]) => [key, text.replaceAll('{{ "{{" }}', '{{')]),
  );
}

/** Without an exponent, and without dust. */
export function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
