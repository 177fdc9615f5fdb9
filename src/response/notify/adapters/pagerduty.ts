/**
 * PagerDuty, Events API v2 (developer.pagerduty.com, "Send an event", "Send a change event"): alerts are triggered and resolved
 * under their dedup_key, deployments are change events, which page nobody. Its answer is 202 with `"status":"success"`.
 */
import { z } from 'zod';
import type { NotifyDefaults } from '../../../contract/notify-schema.ts';
import { readJson } from '../../../probe/http/strict-json.ts';
import { isAlert, isEnd, type Notification, toLines } from '../message.ts';
import { below, cut, type HttpForm, JSON_HEADERS } from './http-form.ts';

interface Account {
  readonly routingKey: string;
  /** default: `authority/notify.yaml` */
  readonly url: string | undefined;
}

const answerSchema = z.looseObject({ status: z.literal('success'), dedup_key: z.string().optional() });

export function toPagerDuty(
  notification: Notification,
  { routingKey, url }: Account,
  rules: NotifyDefaults['pagerduty'],
): HttpForm {
  const isChange = !isAlert(notification) && !isEnd(notification);
  const links = notification.links.map(({ text, href }) => ({ href, text }));
  const body = isChange
    ? { routing_key: routingKey, payload: toChange(notification, rules), links }
    : toEvent(notification, routingKey, rules, links);
  return {
    url: below(url ?? rules.url, isChange ? '/v2/change/enqueue' : '/v2/enqueue'),
    headers: JSON_HEADERS,
    body: JSON.stringify(body),
    whyNot: ({ status, text }) => {
      if (status !== 202) return `it answers ${status}`;
      const reading = readJson(Buffer.from(text(), 'utf8'));
      if (!reading.ok) return `it answers 202, but ${reading.why}`;
      const answer = answerSchema.safeParse(reading.value);
      if (!answer.success) return 'it answers 202, but does not say that it was successful';
      const key = answer.data.dedup_key;
      if (isChange || key === notification.dedupKey) return undefined;
      return 'it answers 202 for another dedup_key';
    },
  };
}

function toEvent(
  notification: Notification,
  routingKey: string,
  rules: NotifyDefaults['pagerduty'],
  links: readonly { readonly href: string; readonly text: string }[],
) {
  const { event, dedupKey, severity, system, environment, layers, startedAt, summary } = notification;
  const key = { routing_key: routingKey, dedup_key: dedupKey };
  if (isEnd(notification)) return { ...key, event_action: 'resolve' };
  return {
    ...key,
    event_action: 'trigger',
    payload: {
      summary: cut(summary, rules.maxSummary),
      source: `${system}/${environment}`,
      severity: event === 'test' ? 'info' : severity === null ? rules.unknown : rules.severities[severity],
      timestamp: startedAt,
      component: system,
      group: environment,
      ...(layers[0] === undefined ? {} : { class: layers[0] }),
      custom_details: toDetails(notification),
    },
    links,
    client: 'gate10',
  };
}

function toChange(notification: Notification, { maxSummary }: NotifyDefaults['pagerduty']) {
  const { summary, startedAt, system, environment } = notification;
  return {
    summary: cut(summary, maxSummary),
    timestamp: startedAt,
    source: `${system}/${environment}`,
    custom_details: toDetails(notification),
  };
}

function toDetails(notification: Notification): Readonly<Record<string, string>> {
  return { event: notification.event, details: toLines(notification).join('\n') };
}
