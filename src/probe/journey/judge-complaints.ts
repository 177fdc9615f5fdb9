/** What breaks on the way and is not seen by who makes the journey: exceptions, console errors, requests that fail. */
import type { PageExpectation } from '../browser/judge-page.ts';
import type { Resource } from '../browser/schema.ts';
import type { Judgement } from '../row.ts';
import { CANCELLED } from './find-blip.ts';
import type { JourneyObservation } from './schema.ts';

type Seen = Pick<JourneyObservation, 'blip' | 'console' | 'exceptions' | 'cspViolations' | 'resources' | 'truncated'>;
type Known = Pick<PageExpectation, 'hosts' | 'consoleBaseline'>;

const MAX_NAMED = 5;
/** A refusal is an answer: a wrong password, a list that is not there yet. The browser notes each on the console. */
const NOTE_OF_AN_ANSWER = /^Failed to load resource: the server responded with a status of \d{3}/;
const NOTE_OF_NO_ANSWER = /^Failed to load resource: net::/;

/** `known.hosts` = those that the contract declares; `isWhole` = the journey came to its end. */
export function judgeComplaints(seen: Seen, known: Known, isWhole: boolean): Judgement {
  const certain = unique([...policyProblems(seen), ...answerProblems(seen, known)]);
  const others = unique([...scriptProblems(seen, known), ...lossProblems(seen, known)]);
  const evidence = {
    requests: seen.resources.length,
    complaints: certain.length + others.length,
    ...(seen.blip !== undefined && { blip: seen.blip }),
  };
  const problems = seen.blip === undefined ? [...certain, ...others] : certain;
  if (problems.length > 0) {
    const rest = problems.length > MAX_NAMED ? `; and ${problems.length - MAX_NAMED} more` : '';
    const message = `${problems.slice(0, MAX_NAMED).join('; ')}${rest}`;
    return {
      status: 'failed',
      message,
      expected: 'nothing that breaks unseen',
      actual: `${problems.length}`,
      evidence,
    };
  }
  if (others.length > 0) {
    const message = `${seen.blip}, and answers now: what is complained of may come from that. ${others.join('; ')}`;
    return { status: 'inconclusive', reason: 'insufficient', message, evidence };
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

function policyProblems({ cspViolations }: Seen): string[] {
  return cspViolations
    .filter(({ reportOnly }) => !reportOnly)
    .map(({ directive, blocked }) => `Content Security Policy: ${directive} blocks ${blocked}`);
}

function answerProblems({ resources }: Seen, known: Known): string[] {
  return resources
    .filter((resource) => isDeclared(resource, known) && resource.status !== null && resource.status >= 500)
    .map(({ method, url, status }) => `${method} ${url} answered ${status}`);
}

function scriptProblems({ exceptions, console, blip }: Seen, { consoleBaseline }: Known): string[] {
  const isNote = (text: string): boolean =>
    NOTE_OF_AN_ANSWER.test(text) || (blip !== undefined && NOTE_OF_NO_ANSWER.test(text));
  const isKnown = (text: string): boolean => consoleBaseline.some((part) => text.includes(part));
  const errors = console.filter(
    ({ level, text, url }) => level === 'error' && !isNote(text) && !isKnown(`${text} ${url}`),
  );
  return [...exceptions.map((text) => `uncaught: ${text}`), ...errors.map(({ text }) => `console: ${text}`)];
}

/** A loss that was none when it was asked again is as good as a second try that went well. */
function lossProblems({ resources, blip }: Seen, known: Known): string[] {
  if (blip !== undefined) return [];
  return resources
    .filter((one) => isDeclared(one, known) && one.failure !== null && !CANCELLED.test(one.failure))
    .map(({ method, url, failure }) => `${method} ${url} failed: ${failure}`);
}

function isDeclared({ host }: Resource, { hosts }: Known): boolean {
  return hosts.includes(host) || hosts.includes(new URL(`http://${host}`).hostname);
}

function unique(problems: readonly string[]): string[] {
  return [...new Set(problems)];
}
