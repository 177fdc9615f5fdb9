/**
 * Alertmanager, API v2: `POST /api/v2/alerts` (prometheus/alertmanager, api/v2/openapi.yaml). An alert is what its labels are:
 * the same ones with an end in the past resolve it. Its answer is 200 without a body.
 */
import type { NotifyDefaults } from '../../../contract/notify-schema.ts';
import { isEnd, type Notification, toLines } from '../message.ts';
import { below, type HttpForm, JSON_HEADERS } from './http-form.ts';

/** `now` bounds how long an alert fires that nobody ends. */
export function toAlertmanager(
  notification: Notification,
  url: string,
  rules: NotifyDefaults['alertmanager'],
  now: Date,
): HttpForm {
  const { severity, system, environment, release, layers, summary, startedAt, dedupKey } = notification;
  const [layer] = layers;
  const alert = {
    // an empty label is none for Alertmanager
    labels: {
      alertname: alertName(notification),
      system,
      environment,
      release,
      ...(layer === undefined ? {} : { layer }),
      severity: severity ?? 'unknown',
      dedup_key: dedupKey,
    },
    annotations: { summary, description: toLines(notification).join('\n') },
    startsAt: startedAt,
    endsAt: endOf(notification, rules, now),
  };
  return {
    url: below(url, '/api/v2/alerts'),
    headers: JSON_HEADERS,
    body: JSON.stringify([alert]),
    whyNot: ({ status, text }) => {
      if (status !== 200) return `it answers ${status}`;
      return text().trim() === '' ? undefined : 'it answers 200 with a body, which Alertmanager does not';
    },
  };
}

/** The name has to be the same when it opens and when it ends. */
function alertName({ event }: Notification): string {
  switch (event) {
    case 'incident-opened':
    case 'incident-closed':
      return 'Gate10Incident';
    case 'not-judged':
      return 'Gate10NotJudged';
    case 'rollback-done':
      return 'Gate10RollbackDone';
    case 'rollback-failed':
      return 'Gate10RollbackFailed';
    case 'deployment':
      return 'Gate10Deployment';
    case 'test':
      return 'Gate10Test';
  }
}

function endOf(notification: Notification, rules: NotifyDefaults['alertmanager'], now: Date): string {
  const { event, endedAt, startedAt } = notification;
  // Alertmanager refuses an end that is not after the beginning
  if (isEnd(notification) && endedAt !== null)
    return new Date(Math.max(Date.parse(endedAt), Date.parse(startedAt) + 1)).toISOString();
  return new Date(now.getTime() + lastsFor(event, rules)).toISOString();
}

function lastsFor(
  event: Notification['event'],
  { firesFor, unendedFor, newsFor }: NotifyDefaults['alertmanager'],
): number {
  switch (event) {
    case 'incident-opened':
      return firesFor;
    case 'not-judged':
    case 'rollback-failed':
      return unendedFor;
    case 'incident-closed':
    case 'deployment':
    case 'rollback-done':
    case 'test':
      return newsFor;
  }
}
