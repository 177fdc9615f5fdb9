/** Everything in a notification that came from outside, as one line each: no control or direction characters, no secrets. */
import type { Notification } from './message.ts';

type Clean = (text: string, maxChars: number) => string;

const MAX_NAME = 200;
const MAX_LINE = 600;
const MAX_LINES = 12;

/** Keys and ids stay as they are: they are compared, and no receiver reads them as text. */
export function cleanNotification(notification: Notification, clean: Clean): Notification {
  const name = (text: string): string => clean(text, MAX_NAME) || 'unknown';
  const { system, environment, release, layers, summary, because, links } = notification;
  return {
    ...notification,
    ...{ system: name(system), environment: name(environment), release: name(release), layers: layers.map(name) },
    summary: clean(summary, MAX_LINE),
    because: because.slice(0, MAX_LINES).map((line) => clean(line, MAX_LINE)),
    links: links.map(({ text, href }) => ({ text: name(text), href })),
  };
}
