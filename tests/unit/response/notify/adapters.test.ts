/** Every receiver's form, held against what its documents say. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../../src/contract/redact.ts';
import { loadSecretPatterns } from '../../../../src/probe/served/bundle-secrets.ts';
import { createTextCleaner } from '../../../../src/record/import/told-text.ts';
import { toAlertmanager } from '../../../../src/response/notify/adapters/alertmanager.ts';
import type { HttpForm } from '../../../../src/response/notify/adapters/http-form.ts';
import { toMail } from '../../../../src/response/notify/adapters/mail.ts';
import { toPagerDuty } from '../../../../src/response/notify/adapters/pagerduty.ts';
import { toSlack } from '../../../../src/response/notify/adapters/slack.ts';
import { toWebhook } from '../../../../src/response/notify/adapters/webhook.ts';
import { cleanNotification } from '../../../../src/response/notify/clean-message.ts';
import { type Notification, toDedupKey } from '../../../../src/response/notify/message.ts';
import { webhookMessageSchema } from '../../../../src/response/notify/schema.ts';
import { CLOSED, COMMIT, DEFAULTS, message, NOW, WICKED } from './sample-message.ts';

const alertmanager = (notification: Notification) =>
  toAlertmanager(notification, 'http://am.example:9093/', DEFAULTS.alertmanager, NOW);
const pagerDuty = (notification: Notification) =>
  toPagerDuty(notification, { routingKey: 'k'.repeat(32), url: undefined }, DEFAULTS.pagerduty);
const slack = (notification: Notification) =>
  toSlack(notification, 'https://hooks.slack.com/services/x', DEFAULTS.slack);
const webhook = (notification: Notification, secret?: string) =>
  toWebhook(notification, { url: 'https://hook.example/x', secret, key: 'one' }, NOW);
const mail = (notification: Notification) =>
  toMail(notification, { from: 'gate10@example.com', to: 'team@example.com', key: 'one' });
const bodyOf = ({ body }: HttpForm) => JSON.parse(body);

describe('Alertmanager', () => {
  test('gets an alert that fires until it is ended, not until five minutes are over', () => {
    const form = alertmanager(message());
    expect(form.url).toBe('http://am.example:9093/api/v2/alerts');
    expect(bodyOf(form)).toEqual([
      {
        labels: {
          ...{ alertname: 'Gate10Incident', system: 'mosaic', environment: 'production', release: COMMIT },
          ...{ layer: 'tls', severity: 'P0', dedup_key: `mosaic/production/tls/${COMMIT}` },
        },
        annotations: {
          summary: message().summary,
          description: expect.stringContaining('the certificate has expired'),
        },
        startsAt: '2026-11-21T10:00:09.000Z',
        endsAt: '2026-12-21T12:00:00.000Z',
      },
    ]);
  });

  test('ends it by the same labels', () => {
    const [opened, closed] = [bodyOf(alertmanager(message()))[0], bodyOf(alertmanager(CLOSED))[0]];
    expect(closed.labels).toEqual(opened.labels);
    expect(closed.endsAt).toBe('2026-11-21T11:00:00.000Z');
  });

  test.each([
    ['incident-opened', '2026-12-21T12:00:00.000Z'],
    ['not-judged', '2026-11-22T12:00:00.000Z'],
    ['rollback-failed', '2026-11-22T12:00:00.000Z'],
    ['rollback-done', '2026-11-21T12:05:00.000Z'],
    ['deployment', '2026-11-21T12:05:00.000Z'],
  ] as const)('shows %s until %s', (event, endsAt) => {
    expect(bodyOf(alertmanager(message({ event })))[0].endsAt).toBe(endsAt);
  });

  test('never gets an end before the beginning, whatever clocks say', () => {
    const [{ startsAt, endsAt }] = bodyOf(alertmanager({ ...CLOSED, endedAt: '2026-01-01T00:00:00.000Z' }));
    expect(Date.parse(endsAt)).toBeGreaterThan(Date.parse(startsAt));
  });
});

describe('PagerDuty', () => {
  test('gets a trigger', () => {
    const form = pagerDuty(message());
    expect(form.url).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(bodyOf(form)).toMatchObject({
      ...{ routing_key: 'k'.repeat(32), event_action: 'trigger', dedup_key: `mosaic/production/tls/${COMMIT}` },
      payload: {
        source: 'mosaic/production',
        severity: 'critical',
        class: 'tls',
        group: 'production',
        component: 'mosaic',
      },
      links: [{ href: 'https://wiki.example.com/runbook?a=1&b=2', text: 'Runbook' }],
    });
  });

  test('gets a resolve under the same key', () => {
    expect(bodyOf(pagerDuty(CLOSED))).toEqual({
      ...{ routing_key: 'k'.repeat(32), event_action: 'resolve', dedup_key: `mosaic/production/tls/${COMMIT}` },
    });
  });

  test('gets a deployment as a change event, which pages nobody', () => {
    const form = pagerDuty(message({ event: 'deployment' }));
    expect(form.url).toBe('https://events.pagerduty.com/v2/change/enqueue');
    expect(Object.keys(bodyOf(form)).sort()).toEqual(['links', 'payload', 'routing_key']);
  });

  test.each([
    ['P0', 'critical'],
    ['P1', 'error'],
    ['P2', 'warning'],
    ['P3', 'info'],
    [null, 'critical'],
  ] as const)('%s is %s', (severity, expected) => {
    expect(bodyOf(pagerDuty(message({ severity }))).payload.severity).toBe(expected);
  });

  test('a key is never longer than it takes, and two long ones stay two', () => {
    const [one, two] = ['a', 'b'].map((end) => toDedupKey(['s', 'x'.repeat(300), end], 255));
    expect([one?.length, two?.length]).toEqual([255, 255]);
    expect(one).not.toBe(two);
    expect(toDedupKey(['a/b', 'c'], 255)).not.toBe(toDedupKey(['a', 'b/c'], 255));
  });
});

describe('a webhook', () => {
  test.each([
    [
      'a secret of Standard Webhooks',
      `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`,
      Buffer.from('0123456789abcdef0123456789abcdef'),
    ],
    ['any other text', 'any-other-text', 'any-other-text'],
  ])('is signed with %s over id, time and body', (_, secret, key) => {
    const { headers, body } = webhook(message(), secret);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-timestamp']).toBe('1795262400');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(JSON.parse(body)).toMatchObject({
      type: 'gate10.incident-opened',
      data: { severity: 'P0', layers: ['tls', 'frontend'] },
    });
  });

  test.each(['incident-opened', 'deployment', 'test'] as const)('gets %s in the form that is published', (event) => {
    const { body } = webhook(message({ event, severity: null, onCall: null }));
    expect(() => webhookMessageSchema.parse(JSON.parse(body))).not.toThrow();
  });

  test('has the same id in every attempt, and no signature without a secret', () => {
    const [one, two] = [
      webhook(message()),
      toWebhook(message(), { url: 'https://x.example', secret: undefined, key: 'one' }, new Date()),
    ];
    expect(two.headers['webhook-id']).toBe(one.headers['webhook-id']);
    expect(one.headers).not.toHaveProperty('webhook-signature');
  });
});

describe('an answer', () => {
  const success = (key: string) => `{"status":"success","message":"Event processed","dedup_key":"${key}"}`;
  const own = message().dedupKey;
  test.each<[string, HttpForm, number, string, boolean]>([
    ['Alertmanager: 200 without a body', alertmanager(message()), 200, '', true],
    ['Alertmanager: 200 with a web page', alertmanager(message()), 200, '<html>log in</html>', false],
    ['Alertmanager: 202', alertmanager(message()), 202, '', false],
    ['PagerDuty: 202 and success', pagerDuty(message()), 202, success(own), true],
    ['PagerDuty: 202 for another key', pagerDuty(message()), 202, success('other'), false],
    ['PagerDuty: 200 and success', pagerDuty(message()), 200, success(own), false],
    ['PagerDuty: 202 and half a body', pagerDuty(message()), 202, success(own).slice(0, 20), false],
    ['PagerDuty: 202 and nothing', pagerDuty(message()), 202, '', false],
    ['PagerDuty: 202 and "invalid event"', pagerDuty(message()), 202, '{"status":"invalid event"}', false],
    [
      'PagerDuty: a change, 202 and success',
      pagerDuty(message({ event: 'deployment' })),
      202,
      '{"status":"success"}',
      true,
    ],
    ['Slack: 200 ok', slack(message()), 200, 'ok', true],
    ['Slack: 200 and something else', slack(message()), 200, '{"ok":false}', false],
    ['Slack: 200 and nothing', slack(message()), 200, '', false],
    ['Slack: 302', slack(message()), 302, 'ok', false],
    ['webhook: 204', webhook(message()), 204, '', true],
    ['webhook: 200 with a web page', webhook(message()), 200, '<!doctype html><title>Log in</title>', false],
    ['webhook: 302', webhook(message()), 302, '', false],
    ['webhook: 500', webhook(message()), 500, 'ok', false],
  ])('%s', (_, form, status, text, delivered) => {
    expect(form.whyNot({ status, text: () => text }) === undefined).toBe(delivered);
  });
});

describe.each(WICKED)('%s', (_, text) => {
  const clean = createTextCleaner(createRedactor(new Map()), loadSecretPatterns());
  const wicked = cleanNotification(
    message({
      ...{ system: text, environment: text, release: text, layers: [text], summary: text, because: [text, text] },
      dedupKey: toDedupKey([text, text], DEFAULTS.pagerduty.maxDedupKey),
    }),
    clean,
  );

  test('is one line of text in Slack: no mention, no link, no markup', () => {
    const body = bodyOf(slack(wicked));
    expect(body.text).not.toMatch(/[<>]/);
    expect(body.mrkdwn).toBe(false);
    for (const { type, text: object } of body.blocks) {
      if (type === 'header') expect(object.text.length).toBeLessThanOrEqual(150);
      if (object.type === 'mrkdwn') expect(object.text).toBe('<https://wiki.example.com/runbook?a=1&amp;b=2|Runbook>');
      else expect(object).toMatchObject({ type: 'plain_text', emoji: false });
      expect(object.text.length).toBeLessThanOrEqual(3000);
    }
  });

  test('adds no header and no receiver to a mail', () => {
    const { subject, to, text: body } = mail(wicked);
    expect(to).toBe('team@example.com');
    expect(subject).toMatch(/^\[gate10\] [^\u0000-\u001f\u007f-\u009f\u202a-\u202e]*$/);
    expect(body.split('\n')).not.toContain('.');
  });

  test('changes nothing but its own field', () => {
    const [alert] = bodyOf(alertmanager(wicked));
    expect(alert.labels).toMatchObject({ alertname: 'Gate10Incident', severity: 'P0' });
    const { payload, event_action, dedup_key } = bodyOf(pagerDuty(wicked));
    expect([payload.severity, event_action]).toEqual(['critical', 'trigger']);
    expect(payload.summary.length).toBeLessThanOrEqual(1024);
    expect(dedup_key.length).toBeLessThanOrEqual(255);
    expect(bodyOf(webhook(wicked)).data.severity).toBe('P0');
    expect(pagerDuty(wicked).body.length).toBeLessThan(100_000);
  });

  test('has no control or direction characters anywhere', () => {
    for (const form of [slack(wicked), alertmanager(wicked), pagerDuty(wicked), webhook(wicked)])
      expect(JSON.stringify(JSON.parse(form.body))).not.toMatch(/\\u00[01]|\\u202|[\u202a-\u202e\u2028]/);
  });
});
