/** Makes the request for one operation of an API contract, without any account and without changing anything. */
import { createHash } from 'node:crypto';
import type { Operation, Parameter } from '../../contract/openapi.ts';
import { isJsonType } from '../http/answer-words.ts';

export interface OperationRequest {
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a value was made up, because the contract has no example. */
  readonly invented: boolean;
}

/** The example of the body that an operation demands; "none" = it demands one and its contract has no example. */
export function toExampleBody({
  safe,
  requestBody,
}: Operation): { text: string; headers: { 'content-type': string } } | 'none' | undefined {
  if (safe || requestBody === undefined) return undefined;
  const type = requestBody.contentTypes.find((one) => requestBody.exampleFor(one) !== undefined);
  if (type === undefined) return requestBody.required ? 'none' : undefined;
  const example = requestBody.exampleFor(type);
  const text = typeof example === 'string' && !isJsonType(type) ? example : JSON.stringify(example);
  return { text, headers: { 'content-type': type } };
}

/**
 * Examples for required parameters; what has none, and every path parameter of a method that writes, gets a value that
 * no resource has, so that nothing of a user is ever touched.
 */
export function toOperationRequest(operation: Operation, nonce: string): OperationRequest {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let path = operation.path;
  let invented = false;
  for (const parameter of operation.parameters) {
    if (!parameter.required || parameter.in === 'cookie') continue;
    const useExample = parameter.example !== undefined && (operation.safe || parameter.in !== 'path');
    if (!useExample) invented = true;
    const value = useExample ? toText(parameter.example) : inventValue(parameter, nonce);
    if (parameter.in === 'path') path = path.replaceAll(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') query.append(parameter.name, value);
    else headers[parameter.name.toLowerCase()] = value;
  }
  const unknown = /\{[^}]*\}/g;
  if (unknown.test(path)) {
    path = path.replaceAll(unknown, `gate10-${nonce}`);
    invented = true;
  }
  const search = query.size === 0 ? '' : `?${query}`;
  return { pathAndQuery: `${path}${search}`, headers, invented };
}

function toText(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example);
}

/** Of the declared type and format, and of no resource. */
function inventValue({ schema }: Parameter, nonce: string): string {
  if (schema?.['format'] === 'uuid') return toUuid(nonce);
  const type = Array.isArray(schema?.['type']) ? schema['type'][0] : schema?.['type'];
  if (type === 'integer' || type === 'number') return String(schema?.['maximum'] ?? 2_147_483_646);
  const [choice] = Array.isArray(schema?.['enum']) ? schema['enum'] : [];
  return choice === undefined ? `gate10-${nonce}` : String(choice);
}

/** A version 4 UUID from the run's nonce. */
function toUuid(nonce: string): string {
  const hex = createHash('sha256').update(nonce).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
