/** Judges the answer to one operation of an API contract, asked without an account. */

import { declaredResponse } from '../../contract/declared-answer.ts';
import type { Operation } from '../../contract/openapi.ts';
import {
  hasStackTrace,
  isJsonType,
  isLimited,
  isPage,
  judgeNoAnswer,
  judgeRateLimited,
  showAnswer,
  statusSentence,
} from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { Judgement } from '../row.ts';
import { contractProblems } from './conformance.ts';

/** The answer itself, or `undefined` with the judgement, where nothing of the operation can be seen in it. */
export function judgeOutside(where: string, exchange: Exchange): Judgement | undefined {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (isLimited(exchange)) return judgeRateLimited(where, exchange);
  if (hasStackTrace(exchange)) {
    return toFailed(where, exchange, 'shows a stack trace of the program to everybody', 'an error without its inside');
  }
  if (exchange.status >= 500 || exchange.status === 405) return toFailed(where, exchange, statusSentence(exchange));
  return undefined;
}

/** An operation with its contract. `routeMissing` as route-controls.ts has it; asked for only where it decides. */
export async function judgeOperation(
  operation: Operation,
  where: string,
  exchange: Exchange,
  routeMissing: (answer: Answer) => Promise<boolean | undefined>,
): Promise<Judgement> {
  const outside = judgeOutside(where, exchange);
  if (outside !== undefined || !exchange.ok) return outside ?? judgeUnreachable(where);
  const expected = expectedStatuses(operation);
  if (isPage(exchange) && !expectsPage(operation, exchange)) {
    const what = `answers ${exchange.status} with a web page: the SPA fallback or a default page answered`;
    return toFailed(where, exchange, what, expected);
  }
  if (operation.security === 'required') return judgeSecured(operation, where, exchange);
  if (exchange.status === 404 || exchange.status === 410) {
    const missing = await routeMissing(exchange);
    if (missing !== false) {
      const sure = missing === true ? 'the route does not exist' : 'whether the route exists cannot be told';
      return toFailed(where, exchange, `answers ${exchange.status} as to any unknown path: ${sure}`, expected);
    }
    if (declaredResponse(operation, exchange.status) === undefined) {
      return toFailed(
        where,
        exchange,
        `${statusSentence(exchange)}, which its API contract does not declare`,
        expected,
      );
    }
  } else if (exchange.status >= 400) return toFailed(where, exchange, statusSentence(exchange), expected);
  return judgeContract(operation, where, exchange);
}

/** An operation that was asked with a made-up value, because its contract has no example: a refusal is an answer too. */
export async function judgeInvented(
  operation: Operation,
  where: string,
  exchange: Exchange,
  routeMissing: (answer: Answer) => Promise<boolean | undefined>,
): Promise<Judgement> {
  const isRefusal = exchange.ok && exchange.status >= 400 && exchange.status < 500;
  const isOther = exchange.ok && (exchange.status === 405 || exchange.status === 429 || hasStackTrace(exchange));
  if (!isRefusal || isOther || operation.security === 'required') {
    return judgeOperation(operation, where, exchange, routeMissing);
  }
  const { status } = exchange;
  const isMissing = status === 404 || status === 410 ? (await routeMissing(exchange)) !== false : isPage(exchange);
  if (!isMissing) return { status: 'passed', evidence: { status, invented: true } };
  const message = `${where} answers ${status} as to any unknown path. It was asked with a made-up value, so whether the route exists cannot be told: give its parameters an example in the API contract.`;
  return { status: 'warned', message, actual: showAnswer(exchange) };
}

/** An operation that demands a login has to refuse who has none, in the way that it declares. */
function judgeSecured(operation: Operation, where: string, answer: Answer): Judgement {
  if (answer.status === 401 || answer.status === 403) return judgeContract(operation, where, answer);
  const what =
    answer.status < 300
      ? `answers ${answer.status} to a caller who has not logged in, though the contract demands a login`
      : statusSentence(answer);
  return toFailed(where, answer, what, '401 or 403');
}

function judgeContract(operation: Operation, where: string, answer: Answer): Judgement {
  const problems = contractProblems(operation, answer);
  if (problems.length === 0) return { status: 'passed', evidence: { status: answer.status } };
  const what = `breaks its API contract: ${problems.join('; ')}`;
  return toFailed(where, answer, what, expectedStatuses(operation));
}

function expectsPage(operation: Operation, answer: Answer): boolean {
  const types = declaredResponse(operation, answer.status)?.contentTypes ?? [];
  return types.some((type) => !isJsonType(type));
}

export function expectedStatuses(operation: Operation): string {
  if (operation.security === 'required') return '401 or 403 without a login';
  return Object.keys(operation.responses)
    .filter((status) => /^[23]/.test(status))
    .join(' or ');
}

export function toFailed(where: string, answer: Answer, what: string, expected?: string): Judgement {
  const wanted = expected === undefined || expected === '' ? {} : { expected };
  return { status: 'failed', message: `${where} ${what}.`, ...wanted, actual: showAnswer(answer) };
}

function judgeUnreachable(where: string): Judgement {
  return { status: 'inconclusive', reason: 'blind', message: `${where} was not judged.` };
}
