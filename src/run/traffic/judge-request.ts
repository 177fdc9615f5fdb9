/** Whether an API contract allows a request: parameters, media type, body. Credentials are the answer's affair (401, 403). */
import { coversType } from '../../contract/declared-answer.ts';
import type { Operation, Parameter } from '../../contract/openapi.ts';
import { createSchemaCheck } from '../../contract/schema-check.ts';
import { type Exchange, isJson, mediaTypeOf, parseJson } from './exchange.ts';

const checkText = createSchemaCheck({ fromText: true });
const checkBody = createSchemaCheck();

/** OpenAPI 3.1 §4.8.12.1: a header parameter of this name is ignored. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/** `query page`, `path id`: the declared parameters that were sent. */
export function sentParameters(operation: Operation, exchange: Exchange): string[] {
  const values = readValues(operation, exchange);
  return operation.parameters.filter((one) => values(one) !== undefined).map((one) => `${one.in} ${one.name}`);
}

/** Sentences without subject; empty = the contract allows it. */
export function requestProblems(operation: Operation, exchange: Exchange): string[] {
  const values = readValues(operation, exchange);
  return [
    ...operation.parameters.flatMap((parameter) => parameterProblems(parameter, values(parameter))),
    ...bodyProblems(operation, exchange),
  ];
}

function parameterProblems(parameter: Parameter, value: string | readonly string[] | undefined): string[] {
  const name = `${parameter.in} parameter "${parameter.name}"`;
  if (parameter.in === 'header' && NOT_PARAMETERS.has(parameter.name.toLowerCase())) return [];
  if (value === undefined) return parameter.required ? [`${name} is missing`] : [];
  if (parameter.schema === undefined || isStructured(parameter)) return [];
  return checkText(parameter.schema, value).map((sentence) => `${name}: ${sentence.replace(/^the body /, '')}`);
}

/** Objects have several spellings (`style`, `deepObject`), which only their server can take apart. */
function isStructured({ schema }: Parameter): boolean {
  return schema?.['type'] === 'object' || schema?.['properties'] !== undefined;
}

function bodyProblems({ requestBody }: Operation, exchange: Exchange): string[] {
  const type = mediaTypeOf(exchange.requestHeaders);
  const empty = exchange.requestBody === undefined || exchange.requestBody === '';
  if (requestBody === undefined) return [];
  if (type === undefined) return requestBody.required || !empty ? ['the body has no content type'] : [];
  if (!requestBody.contentTypes.some((declared) => coversType(declared, type))) return [`${type} is not declared`];
  if (!isJson(type)) return [];
  if (exchange.requestBody === undefined) return requestBody.required ? ['the body is missing'] : [];
  const parsed = parseJson(exchange.requestBody);
  if (parsed === undefined) return ['the body is not JSON'];
  const schema = requestBody.schemaFor(type);
  return schema === undefined ? [] : checkBody(schema, parsed.value);
}

type Values = (parameter: Parameter) => string | readonly string[] | undefined;

function readValues(operation: Operation, exchange: Exchange): Values {
  const [path = '', query = ''] = exchange.target.split('?', 2);
  const search = new URLSearchParams(query);
  const inPath = pathValues(operation.path, path);
  const cookies = cookieValues(exchange.requestHeaders['cookie'] ?? '');
  return ({ name, in: place, schema }) => {
    if (place === 'path') return inPath.get(name);
    if (place === 'header') return exchange.requestHeaders[name.toLowerCase()];
    if (place === 'cookie') return cookies.get(name);
    const sent = search.getAll(name);
    if (sent.length === 0) return undefined;
    return schema?.['type'] === 'array' || sent.length > 1 ? sent.flatMap((one) => one.split(',')) : sent[0];
  };
}

function pathValues(template: string, path: string): ReadonlyMap<string, string> {
  const names = [...template.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  const parts = template.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const found = new RegExp(`^${parts.join('([^/]+)')}/?$`).exec(path) ?? [];
  return new Map(names.map((name, index) => [name, decoded(found[index + 1] ?? '')]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function cookieValues(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name = '', ...value]) => [name, value.join('=')]));
}
