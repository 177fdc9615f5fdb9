/**
 * Slack, incoming webhooks (api.slack.com/messaging/webhooks): the answer is 200 with the text `ok`. Whatever comes from outside
 * is `plain_text`, which has no markup; `text`, which has, is escaped (`&`, `<`, `>`: api.slack.com/reference/surfaces/formatting).
 */
import type { NotifyDefaults } from '../../../contract/notify-schema.ts';
import { type Notification, toLines } from '../message.ts';
import { cut, type HttpForm } from './http-form.ts';

export function toSlack(
  notification: Notification,
  webhook: string,
  { maxHeader, maxText }: NotifyDefaults['slack'],
): HttpForm {
  const { summary, links } = notification;
  const plain = (text: string, max: number) => ({ type: 'plain_text', text: cut(text, max), emoji: false });
  const lines = toLines({ ...notification, links: [] }).join('\n');
  const body = {
    text: escapeMrkdwn(cut(summary, maxText)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(summary, maxHeader) },
      { type: 'section', text: plain(lines, maxText) },
      ...links.slice(0, 10).map(({ text, href }) => ({
        type: 'section',
        text: { type: 'mrkdwn', text: `<${linkTarget(href)}|${escapeMrkdwn(text).replaceAll('|', '¦')}>` },
      })),
    ],
  };
  return {
    url: webhook,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    whyNot: ({ status, text }) => {
      if (status !== 200) return `it answers ${status}`;
      return text().trim() === 'ok' ? undefined : 'it answers 200, but not "ok"';
    },
  };
}

/** Neither mention, nor link, nor channel command: `<!channel>` is text then. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `|` and `>` would end it. */
function linkTarget(href: string): string {
  return escapeMrkdwn(new URL(href).href).replaceAll('|', '%7C');
}
