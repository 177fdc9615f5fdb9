/** Holds traffic against an API contract, and writes down what was seen of it (src/contract/observed.ts). */
import { fieldsOf, type ObservedExchange } from '../../contract/observed.ts';
import type { OpenApiDocument, Operation } from '../../contract/openapi.ts';
import { findOperation } from '../../probe/endpoints/conformance.ts';
import { type Exchange, isJson, mediaTypeOf, parseJson } from './exchange.ts';
import { answerProblems } from './judge-answer.ts';
import { requestProblems, sentParameters } from './judge-request.ts';

export type ExchangeJudge = (exchange: Exchange) => ObservedExchange;

/** `digest` = SHA-256 of the contract's bytes, in hex. */
export function createExchangeJudge(document: OpenApiDocument, digest: string): ExchangeJudge {
  return (exchange) => {
    const path = exchange.target.split('?', 1)[0] ?? '';
    const operation = findOperation(document, exchange.method, path);
    const wrong = operation === undefined ? [] : requestProblems(operation, exchange);
    const problems =
      operation === undefined
        ? strayProblems(exchange)
        : [...answerProblems(operation, exchange), ...accepted(exchange, wrong)];
    return {
      v: 1,
      contract: digest,
      operation: operation?.key ?? null,
      ...(operation?.operationId !== undefined && { operationId: operation.operationId }),
      method: exchange.method,
      path: operation?.path ?? null,
      status: exchange.status,
      contentType: mediaTypeOf(exchange.headers) ?? null,
      request: {
        contentType: mediaTypeOf(exchange.requestHeaders) ?? null,
        parameters: operation === undefined ? [] : sentParameters(operation, exchange),
        fields: jsonFields(exchange.requestHeaders, exchange.requestBody),
        valid: operation !== undefined && wrong.length === 0,
      },
      response: { fields: knownFields(operation, exchange) },
      valid: problems.length === 0,
      problems: problems.map(
        (problem) => `${exchange.method} ${operation?.path ?? path} → ${exchange.status}: ${problem}`,
      ),
    };
  };
}

/** What the contract does not know may only be refused; asking for the options of a route is always allowed. */
function strayProblems({ method, status }: Exchange): string[] {
  if (method === 'OPTIONS' || (status >= 400 && status < 500)) return [];
  return ['the contract has no such route'];
}

/** A success for a request that the contract forbids: what was promised to be refused was taken. */
function accepted({ status }: Exchange, wrong: readonly string[]): string[] {
  if (status < 200 || status >= 300) return [];
  return wrong.map((sentence) => `a request was accepted that the contract does not allow: ${sentence}`);
}

function knownFields(operation: Operation | undefined, { headers, body }: Exchange): string[] {
  return operation === undefined ? [] : jsonFields(headers, body);
}

function jsonFields(headers: Readonly<Record<string, string>>, text: string | undefined): string[] {
  if (text === undefined || !isJson(mediaTypeOf(headers))) return [];
  return fieldsOf(parseJson(text)?.value);
}
