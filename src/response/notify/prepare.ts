/** A delivery in the form of its receiver, ready to be sent or to be shown. Pure. */
import type { NotifyDefaults, NotifyTarget } from '../../contract/notify-schema.ts';
import { toAlertmanager } from './adapters/alertmanager.ts';
import type { HttpForm } from './adapters/http-form.ts';
import { type Mail, toMail } from './adapters/mail.ts';
import { toPagerDuty } from './adapters/pagerduty.ts';
import { toSlack } from './adapters/slack.ts';
import { toWebhook } from './adapters/webhook.ts';
import { type Delivery, deliveryKey } from './find-due.ts';

export type SmtpTarget = Extract<NotifyTarget, { kind: 'smtp' }>;

export type Prepared =
  /** made anew for each attempt: some forms hold the time */
  | { readonly by: 'http'; readonly toForm: (now: Date) => HttpForm }
  | { readonly by: 'smtp'; readonly target: SmtpTarget; readonly password: string | undefined; readonly mail: Mail };

/** `secretOf` gives the value of a variable that is known to be set. */
export function prepare(
  delivery: Delivery,
  target: NotifyTarget,
  secretOf: (variable: string) => string,
  defaults: NotifyDefaults,
): Prepared {
  const { notification, recipient = '' } = delivery;
  const key = deliveryKey(delivery);
  const http = (toForm: (now: Date) => HttpForm): Prepared => ({ by: 'http', toForm });
  switch (target.kind) {
    case 'alertmanager':
      return http((now) => toAlertmanager(notification, target.url, defaults.alertmanager, now));
    case 'pagerduty': {
      const account = { routingKey: secretOf(target.routingKey), url: target.url };
      return http(() => toPagerDuty(notification, account, defaults.pagerduty));
    }
    case 'slack': {
      const webhook = secretOf(target.webhook);
      return http(() => toSlack(notification, webhook, defaults.slack));
    }
    case 'webhook': {
      const secret = target.secret === undefined ? undefined : secretOf(target.secret);
      return http((now) => toWebhook(notification, { url: target.url, secret, key }, now));
    }
    case 'smtp': {
      const password = target.password === undefined ? undefined : secretOf(target.password);
      return { by: 'smtp', target, password, mail: toMail(notification, { from: target.from, to: recipient, key }) };
    }
  }
}

/** What would be sent, for a person: not redacted yet. */
export function preview(prepared: Prepared, now: Date): unknown {
  if (prepared.by === 'http') {
    const { url, headers, body } = prepared.toForm(now);
    return { method: 'POST', url, headers, body: JSON.parse(body) as unknown };
  }
  const { host, port, tls } = prepared.target;
  return { smtp: `${host}:${port}`, tls, mail: prepared.mail };
}
