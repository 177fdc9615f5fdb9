/** The form that every receiver over HTTP has: a request, and how its answer is read. */
import type { Answer } from '../../../probe/http/exchange.ts';

export interface HttpForm {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why the answer, of whatever status, does not say that it arrived; undefined = it says so, as the receiver's API promises. */
  readonly whyNot: (answer: Pick<Answer, 'status' | 'text'>) => string | undefined;
}

export const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' } as const;

/** `path` behind an address that may have a path of its own. */
export function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}

/** Whole characters, at most `max` UTF-16 units; an ellipsis where something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
