/** What breaks on the way and is not seen by who makes the journey: exceptions, console errors, requests that fail. */
import type { PageExpectation } from '../browser/judge-page.ts';
import type { Resource } from '../browser/schema.ts';
import type { Judgement } from '../row.ts';
import type { JourneyObservation } from './schema.ts';

type Seen = Pick<JourneyObservation, 'console' | 'exceptions' | 'cspViolations' | 'resources' | 'truncated'>;

const MAX_NAMED = 5;
/** A refusal is an answer: a wrong password, a list that is not there yet. The browser notes each on the console. */
const NOTE_OF_AN_ANSWER = /^Failed to load resource: the server responded with a status of \d{3}/;
/** Left by the page itself, which went on: no trouble of anybody's. */
const CANCELLED = /ERR_ABORTED|NS_BINDING_ABORTED|cancelled/i;

/** `hosts` = those that the contract declares; `isWhole` = the journey came to its end. */
export function judgeComplaints(
  seen: Seen,
  { hosts, consoleBaseline }: Pick<PageExpectation, 'hosts' | 'consoleBaseline'>,
  isWhole: boolean,
): Judgement {
  const isKnown = (text: string): boolean => consoleBaseline.some((known) => text.includes(known));
  const problems = [
    ...seen.exceptions.map((text) => `uncaught: ${text}`),
    ...seen.console
      .filter(
        ({ level, text, url }) => level === 'error' && !isKnown(`${text} ${url}`) && !NOTE_OF_AN_ANSWER.test(text),
      )
      .map(({ text }) => `console: ${text}`),
    ...seen.cspViolations
      .filter(({ reportOnly }) => !reportOnly)
      .map(({ directive, blocked }) => `Content Security Policy: ${directive} blocks ${blocked}`),
    ...seen.resources.flatMap((resource) => requestProblem(resource, hosts) ?? []),
  ];
  const unique = [...new Set(problems)];
  const evidence = { requests: seen.resources.length, complaints: unique.length };
  if (unique.length > 0) {
    const rest = unique.length > MAX_NAMED ? `; and ${unique.length - MAX_NAMED} more` : '';
    const message = `${unique.slice(0, MAX_NAMED).join('; ')}${rest}`;
    return { status: 'failed', message, expected: 'nothing that breaks unseen', actual: `${unique.length}`, evidence };
  }
  if (seen.truncated) {
    const message = 'There was more of something than is kept.';
    return { status: 'inconclusive', reason: 'insufficient', message, evidence };
  }
  if (!isWhole) {
    const message = 'Not everything was seen, because the journey did not come to its end.';
    return { status: 'inconclusive', reason: 'not-run', message, evidence };
  }
  return { status: 'passed', evidence };
}

function requestProblem(
  { method, url, host, status, failure }: Resource,
  hosts: readonly string[],
): string | undefined {
  if (!hosts.includes(host) && !hosts.includes(new URL(`http://${host}`).hostname)) return undefined;
  if (status !== null && status >= 500) return `${method} ${url} answered ${status}`;
  if (failure !== null && !CANCELLED.test(failure)) return `${method} ${url} failed: ${failure}`;
  return undefined;
}
