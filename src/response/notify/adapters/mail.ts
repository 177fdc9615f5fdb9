/** A mail in plain text: nothing in it can be markup. The same delivery has the same Message-ID (RFC 5322 §3.6.4). */
import { sha256Hex } from '../../../contract/canonical.ts';
import { type Notification, toLines } from '../message.ts';
import { cut } from './http-form.ts';

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 5322 §2.1.1 recommends lines of 78 characters. */
const MAX_SUBJECT = 150;

export function toMail(
  notification: Notification,
  { from, to, key }: { readonly from: string; readonly to: string; readonly key: string },
): Mail {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from,
    to,
    subject: cut(`[gate10] ${notification.summary}`, MAX_SUBJECT),
    text: `${[notification.summary, '', ...toLines(notification)].join('\n')}\n`,
    messageId: `<${sha256Hex(key).slice(0, 40)}@${domain}>`,
    // RFC 3834 §5: no out-of-office answers
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
