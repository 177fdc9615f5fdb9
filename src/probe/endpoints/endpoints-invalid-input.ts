/** Invalid input gets the refusal that the API contract declares: never a 5xx, a stack trace, or a yes. */

import { declaredResponse } from '../../contract/declared-answer.ts';
import type { Operation } from '../../contract/openapi.ts';
import type { Check, ProbeContext } from '../context.ts';
import {
  hasStackTrace,
  isLimited,
  isPage,
  judgeNoAnswer,
  judgeRateLimited,
  statusSentence,
} from '../http/answer-words.ts';
import type { Answer, Exchange } from '../http/exchange.ts';
import type { Judgement, Observed } from '../row.ts';
import type { ApiDocuments } from './api-documents.ts';
import { contractProblems } from './conformance.ts';
import { changesNothing, doorOf } from './endpoints.ts';
import { askHarmless, everyUrl } from './endpoints-ask.ts';
import { type InvalidRequest, invalidRequests } from './endpoints-invalid-requests.ts';
import { toFailed } from './judge-operation.ts';

/** Row ids: `endpoints.<service>.<METHOD> <path>.invalid-input`, asked where users reach the operation. */
export function listInvalidInput(system: ProbeContext['system'], documents: ApiDocuments): Check[] {
  const { lenient } = system.contract.endpoints;
  return [...documents].flatMap(([service, document]) =>
    document.operations
      .filter(({ key }) => !lenient.includes(key))
      .filter((operation) => invalidRequests(operation, '', changesNothing(system, operation)).length > 0)
      .map((operation) => toCheck(operation, doorOf(system, service, operation), service, document.name)),
  );
}

function toCheck(operation: Operation, at: string, service: string, source: string): Check {
  return {
    planned: {
      id: `endpoints.${at}.${operation.key}.invalid-input`,
      layer: 'endpoints',
      title: `${operation.key} refuses invalid input as its contract says, at ${at}`,
      severity: 'P1',
      by: 'engine',
      source,
      authority: 'RFC 9110 §15.5; OWASP ASVS 5.0 V16.5',
    },
    observe: (context) => observe(operation, { at, service }, context),
  };
}

async function observe(
  operation: Operation,
  { at, service }: { readonly at: string; readonly service: string },
  context: ProbeContext,
): Promise<Observed> {
  const requests = invalidRequests(operation, context.run.nonce, changesNothing(context.system, operation));
  const exchanges: Exchange[] = [];
  const found: Judgement[] = [];
  for (const request of requests) {
    const { headers, body } = request;
    for (const url of everyUrl(context.system, at, service, request.pathAndQuery)) {
      const exchange = await askHarmless(context, { url, method: operation.method, headers, body });
      exchanges.push(exchange);
      found.push(judgeRefusal(operation, request, `${operation.method} ${url}`, exchange));
    }
  }
  return { judgement: worstOf(found), exchanges };
}

function worstOf(found: readonly Judgement[]): Judgement {
  for (const status of ['failed', 'inconclusive', 'warned'] as const) {
    const worst = found.find((judgement) => judgement.status === status);
    if (worst !== undefined) return worst;
  }
  return { status: 'passed', evidence: { requests: found.length } };
}

/** `where` begins the sentence. An answer is only judged by statuses where the contract promises a refusal at all. */
export function judgeRefusal(
  operation: Operation,
  request: Pick<InvalidRequest, 'what' | 'part'>,
  where: string,
  exchange: Exchange,
): Judgement {
  if (!exchange.ok) return judgeNoAnswer(where, exchange);
  if (isLimited(exchange)) return judgeRateLimited(where, exchange);
  const expected = refusals(operation, request.part).join(' or ') || 'a refusal (4xx)';
  const fail = (what: string): Judgement => toFailed(where, exchange, what, expected);
  if (hasStackTrace(exchange)) return fail(`shows a stack trace of the program for ${request.what}`);
  if (exchange.status >= 500) {
    return fail(`${statusSentence(exchange)} for ${request.what}, where it should say what is wrong with it`);
  }
  if (exchange.status < 400) return judgeAccepted(operation, request, exchange, fail);
  return judgeRefused(operation, request, where, exchange, fail);
}

function judgeAccepted(
  operation: Operation,
  { what, part }: Pick<InvalidRequest, 'what' | 'part'>,
  answer: Answer,
  fail: (what: string) => Judgement,
): Judgement {
  if (answer.status < 300 && operation.security === 'required') {
    return fail(`accepts ${what} with ${answer.status}, from a caller who has not logged in`);
  }
  if (isPage(answer) && answer.status < 300 && !declaresPage(operation, answer)) {
    return fail(`answers ${answer.status} with a web page for ${what}: the SPA fallback or a default page answered`);
  }
  if (refusals(operation, part).length === 0) return { status: 'passed', evidence: { accepted: what } };
  const how = answer.status < 300 ? `accepts ${what} with ${answer.status}` : `${statusSentence(answer)} for ${what}`;
  return fail(`${how}, where its contract declares a refusal`);
}

/** Another status than the declared ones (of a proxy, of a login, of a CSRF guard) refuses all the same. */
function judgeRefused(
  operation: Operation,
  { what, part }: Pick<InvalidRequest, 'what' | 'part'>,
  where: string,
  answer: Answer,
  fail: (what: string) => Judgement,
): Judgement {
  const { status } = answer;
  if (declaredResponse(operation, status) === undefined) {
    const declared = refusals(operation, part);
    if (declared.length === 0) return { status: 'passed', evidence: { status } };
    const message = `${where} refuses ${what} with ${status}, which its API contract does not declare. Declare it, or answer ${declared.join(' or ')}.`;
    return { status: 'warned', message, expected: declared.join(' or '), actual: String(status) };
  }
  const problems = contractProblems(operation, answer);
  if (problems.length === 0) return { status: 'passed', evidence: { status } };
  return fail(`refuses ${what} in another way than its API contract declares: ${problems.join('; ')}`);
}

/** The declared statuses that can refuse this kind of input (RFC 9110 §15.5). */
function refusals(operation: Operation, part: InvalidRequest['part']): string[] {
  const wanted = new Set(['400', '422', '4XX', 'default', ...(part === 'path' ? ['404'] : [])]);
  return Object.keys(operation.responses).filter((status) => wanted.has(status));
}

function declaresPage(operation: Operation, answer: Answer): boolean {
  return declaredResponse(operation, answer.status)?.contentTypes.includes('text/html') === true;
}
