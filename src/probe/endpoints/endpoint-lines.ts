/** `Endpoints:` lines of commit messages: what the authors say is new. */
import type { LogEntry } from '../code/git.ts';

export const ENDPOINTS_KEY = 'Endpoints';
const LINE = /^Endpoints:[ \t]*(.*)$/i;
const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Operation keys ("GET /reranker/health"), in order, once. Lines are scanned because git loses trailers in front of a
 * second paragraph (as squash merges leave them); git's own view is added because it unfolds what a scan would not.
 */
export function readEndpointLines(entries: readonly LogEntry[]): string[] {
  const keys = entries.flatMap((entry) => [
    ...scanMessage(entry.message),
    ...(entry.trailers[ENDPOINTS_KEY.toLowerCase()] ?? []).flatMap(readKeys),
  ]);
  return [...new Set(keys)];
}

function scanMessage(message: string): string[] {
  const keys: string[] = [];
  let inside = false;
  for (const line of message.split(/\r?\n/)) {
    const value: string | undefined = LINE.exec(line)?.[1] ?? (inside ? continuation(line) : undefined);
    inside = value !== undefined;
    if (value !== undefined) keys.push(...readKeys(value));
  }
  return keys;
}

/** An indented or listed line that goes on with methods or paths. */
function continuation(line: string): string | undefined {
  const value = /^(?:\s+|\s*[-*]\s+)(.*)$/.exec(line)?.[1];
  return value !== undefined && readKeys(value).length > 0 ? value : undefined;
}

/** "GET /a, POST /b" → both; a path without a method is a GET. */
function readKeys(value: string): string[] {
  const keys: string[] = [];
  let method = 'GET';
  for (const token of value.split(/[\s,;]+/)) {
    if (METHODS.has(token.toUpperCase())) method = token.toUpperCase();
    else if (token.startsWith('/')) {
      keys.push(`${method} ${token.replaceAll(/:(\w+)/g, '{$1}')}`);
      method = 'GET';
    }
  }
  return keys;
}
