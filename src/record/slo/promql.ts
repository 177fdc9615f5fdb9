/** The queries of an objective as PromQL. */
import type { PrometheusIndicator } from '../../contract/objectives/objective.ts';
import { WINDOW_PLACEHOLDER } from '../../contract/objectives/source-schema.ts';
import { showSeconds } from './error-budget.ts';

/** The query over one window. */
export function windowQuery(query: string, windowSeconds: number): string {
  return query.replaceAll(WINDOW_PLACEHOLDER, showSeconds(windowSeconds)).trim();
}

/**
 * Share of bad events over a window. Where not one event is good there may be no series of good ones: then all are bad, and
 * an alert that found nothing to divide would stay silent in the worst of outages.
 */
export function errorRatio({ counts, numerator, total }: PrometheusIndicator, windowSeconds: number): string {
  const [part, all] = [windowQuery(numerator, windowSeconds), windowQuery(total, windowSeconds)];
  if (counts === 'bad') return `(${part})\n/\n(${all})`;
  return `1 - (\n  ((${part}) or (${all}) * 0)\n  /\n  (${all})\n)`;
}

/** 1 for a good slice, 0 for a bad one, nothing for one without events: of that nobody knows whether it was good. */
function sliceIsGood(indicator: PrometheusIndicator): string {
  const { seconds, target } = slicesOf(indicator);
  const ratio = errorRatio(indicator, seconds).replaceAll(/\s+/g, ' ');
  return `((1 - (${ratio})) >= bool ${target}) and ((${windowQuery(indicator.total, seconds)}) > 0)`;
}

/** Good slices of a window, and all in which there were events. */
export function sliceQueries(indicator: PrometheusIndicator, windowSeconds: number): { part: string; total: string } {
  const range = `[${showSeconds(windowSeconds)}:${showSeconds(slicesOf(indicator).seconds)}]`;
  const good = sliceIsGood(indicator);
  return { part: `sum_over_time((${good})${range})`, total: `count_over_time((${good})${range})` };
}

/** What is recorded for a window: share of bad events, or of bad slices. */
export function recordedRatio(indicator: PrometheusIndicator, windowSeconds: number): string {
  if (indicator.slices === undefined) return errorRatio(indicator, windowSeconds);
  const { part, total } = sliceQueries(indicator, windowSeconds);
  return `1 - (\n  ${part}\n  /\n  ${total}\n)`;
}

/** What a reading asks: all events (or slices) of a window, the bad ones, and the good ones where those are what is counted. */
export function countQueries(
  indicator: PrometheusIndicator,
  windowSeconds: number,
): { readonly total: string; readonly bad: string; readonly good?: string } {
  if (indicator.slices !== undefined) {
    const { part, total } = sliceQueries(indicator, windowSeconds);
    return { total, bad: `${total} - ${part}` };
  }
  const [part, total] = [windowQuery(indicator.numerator, windowSeconds), windowQuery(indicator.total, windowSeconds)];
  return indicator.counts === 'bad' ? { total, bad: part } : { total, bad: `(${total}) - (${part})`, good: part };
}

/** Events of a window, or slices with events. */
export function recordedTotal(indicator: PrometheusIndicator, windowSeconds: number): string {
  if (indicator.slices !== undefined) return sliceQueries(indicator, windowSeconds).total;
  return windowQuery(indicator.total, windowSeconds);
}

/** Text as PromQL (and Go) quotes it. */
export function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

function slicesOf({ slices }: PrometheusIndicator): NonNullable<PrometheusIndicator['slices']> {
  if (slices === undefined) throw new Error('An objective without slices was asked for its slices.');
  return slices;
}
