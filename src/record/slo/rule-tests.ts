/**
 * Unit tests for promtool beside the generated rules. Every pair is tried at both sides of its threshold, on recorded series; and
 * where an objective names examples of good and bad events, the whole way from those events to the alert (event-tests.ts).
 */
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

/** Every moment that a test looks at is a multiple of it. */
export const EVALUATED_EVERY = '5m';

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
  return [...rules.pairs.flatMap((pair) => testPair(pair, rules)), ...toEventTests(rules)];
}

function testPair(pair: AlertPair, rules: ObjectiveRules): RuleTest[] {
  const limit = threshold(pair, rules.objective.target);
  const above = Math.min(1, limit * ABOVE);
  const below = limit * BELOW;
  const name = `${rules.objective.id}: ${pair.severity} at ${pair.burn}`;
  /** `failures` = failed events in the long windows */
  const given = (what: string, long: number, short: number, fires: boolean, failures = 1000): RuleTest => ({
    name: `${name}, ${what}`,
    interval: '1m',
    input_series: recorded(
      rules,
      new Map([
        [pair.long, long],
        [pair.short, short],
      ]),
      failures,
    ),
    alert_rule_test: SEVERITIES.map((severity) => toCase(5, severity, fires && severity === pair.severity, rules)),
  });
  const single = [given('of a single failure', above, above, false, 1)];
  return [
    given('in both windows', above, above, true),
    given('in the short window only', below, above, false),
    given('in the long window only: it is over', above, below, false),
    ...(pair.severity === 'page' ? single : []),
  ];
}

function recorded(
  rules: ObjectiveRules,
  ratios: ReadonlyMap<number, number>,
  failures: number,
): RuleTest['input_series'] {
  const labels = labelText(rules);
  const constant = (series: string, value: number) => ({
    series: `${series}${labels}`,
    values: `${plain(value)}+0x10`,
  });
  return [
    ...ratioWindows(rules).map((seconds) => constant(ratioName(seconds), ratios.get(seconds) ?? 0)),
    ...totalWindows(rules.pairs).map((seconds) => constant(totalName(seconds), failures / (ratios.get(seconds) || 1))),
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
