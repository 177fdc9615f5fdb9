/**
 * Prometheus rules of an objective: the share of bad events over every window, recorded, and the alerts of the SRE workbook on
 * top (multiwindow, multi-burn-rate; ch. 5). Labels of recorded series are plain text, annotations are Go templates.
 */
import type { Objective, PrometheusIndicator } from '../../contract/objectives/objective.ts';
import { type AlertPair, budgetMinutes, scalePairs, showSeconds } from './error-budget.ts';
import { quote, recordedRatio, recordedTotal } from './promql.ts';
import type { SloStandard } from './slo-standard.ts';

export interface PrometheusRule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly PrometheusRule[];
}

export interface ObjectiveRules {
  readonly objective: Objective & { readonly indicator: PrometheusIndicator };
  readonly prefix: string;
  readonly pairs: readonly AlertPair[];
  readonly leftOut: readonly string[];
  readonly group: RuleGroup;
  /** failed events that it takes to page */
  readonly failures: number;
}

const ALERTS = { page: 'BudgetBurnsFast', ticket: 'BudgetBurnsSlowly', absent: 'IsNotMeasured' } as const;

/** Of an objective, `prefix` is its name as alerts have it: `ShopAvailability`. */
export function alertName(what: keyof typeof ALERTS, prefix: string): string {
  return `${prefix}${ALERTS[what]}`;
}

/** `shop-availability` → `ShopAvailability`; names that become the same are numbered. */
export function alertPrefixes(ids: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return ids.map((id) => {
    const words = id.split(/[^a-z0-9]+/).filter((word) => word !== '');
    const prefix = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');
    const before = taken.get(prefix) ?? 0;
    taken.set(prefix, before + 1);
    return before === 0 ? prefix : `${prefix}_${before + 1}_`;
  });
}

export function isPrometheus(objective: Objective): objective is ObjectiveRules['objective'] {
  return objective.indicator.kind === 'prometheus';
}

/** `prefix`: see `alertName`. */
export function toObjectiveRules(
  objective: ObjectiveRules['objective'],
  prefix: string,
  standard: SloStandard,
): ObjectiveRules {
  const { target, window, indicator, id } = objective;
  const { pairs, leftOut } = scalePairs(standard, target, window.seconds, indicator.slices?.seconds);
  const { failures } = standard.page;
  const windows = [...new Set(pairs.flatMap(({ long, short }) => [long, short]))].sort((a, b) => a - b);
  const rules = [
    ...windows.map((seconds) => ({
      record: ratioName(seconds),
      expr: recordedRatio(indicator, seconds),
      labels: seriesLabels(objective),
    })),
    ...totalWindows(pairs).map((seconds) => ({
      record: totalName(seconds),
      expr: recordedTotal(indicator, seconds),
      labels: seriesLabels(objective),
    })),
    ...(['page', 'ticket'] as const).flatMap((severity) => toAlert(severity, { objective, prefix, pairs, failures })),
    ...toAbsence(objective, prefix, pairs),
  ];
  return { objective, prefix, pairs, leftOut, group: { name: `gate10-slo-${id}`, rules }, failures };
}

/** The error rate from which on a pair burns, without the dust of 1 − 0.999. */
export function threshold({ burn }: AlertPair, target: number): number {
  return Number((burn * (1 - target)).toPrecision(12));
}

export function ratioName(seconds: number): string {
  return `slo:sli_error:ratio_rate${showSeconds(seconds)}`;
}

export function totalName(seconds: number): string {
  return `slo:sli_total:increase${showSeconds(seconds)}`;
}

export function seriesLabels({ id, service }: Objective): { slo: string; service: string } {
  return { slo: id, service };
}

/** Windows whose events are counted: the long ones of pages, or the shortest of all where nothing pages. */
export function totalWindows(pairs: readonly AlertPair[]): readonly number[] {
  const pages = pairs.filter(({ severity }) => severity === 'page').map(({ long }) => long);
  return pages.length > 0 ? pages : pairs.slice(0, 1).map(({ long }) => long);
}

function toAlert(
  severity: AlertPair['severity'],
  { objective, prefix, pairs, failures }: Omit<ObjectiveRules, 'group' | 'leftOut'>,
): PrometheusRule[] {
  const own = pairs.filter((pair) => pair.severity === severity);
  if (own.length === 0) return [];
  const burning = own.map((pair) => toCondition(pair, objective, severity === 'page' ? failures : undefined));
  return [
    {
      alert: alertName(severity, prefix),
      expr: burning.join('\nor\n'),
      labels: { severity },
      annotations: annotationsOf(severity, objective, own),
    },
  ];
}

/** `>=`, so that what is reachable (burn × (1 − target) ≤ 1) can be reached. */
function toCondition(pair: AlertPair, objective: Objective, failures: number | undefined): string {
  const selector = `{slo=${quote(objective.id)}}`;
  const limit = threshold(pair, objective.target);
  const [long, short] = [`${ratioName(pair.long)}${selector}`, `${ratioName(pair.short)}${selector}`];
  // half a failure less: increase() extrapolates, so that two failures may read 1.99 or one 1.1
  const guard = failures === undefined ? [] : [`${long} * ${totalName(pair.long)}${selector} > ${failures - 0.5}`];
  const all = [`${long} >= ${limit}`, `${short} >= ${limit}`, ...guard];
  return `(\n  ${all.join('\n  and\n  ')}\n)`;
}

/** Without it, an objective whose series are gone (renamed, not scraped) would look healthy for ever. */
function toAbsence(objective: Objective, prefix: string, pairs: readonly AlertPair[]): PrometheusRule[] {
  const [window] = totalWindows(pairs);
  if (window === undefined) return [];
  return [
    {
      alert: alertName('absent', prefix),
      expr: `absent(${totalName(window)}{slo=${quote(objective.id)}})`,
      for: showSeconds(window),
      labels: { severity: 'ticket', service: toTemplateText(objective.service) },
      annotations: {
        summary: toTemplateText(`${objective.title}: nothing is measured`),
        description: toTemplateText(
          `Prometheus has counted no event of "${objective.id}" for ${showSeconds(window)}. Whether its objective is met is not known.`,
        ),
      },
    },
  ];
}

export function annotationsOf(
  severity: AlertPair['severity'],
  { title, id, target, window }: Objective,
  pairs: readonly AlertPair[],
): Record<string, string> {
  const budget = Number(budgetMinutes(target, window.seconds).toFixed(2));
  const rates = pairs.map(({ long, short, burn, budget: spent }) => {
    return `${burn} times the rate that it allows over ${showSeconds(long)} and ${showSeconds(short)} (${spent * 100} % of it spent)`;
  });
  const summary = `${title}: the error budget burns ${severity === 'page' ? 'fast' : 'slowly'}`;
  const description = `The budget of "${id}" (${Number((target * 100).toFixed(6))} % over ${window.text}, ${budget} minutes) burns at least at ${rates.join(', or ')}.`;
  return { summary: toTemplateText(summary), description: toTemplateText(description) };
}

/** Text that a Go template gives back as it is: `{{` would begin an action. */
export function toTemplateText(text: string): string {
  return text.toWellFormed().replaceAll('{{', '{{ "{{" }}');
}
