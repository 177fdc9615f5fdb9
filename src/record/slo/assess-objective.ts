/** How one objective stands: its verdict, its budget, how fast that burns, what the error-budget policy says. */
import { looksBack, type Objective } from '../../contract/objectives/objective.ts';
import {
  type AlertPair,
  budgetLeft,
  budgetMinutes,
  burnRate,
  eventsForOneFailure,
  oneFailureBurn,
  scalePairs,
  showSeconds,
} from './error-budget.ts';
import { claimOf, judgeObjective } from './judge-objective.ts';
import type { ReadWindow, SliReading } from './reading.ts';
import type { ObjectiveState } from './slo-schema.ts';
import type { SloStandard } from './slo-standard.ts';

export interface AssessInput {
  readonly objective: Objective;
  readonly read: ReadWindow;
  readonly standard: SloStandard;
  /** judged over instead of the objective's own window */
  readonly windowSeconds?: number | undefined;
}

export async function assessObjective(input: AssessInput): Promise<ObjectiveState> {
  const { objective, read, standard } = input;
  const { target } = objective;
  const seconds = input.windowSeconds ?? objective.window.seconds;
  const window = {
    duration: input.windowSeconds === undefined ? objective.window.text : showSeconds(seconds),
    seconds,
  };
  const judged = { ...objective, window: { text: window.duration, seconds } };
  const reading = await read(seconds);
  const { status, reason, message, bound, needed } = judgeObjective(judged, reading, standard.confidence);
  const events = exactEvents(reading);
  const left = looksBack(objective) && events ? budgetLeft(events.misses, events.n, target) : null;
  const burning = await readBurning(input, reading);
  return {
    ...promiseOf(objective),
    window,
    claim: claimOf(judged),
    status,
    ...(reason && { reason }),
    message,
    ...figuresOf(reading),
    bound,
    ...(needed !== undefined && { needed }),
    error_budget: { minutes: budgetMinutes(target, seconds), left },
    burn_rates: burning.rates,
    alerts: burning.alerts,
    left_out: burning.leftOut,
    policy: await toPolicy(input),
    notes: [...(reading.known ? reading.notes : []), ...burning.notes],
  };
}

function promiseOf(objective: Objective) {
  const { id, service, title, source, severity = null, budgeting, target, indicator } = objective;
  const limit = 'limitMs' in indicator ? { limit_ms: indicator.limitMs } : {};
  return { id, service, title, source, severity, sli: sliOf(objective), budgeting, target, ...limit };
}

function figuresOf(reading: SliReading): Pick<ObjectiveState, 'basis' | 'n' | 'misses' | 'value' | 'unit'> {
  if (!reading.known) return { basis: null, n: null, misses: null, value: null, unit: null };
  const { basis, n, value, unit } = reading;
  return { basis, n, misses: exactEvents(reading)?.misses ?? null, value, unit };
}

/** How fast the budget burns over each window of the standard, where the source can say and has anything to say. */
async function readBurning({ objective, read, standard }: AssessInput, reading: SliReading) {
  const { target, indicator, window } = objective;
  const slices = indicator.kind === 'prometheus' ? indicator.slices?.seconds : undefined;
  const { pairs, leftOut } = scalePairs(standard, target, window.seconds, slices);
  if (!looksBack(objective) || !reading.known) return { rates: [], alerts: [], leftOut: [...leftOut], notes: [] };
  const byWindow = await readWindows(pairs, read);
  const alerts = pairs.map((pair) => toAlert(pair, target, byWindow, standard));
  const rates = [...byWindow].map(([seconds, one]) => toBurnRate(seconds, one, target));
  return { rates, alerts, leftOut: [...leftOut], notes: lowTraffic(alerts, byWindow, pairs, standard) };
}

function sliOf({ indicator: { kind } }: Objective): ObjectiveState['sli'] {
  switch (kind) {
    case 'run-ratio':
    case 'run-latency':
      return 'gate10-run';
    case 'history':
      return 'gate10-history';
    case 'k6-ratio':
    case 'k6-latency':
      return 'k6';
    case 'prometheus':
      return 'prometheus';
  }
}

/** Shortest first. One after the other: a Prometheus has better things to do. */
async function readWindows(pairs: readonly AlertPair[], read: ReadWindow): Promise<Map<number, SliReading>> {
  const windows = [...new Set(pairs.flatMap(({ long, short }) => [long, short]))].sort((a, b) => a - b);
  const found = new Map<number, SliReading>();
  for (const seconds of windows) found.set(seconds, await read(seconds));
  return found;
}

function exactEvents(reading: SliReading | undefined): { n: number; misses: number } | undefined {
  if (!reading?.known || reading.fewest !== reading.most) return undefined;
  return { n: reading.n, misses: reading.most };
}

/** By the share where it is known: counts that were extrapolated are rounded. */
function burnOf(reading: SliReading | undefined, target: number): number | null {
  const events = exactEvents(reading);
  if (!reading?.known || events === undefined || reading.value === null) return null;
  return reading.unit === 'ratio' ? (1 - reading.value) / (1 - target) : burnRate(events.misses, events.n, target);
}

function toBurnRate(seconds: number, reading: SliReading, target: number): ObjectiveState['burn_rates'][number] {
  return { window: showSeconds(seconds), n: reading.known ? reading.n : null, burn: burnOf(reading, target) };
}

function toAlert(
  pair: AlertPair,
  target: number,
  byWindow: ReadonlyMap<number, SliReading>,
  { page }: SloStandard,
): ObjectiveState['alerts'][number] {
  const long = exactEvents(byWindow.get(pair.long));
  const [longBurn, shortBurn] = [burnOf(byWindow.get(pair.long), target), burnOf(byWindow.get(pair.short), target)];
  const enough = pair.severity === 'ticket' || (long?.misses ?? 0) >= page.failures;
  const burning =
    longBurn === null || shortBurn === null ? null : enough && longBurn >= pair.burn && shortBurn >= pair.burn;
  return {
    severity: pair.severity,
    long: showSeconds(pair.long),
    short: showSeconds(pair.short),
    burn: pair.burn,
    burning,
    one_failure: long === undefined ? null : oneFailureBurn(long.n, target),
    events_for_one_failure: eventsForOneFailure(pair.burn, target),
  };
}

/** SRE workbook ch. 5, "Low-Traffic Services": said, where a page could hang on one event. */
function lowTraffic(
  alerts: ObjectiveState['alerts'],
  byWindow: ReadonlyMap<number, SliReading>,
  pairs: readonly AlertPair[],
  { page }: SloStandard,
): string[] {
  return alerts.flatMap(({ severity, long, burn, one_failure, events_for_one_failure }, index) => {
    const n = exactEvents(byWindow.get(pairs[index]?.long ?? 0))?.n;
    if (severity !== 'page' || n === undefined || one_failure === null || n >= events_for_one_failure) return [];
    const rate = Math.round(one_failure * 10) / 10;
    return [
      `low traffic: of ${n} events in ${long} one failure burns at ${rate}, and a page is due at ${burn}; it takes ${page.failures} failures, and ${events_for_one_failure} events for one not to matter`,
    ];
  });
}

/** Over the policy's own window, whatever that of the objective is. */
async function toPolicy({ objective, read, standard }: AssessInput): Promise<ObjectiveState['policy']> {
  if (!looksBack(objective)) return null;
  const seconds = standard.policy.window / 1000;
  const text = showSeconds(seconds);
  const reading = await read(seconds);
  const events = exactEvents(reading);
  const left = events === undefined ? null : budgetLeft(events.misses, events.n, objective.target);
  const { status, message } = judgeObjective({ ...objective, window: { text, seconds } }, reading, standard.confidence);
  const base = { rule: objective.errorBudgetPolicy, window: text, left };
  switch (status) {
    case 'passed':
      return { ...base, state: 'within', message: `the budget of the last ${text} is not overspent` };
    case 'failed':
      return { ...base, state: 'overspent', message: `the budget of the last ${text} is overspent: ${message}` };
    case 'inconclusive':
      return {
        ...base,
        state: 'unknown',
        message: `whether the budget of the last ${text} is overspent is not known: ${message}`,
      };
  }
}
