/** promtool's unit tests from the events themselves: what is recorded of them, and which alert comes of it. */
import { durationSeconds } from '../../contract/objectives/objective.ts';
import { type ObjectiveRules, ratioName, totalName, totalWindows } from './alert-rules.ts';
import { type AlertPair, showSeconds } from './error-budget.ts';
import { EVALUATED_EVERY, labelText, plain, type RuleTest, ratioWindows, SEVERITIES, toCase } from './rule-tests.ts';

interface Phase {
  /** samples, one an interval */
  readonly samples: number;
  /** share of events that are bad */
  readonly bad: number;
  /** the counters begin anew before it, as those of a process that was restarted */
  readonly restart?: true;
}

type Examples = NonNullable<ObjectiveRules['objective']['indicator']['examples']>;

/** None where no examples are named; nor for slices of time, because what makes a slice bad is not a share of events. */
export function toEventTests(rules: ObjectiveRules): RuleTest[] {
  const { examples, slices } = rules.objective.indicator;
  if (examples === undefined || slices !== undefined || rules.pairs.length === 0) return [];
  return [...testAlerts(rules, examples), ...testRecords(rules, examples)];
}

function testAlerts(rules: ObjectiveRules, examples: Examples): RuleTest[] {
  const { objective, pairs } = rules;
  const rate = (burn: number): number => Math.min(1, burn * (1 - objective.target));
  const burns = (severity: AlertPair['severity']) =>
    pairs.filter((pair) => pair.severity === severity).map(({ burn }) => burn);
  const [pages, tickets] = [burns('page'), burns('ticket')];
  const run = (
    what: string,
    phases: readonly Phase[],
    cases: readonly [number, AlertPair['severity'], boolean][],
  ): RuleTest => ({
    name: `${objective.id}: ${what}`,
    interval: '1m',
    input_series: toSeries(examples, objective.target, phases),
    alert_rule_test: cases.map(([minutes, severity, fires]) => toCase(minutes, severity, fires, rules)),
  });
  const healthy: Phase = { samples: 61, bad: 0 };
  const quiet = SEVERITIES.map((severity): [number, AlertPair['severity'], boolean] => [120, severity, false]);
  const tests = [run('healthy traffic through a restart', [healthy, { ...healthy, restart: true }], quiet)];
  if (pages.length > 0) {
    const fast = { samples: 61, bad: rate(Math.max(...pages) * 1.5) };
    tests.push(
      run(
        'a fast burn, and its end',
        [fast, healthy],
        [
          [60, 'page', true],
          [120, 'page', false],
        ],
      ),
    );
    const spike = { samples: 5, bad: rate(Math.min(...pages) * 1.5) };
    tests.push(run('a short spike wakes nobody', [healthy, { samples: 85, bad: 0 }, spike], [[150, 'page', false]]));
  }
  if (tickets.length > 0) {
    const ceiling = pages.length > 0 ? Math.min(...pages) : Math.max(...tickets) * 2;
    const slow = { samples: 121, bad: rate((Math.max(...tickets) + ceiling) / 2) };
    tests.push(
      run(
        'a slow burn',
        [slow],
        [
          [120, 'ticket', true],
          [120, 'page', false],
        ],
      ),
    );
  }
  return tests;
}

/** Share of bad events at the end of the history of `testRecords`. */
const BAD = 0.2;
/** Windows differ by two at least; what extrapolation does to a figure is less. */
const TOLERANCE = 0.3;
/** Windows of one history: longer ones are recorded from another, of fewer samples. */
const REACH = 24;

/** Healthy, then bad for as long as the shortest window: each window has to record its own share of that. */
function testRecords(rules: ObjectiveRules, examples: Examples): RuleTest[] {
  const windows = ratioWindows(rules);
  const [shortest = 0] = windows;
  const near = windows.filter((seconds) => seconds <= shortest * REACH);
  const far = windows.filter((seconds) => seconds > shortest * REACH);
  return [near, far].filter((some) => some.length > 0).map((some) => testWindows(some, rules, examples));
}

function testWindows(windows: readonly number[], rules: ObjectiveRules, examples: Examples): RuleTest {
  const { objective, pairs } = rules;
  const [shortest = 0] = windows;
  const longest = windows.at(-1) ?? 0;
  const step = Math.round(shortest / 5);
  const steps = roundUp(Math.ceil(longest / step), step);
  const end = showSeconds((steps + 5) * step);
  const perStep = eventsPerStep(objective.target);
  const near = (series: string, value: number) => ({
    expr: `abs(${series}${labelText(rules)} / ${plain(value)} - 1) < bool ${TOLERANCE}`,
    eval_time: end,
    exp_samples: [{ labels: labelText(rules), value: 1 }],
  });
  const phases = [
    { samples: steps + 1, bad: 0 },
    { samples: 5, bad: BAD, restart: true as const },
  ];
  return {
    name: `${objective.id}: what is recorded over ${windows.map(showSeconds).join(', ')}`,
    interval: showSeconds(step),
    input_series: toSeries(examples, objective.target, phases),
    promql_expr_test: [
      ...windows.map((seconds) => near(ratioName(seconds), (BAD * shortest) / seconds)),
      ...totalWindows(pairs)
        .filter((seconds) => windows.includes(seconds))
        .map((seconds) => near(totalName(seconds), (perStep * seconds) / step)),
    ],
  };
}

/** So many steps that the end of the history is a moment at which rules are evaluated. */
function roundUp(steps: number, stepSeconds: number): number {
  const every = durationSeconds(EVALUATED_EVERY) ?? 1;
  let rounded = steps;
  while (((rounded + 5) * stepSeconds) % every !== 0) rounded += 1;
  return rounded;
}

/** A series that is named for good and for bad events grows with both. */
function toSeries(examples: Examples, target: number, phases: readonly Phase[]): RuleTest['input_series'] {
  const perStep = eventsPerStep(target);
  return [...new Set([...examples.good, ...examples.bad])].map((series) => {
    let value = 0;
    const parts = phases.map(({ samples, bad, restart }) => {
      const good = examples.good.includes(series) ? (1 - bad) * perStep : 0;
      const step = good + (examples.bad.includes(series) ? bad * perStep : 0);
      const first = (restart ? 0 : value) + step;
      value = first + step * (samples - 1);
      return `${plain(first)}+${plain(step)}x${samples - 1}`;
    });
    return { series, values: parts.join(' ') };
  });
}

/** So many that a burn of one is a thousand failures. */
function eventsPerStep(target: number): number {
  return Math.ceil(1000 / (1 - target));
}
