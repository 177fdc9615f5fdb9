/** What answers to valid and to invalid input have to be. */
import type { Operation } from '../../../src/contract/openapi.ts';
import { hasStackTrace, isLimited, statusSentence } from '../../../src/probe/http/answer-words.ts';
import type { Answer } from '../../../src/probe/http/exchange.ts';

/** RFC 9110 §15.5: the request itself is refused, not who sends it or what it is about. */
const BAD_INPUT: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431]);
/** A path that names nothing may be refused as such. */
const NOTHING_THERE = 404;

/** What is wrong with the answer to a request that the contract allows; sentences that go on after the operation. */
export function flawsOfAccepted(what: string, answer: Answer, stricter: boolean): string[] {
  if (isLimited(answer)) return [`keeps the tests out: ${statusSentence(answer)}`];
  const always = alwaysWrong(what, answer);
  if (always.length > 0) return always;
  const semantic = stricter && (answer.status === 400 || answer.status === 422);
  if (!BAD_INPUT.has(answer.status) || semantic) return [];
  return [`refuses ${what} with ${answer.status}, which its contract allows`];
}

/** The same for a request that the contract forbids. */
export function flawsOfRefused(what: string, answer: Answer, operation: Operation, lenient: boolean): string[] {
  if (isLimited(answer)) return [`keeps the tests out: ${statusSentence(answer)}`];
  const always = alwaysWrong(what, answer);
  if (always.length > 0 || lenient) return always;
  const isRefused = BAD_INPUT.has(answer.status) || (answer.status === NOTHING_THERE && operation.path.includes('{'));
  return isRefused ? [] : [`takes ${what}, which its contract forbids: it ${statusSentence(answer)}`];
}

function alwaysWrong(what: string, answer: Answer): string[] {
  if (hasStackTrace(answer)) return [`shows a stack trace of the program for ${what}`];
  return answer.status >= 500 ? [`${statusSentence(answer)} for ${what}`] : [];
}
