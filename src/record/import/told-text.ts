/** Text from outside, made fit for the history: one line, no control or direction characters, no secrets, not too long. */
import { sha256Hex } from '../../contract/canonical.ts';
import type { Redactor } from '../../contract/redact.ts';
import { locateSecrets, type SecretPatterns } from '../../probe/served/bundle-secrets.ts';
import { plainLine } from '../../run/plain-text.ts';

/** Returns a text of at most `maxChars` characters, an empty one where nothing is left. */
export type CleanText = (text: string, maxChars: number) => string;

/** What nothing has to be done to but the search for secrets: most of it. */
const PLAIN = /^[0-9A-Za-z][!-~]*(?: [!-~]+)*$/;

/** Longer ones are cut before they are searched: a secret needs no more than this to be found. */
const SEARCHED_CHARS = 5000;

/**
 * `redact` knows the secrets of the environment by value, `patterns` all others by their look. Markup is kept: it is
 * escaped where it is shown (a report, a page), and nothing of it is ever run.
 */
export function createTextCleaner(redact: Redactor, patterns: SecretPatterns): CleanText {
  const anyOfThem = new RegExp(patterns.map(({ match }) => `(?:${match.source})`).join('|'));
  return (text, maxChars) => {
    const isPlain = text.length <= maxChars && PLAIN.test(text);
    const line = redact(isPlain ? text : plainLine(text.slice(0, SEARCHED_CHARS), SEARCHED_CHARS));
    const clean = anyOfThem.test(line) ? withoutLikelySecrets(line, patterns) : line;
    return isPlain && clean === text ? text : plainLine(clean, maxChars);
  };
}

function withoutLikelySecrets(text: string, patterns: SecretPatterns): string {
  let [clean, from] = ['', 0];
  for (const { name, index, value } of locateSecrets(text, patterns, new Map())) {
    if (index < from) continue;
    clean += `${text.slice(from, index)}[redacted:${name}]`;
    from = index + value.length;
  }
  return clean + text.slice(from);
}

const MAX_ID_CHARS = 200;

/** The teller's own id. Where cleaning changed it, a digest of the original keeps two ids apart that look alike now. */
export function toToldId(prefix: string, id: string, clean: CleanText): string {
  const text = clean(id, MAX_ID_CHARS);
  return `${prefix}:${text === id ? text : `${text.slice(0, 100)}#${sha256Hex(id).slice(0, 12)}`}`;
}

/** An http(s) address without user name, password, query and fragment; undefined where it is none. */
export function toToldUrl(value: string, clean: CleanText): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return undefined;
  return clean(url.origin + url.pathname, 500);
}
