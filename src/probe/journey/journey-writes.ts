/** What a journey wrote, as the browser saw it: the requests that were no mere look, and what became of each. */
import type { Resource } from '../browser/schema.ts';
import type { JournalWrite } from '../journal/journal-schema.ts';

/** RFC 9110 §9.2.1: safe methods. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const REQUEST_TIMEOUT = 408;

/** Noted before the browser goes anywhere: which requests it will send is not known yet. */
export function announcedWrite(frontDoor: string, given: string, at: string): JournalWrite {
  return { step: 'a person in a browser', request: `visits ${frontDoor}`, what: given, at, outcome: 'sent' };
}

/** `hosts` = those of the system. A journey that is known to write and was not seen to is not believed. */
export function seenWrites(resources: readonly Resource[], hosts: readonly string[], at: string): JournalWrite[] {
  const writes = resources
    .filter(({ method, host }) => !SAFE.has(method) && hosts.includes(host))
    .map(({ method, url, status }): JournalWrite => {
      return { step: 'a person in a browser', request: `${method} ${url}`, at, outcome: outcomeOf(status) };
    });
  const unseen: JournalWrite = { step: 'a person in a browser', request: 'no write was seen', at, outcome: 'unknown' };
  return writes.length === 0 ? [unseen] : writes;
}

function outcomeOf(status: number | null): JournalWrite['outcome'] {
  if (status === null || status >= 500 || status === REQUEST_TIMEOUT) return 'unknown';
  return status < 400 ? 'taken' : 'refused';
}
