/**
 * Any receiver, by Standard Webhooks 1.0.0 (standardwebhooks.com): `{type, timestamp, data}`, signed with HMAC-SHA256 over
 * `id.timestamp.body`. The id is the same in every attempt, so that a receiver can tell them from two. Any 2xx is success.
 */
import { createHmac } from 'node:crypto';
import { sha256Hex } from '../../../contract/canonical.ts';
import { looksLikeHtml } from '../../../probe/http/strict-json.ts';
import type { Notification } from '../message.ts';
import { type HttpForm, JSON_HEADERS } from './http-form.ts';

/** `key` = what tells this delivery from every other; `secret` = none: not signed. */
export function toWebhook(
  notification: Notification,
  { url, secret, key }: { readonly url: string; readonly secret: string | undefined; readonly key: string },
  now: Date,
): HttpForm {
  const { event, ...data } = notification;
  const id = `msg_${sha256Hex(key).slice(0, 32)}`;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const body = JSON.stringify({ type: `gate10.${event}`, timestamp: now.toISOString(), data });
  const signature =
    secret === undefined ? {} : { 'webhook-signature': `v1,${sign(`${id}.${timestamp}.${body}`, secret)}` };
  return {
    url,
    headers: { ...JSON_HEADERS, 'webhook-id': id, 'webhook-timestamp': timestamp, ...signature },
    body,
    whyNot: ({ status, text }) => {
      if (status < 200 || status > 299) return `it answers ${status}`;
      return looksLikeHtml(text()) ? `it answers ${status} with a web page: this is not the receiver` : undefined;
    },
  };
}

/** `whsec_…` is base64, as the standard has it; any other text is taken as it is. */
function sign(content: string, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return createHmac('sha256', key).update(content).digest('base64');
}
