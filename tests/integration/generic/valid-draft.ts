/** A request that the contract allows, for something that is there. */
import type { JsonSchema, Operation, Parameter } from '../../../src/contract/openapi.ts';
import { isJson } from '../../../src/run/traffic/exchange.ts';
import { type Draft, type DraftBody, type FormFields, toApiRequest } from './draft.ts';
import { ask, credentialsFor, type Subject } from './subject.ts';
import { validValue } from './values.ts';

export interface DraftOptions {
  readonly seed: number;
  /** Share of the optional parameters and properties. */
  readonly optionals: number;
  /** The examples of the contract, where there are any. */
  readonly examples: boolean;
}

/** Undefined where the contract has neither example nor a schema that a value can be made for. */
export async function validDraft(subject: Subject, options: DraftOptions): Promise<Draft | undefined> {
  const { operation } = subject;
  const path: Record<string, string> = {};
  for (const parameter of operation.parameters.filter((one) => one.in === 'path')) {
    const value = (await existingValue(subject, parameter)) ?? toText(parameterValue(parameter, options));
    if (value === undefined) return undefined;
    path[parameter.name] = value;
  }
  const query = pick(operation, 'query', options);
  const headers = pick(operation, 'header', options);
  const body = toBody(operation, options);
  if (query === undefined || headers === undefined || body === 'none') return undefined;
  return { operation, path, query, headers, ...(body && { body }) };
}

function pick(operation: Operation, place: Parameter['in'], options: DraftOptions): Record<string, string> | undefined {
  const chosen: Record<string, string> = {};
  for (const [index, parameter] of operation.parameters.filter((one) => one.in === place).entries()) {
    if (!parameter.required && !isTaken(options, index)) continue;
    const value = toText(parameterValue(parameter, options));
    if (value !== undefined) chosen[parameter.name] = value;
    else if (parameter.required) return undefined;
  }
  return chosen;
}

/** The same for the same seed; all of them at a share of 1. */
function isTaken({ seed, optionals }: DraftOptions, index: number): boolean {
  return ((seed * 31 + index * 17) % 100) / 100 < optionals;
}

function parameterValue({ schema, example }: Parameter, { examples, seed }: DraftOptions): unknown {
  if (examples && example !== undefined) return example;
  return (schema && validValue(schema, seed)?.value) ?? example;
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.map(String).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `none` = it demands a body that cannot be made. */
function toBody({ requestBody, raw }: Operation, options: DraftOptions): DraftBody | 'none' | undefined {
  if (requestBody === undefined) return undefined;
  const cannot = requestBody.required ? 'none' : undefined;
  const json = requestBody.contentTypes.find(isJson);
  if (json !== undefined) {
    const schema = requestBody.schemaFor(json);
    const example = options.examples ? requestBody.exampleFor(json) : undefined;
    if (example !== undefined) return { kind: 'json', type: json, value: example };
    const made = schema && validValue(schema, options.seed, options.optionals);
    return made === undefined ? cannot : { kind: 'json', type: json, value: made.value };
  }
  const form = requestBody.schemaFor('multipart/form-data');
  if (form !== undefined) return { kind: 'form', fields: toFields(form, partTypes(raw), options.seed) };
  const [type] = requestBody.contentTypes;
  const text = type === undefined ? undefined : requestBody.exampleFor(type);
  return typeof text === 'string' ? { kind: 'raw', type, text } : cannot;
}

/** Text fields by their schema; what is binary, or has a media type of its own, is a file of a few bytes. */
function toFields(schema: JsonSchema, types: Readonly<Record<string, string>>, seed: number): FormFields {
  const fields: Record<string, FormFields[string]> = {};
  for (const [name, property] of Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)) {
    const isFile = property['contentMediaType'] !== undefined || property['format'] === 'binary' || types[name];
    const contentType = types[name]?.split(',')[0]?.trim() || 'text/plain';
    const file = { fileName: `gate10-${seed}.txt`, contentType, content: `gate10 ${seed}` };
    fields[name] = isFile ? file : (toText(validValue(property, seed)?.value) ?? 'gate10');
  }
  return fields;
}

/** OpenAPI 3.1 §4.8.15: the media types of single parts. */
export function partTypes(raw: Operation['raw']): Readonly<Record<string, string>> {
  const body = raw['requestBody'] as {
    content?: Record<string, { encoding?: Record<string, { contentType?: string }> }>;
  };
  const encoding = body?.content?.['multipart/form-data']?.encoding ?? {};
  return Object.fromEntries(
    Object.entries(encoding).flatMap(([name, { contentType }]) => (contentType ? [[name, contentType]] : [])),
  );
}

/** The id of something that exists: made by POST on the collection, else the first of its list. */
async function existingValue(subject: Subject, parameter: Parameter): Promise<string | undefined> {
  const { operation, document } = subject;
  const place = `/{${parameter.name}}`;
  const collection = operation.path.slice(0, operation.path.indexOf(place));
  const find = (method: string) => document.operations.find((one) => one.method === method && one.path === collection);
  const maker = subject.target.system.environment.writes === 'free' ? find('POST') : undefined;
  for (const one of [maker, find('GET')]) {
    if (one === undefined) continue;
    const body = await askPlainly({ ...subject, operation: one });
    const id = idOf(body, parameter.name);
    if (id !== undefined) return id;
  }
  return undefined;
}

async function askPlainly(subject: Subject): Promise<unknown> {
  const credentials = await credentialsFor(subject);
  if (credentials === undefined) return undefined;
  const draft = await validDraft(subject, { seed: subject.seed, optionals: 0, examples: true });
  const asked = draft && (await ask(subject, toApiRequest(draft, credentials)));
  if (asked === undefined || asked.answer.status >= 300 || !isJson(asked.answer.contentType)) return undefined;
  return asked.answer.json();
}

/** Of the object itself, else of the first object in its first list. */
export function idOf(body: unknown, name: string): string | undefined {
  if (body === null || typeof body !== 'object') return undefined;
  const own = (body as Record<string, unknown>)[name] ?? (/id$/i.test(name) ? Reflect.get(body, 'id') : undefined);
  if (typeof own === 'string' || typeof own === 'number') return String(own);
  const list = Array.isArray(body) ? body : Object.values(body).find((member) => Array.isArray(member));
  return Array.isArray(list) && list.length > 0 ? idOf(list[0], name) : undefined;
}
