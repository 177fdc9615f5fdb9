/** Whether an API contract allows an answer: status, media type, headers, body. */
import { coversType, declaredStatus } from '../../contract/declared-answer.ts';
import type { Content, Header, Operation } from '../../contract/openapi.ts';
import { createSchemaCheck } from '../../contract/schema-check.ts';
import { type Exchange, isJson, mediaTypeOf, parseJson } from './exchange.ts';

const checkText = createSchemaCheck({ fromText: true });
const checkBody = createSchemaCheck();
const PROBLEM = 'application/problem+json';

/** Sentences without subject; empty = the operation declares this answer. */
export function answerProblems(operation: Operation, exchange: Exchange): string[] {
  const status = declaredStatus(operation, exchange.status);
  const declared = status === undefined ? undefined : operation.responses[status];
  if (status === undefined || declared === undefined) {
    const known = Object.keys(operation.responses).join(', ');
    return [`the status ${exchange.status} is not declared (${known})`];
  }
  return [
    ...operation.headersOf(status).flatMap((header) => headerProblems(header, exchange.headers[header.name])),
    ...(operation.method === 'HEAD' ? [] : contentProblems(declared, exchange)),
  ];
}

function headerProblems({ name, required, schema }: Header, value: string | undefined): string[] {
  if (value === undefined) return required ? [`the header ${name} is missing`] : [];
  if (schema === undefined) return [];
  return checkText(schema, value).map((sentence) => `the header ${name} ${sentence.replace(/^the body /, '')}`);
}

function contentProblems(declared: Content, { headers, status, body }: Exchange): string[] {
  if (declared.contentTypes.length === 0) return body === '' ? [] : ['a body where the contract has none'];
  const type = mediaTypeOf(headers);
  if (type === undefined || !declared.contentTypes.some((one) => coversType(one, type))) {
    return [`${type ?? 'no content type'} where ${declared.contentTypes.join(' or ')} is declared`];
  }
  if (!isJson(type)) return [];
  const parsed = parseJson(body);
  if (parsed === undefined) return ['the body is not JSON'];
  const schema = declared.schemaFor(type);
  const problems = schema === undefined ? [] : checkBody(schema, parsed.value);
  return type === PROBLEM ? [...problems, ...ownStatusProblems(parsed.value, status)] : problems;
}

/** RFC 9457 §3.1.3: the generator MUST use the same status in the body and in the answer. */
function ownStatusProblems(problem: unknown, status: number): string[] {
  const own = (problem as { status?: unknown } | null)?.status;
  return own === undefined || own === status ? [] : ["the problem's own status differs from that of the answer"];
}
