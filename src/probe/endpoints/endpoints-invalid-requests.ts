/** Requests that break what an operation says of its input, none of which can change anything. */
import type { JsonSchema, Operation, Parameter } from '../../contract/openapi.ts';
import { isJsonType } from '../http/answer-words.ts';
import { toOperationRequest } from './operation-request.ts';

export interface InvalidRequest {
  /** `the text "…" as the number "page"`: ends the sentence "accepts …". */
  readonly what: string;
  readonly part: 'path' | 'query' | 'body';
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Enough to see how input is handled; more would only load the service. */
const MAX_PARAMETERS = 2;
/** No JSON parser takes it, so nothing can be written from it. */
const BROKEN_JSON = '{"gate10": ';
const FORMATS = new Set(['uuid', 'date', 'date-time', 'email', 'ipv4', 'ipv6', 'uri']);

/**
 * Parameters only where asking changes nothing, or where nobody is logged in and the path names no resource; bodies that no
 * parser takes; and, for operations that change nothing, an empty object where fields are required (decisions/0006).
 */
export function invalidRequests(operation: Operation, nonce: string, changesNothing: boolean): InvalidRequest[] {
  return [
    ...(changesNothing ? queryRequests(operation, nonce) : []),
    ...(changesNothing || operation.security === 'required' ? pathRequests(operation, nonce) : []),
    ...bodyRequests(operation, nonce, changesNothing),
  ];
}

function queryRequests(operation: Operation, nonce: string): InvalidRequest[] {
  const { pathAndQuery, headers } = toOperationRequest(operation, nonce);
  const found: InvalidRequest[] = [];
  for (const parameter of operation.parameters) {
    const value = parameter.in === 'query' ? violate(parameter) : undefined;
    if (value === undefined || found.length === MAX_PARAMETERS) continue;
    const url = new URL(pathAndQuery, 'http://service');
    url.searchParams.set(parameter.name, value);
    found.push({ what: said(parameter, value), part: 'query', pathAndQuery: url.pathname + url.search, headers });
  }
  return found;
}

function pathRequests(operation: Operation, nonce: string): InvalidRequest[] {
  return operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .flatMap((parameter) => {
      const value = violate(parameter);
      if (value === undefined || value === '') return [];
      const parameters = operation.parameters.map((one) => (one === parameter ? { ...one, example: value } : one));
      const { pathAndQuery, headers } = toOperationRequest({ ...operation, parameters, safe: true }, nonce);
      return [{ what: said(parameter, value), part: 'path' as const, pathAndQuery, headers }];
    })
    .slice(0, 1);
}

function bodyRequests(operation: Operation, nonce: string, changesNothing: boolean): InvalidRequest[] {
  const { requestBody } = operation;
  if (operation.safe || requestBody?.required !== true) return [];
  // A type beside JSON might be text of any kind, and text of any kind is valid input.
  const [type, ...others] = requestBody.contentTypes;
  if (type === undefined || others.some((other) => !isJsonType(other)) || !isJsonType(type)) return [];
  const { pathAndQuery, headers } = toOperationRequest(operation, nonce);
  const base = { part: 'body' as const, pathAndQuery, headers: { ...headers, 'content-type': type } };
  const required = requestBody.schemaFor(type)?.['required'];
  const lacksFields = changesNothing && Array.isArray(required) && required.length > 0;
  return [
    { ...base, what: 'a body that is no JSON', body: BROKEN_JSON },
    ...(lacksFields ? [{ ...base, what: `a body without ${required.map(String).join(', ')}`, body: '{}' }] : []),
  ];
}

function said({ name, schema }: Parameter, value: string): string {
  const shown = value.length > 40 ? `${value.length} characters` : `"${value}"`;
  const kind = typesOf(schema)[0] ?? 'value';
  return `${shown} as the ${schema?.['enum'] === undefined ? kind : 'choice'} "${name}"`;
}

/** A text that the schema of a parameter rules out; undefined where there is none, or where it is not clear. */
function violate({ schema }: Parameter): string | undefined {
  const types = typesOf(schema);
  if (schema === undefined || types.length === 0) return undefined;
  if (types.every((type) => type === 'integer' || type === 'number' || type === 'boolean')) return 'gate10-invalid';
  if (types.length !== 1 || types[0] !== 'string') return undefined;
  if (Array.isArray(schema['enum'])) return 'gate10-invalid';
  if (FORMATS.has(String(schema['format']))) return 'gate10-invalid';
  const most = schema['maxLength'];
  return typeof most === 'number' && most < 1000 ? 'x'.repeat(most + 1) : undefined;
}

function typesOf(schema: JsonSchema | undefined): string[] {
  const type = schema?.['type'];
  const types = Array.isArray(type) ? type.map(String) : typeof type === 'string' ? [type] : [];
  return types.filter((one) => one !== 'null');
}
