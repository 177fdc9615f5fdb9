/** A schema made plain for comparison: references followed, `allOf` merged, `const` as `enum`, alternatives as a list. */
import type { JsonSchema } from '../openapi-schema.ts';

const MAX_HOPS = 32;

export interface Flat {
  readonly schema: JsonSchema;
  /** what is behind the last reference, for telling circles; undefined = written out */
  readonly name?: string;
}

/** `root` = the standalone schema that holds `$defs`. */
export function flatten(schema: unknown, root: JsonSchema, depth = 0): Flat {
  let [here, name]: [unknown, string | undefined] = [schema, undefined];
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const reference = (here as { $ref?: unknown } | null)?.$ref;
    if (typeof reference !== 'string') break;
    name = reference;
    const { $ref: _, ...beside } = here as Record<string, unknown>;
    const target = ((root['$defs'] ?? {}) as Record<string, unknown>)[reference.slice('#/$defs/'.length)];
    here = Object.keys(withoutWords(beside)).length === 0 ? target : { allOf: [target, beside] };
  }
  if (here === true || here === undefined || here === null) return { schema: {} };
  if (here === false) return { schema: { enum: [] } };
  const plain = withConst(usable(here as JsonSchema));
  const parts = Array.isArray(plain['allOf']) ? plain['allOf'] : [];
  const { allOf: _, ...own } = plain;
  const merged = (depth > MAX_HOPS ? [] : parts)
    .map((part) => flatten(part, root, depth + 1).schema)
    .reduce(merge, own);
  return { schema: merged, ...(name !== undefined && { name }) };
}

/** Each schema that a value may have: one for each of `oneOf` and `anyOf`, with what is said beside them. */
export function alternatives(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const { oneOf, anyOf, ...beside } = schema;
  const listed = [oneOf, anyOf].find((list) => Array.isArray(list) && list.length > 0) as
    | readonly unknown[]
    | undefined;
  if (listed === undefined) return [beside];
  return listed.flatMap((one) => alternatives(merge(beside, flatten(one, root).schema), root));
}

/** Without what no keyword can be: a contract that others wrote may hold anything, and its linter says so. */
function usable(schema: JsonSchema): JsonSchema {
  const isFit = (key: string, value: unknown): boolean => {
    if (key === 'required' || key === 'enum') return Array.isArray(value);
    if (key === 'properties' || key === 'patternProperties') return isMapping(value);
    return key !== 'type' || typeof value === 'string' || Array.isArray(value);
  };
  return isMapping(schema)
    ? Object.fromEntries(Object.entries(schema).filter(([key, value]) => isFit(key, value)))
    : {};
}

function isMapping(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** One for each type and value that a schema lists: `type: [string, "null"]` is a choice, too. */
export function eachForm(schema: JsonSchema): readonly JsonSchema[] {
  const { type, enum: values } = schema;
  if (Array.isArray(values)) return values.map((value) => ({ ...schema, enum: [value] }));
  return Array.isArray(type) ? type.map((one) => ({ ...schema, type: one })) : [schema];
}

function withConst(schema: JsonSchema): JsonSchema {
  const { const: only, ...rest } = schema;
  return Object.hasOwn(schema, 'const') ? { ...rest, enum: [only] } : schema;
}

/** Words for people change nothing. */
function withoutWords({ description, title, deprecated, example, examples, ...rest }: Record<string, unknown>): object {
  return rest;
}

/** Both have to hold: the tighter of each. */
function merge(a: JsonSchema, b: JsonSchema): JsonSchema {
  const result: Record<string, unknown> = { ...a, ...b };
  const both = (key: string): boolean => a[key] !== undefined && b[key] !== undefined;
  if (both('properties')) result['properties'] = mergeProperties(a['properties'] as object, b['properties'] as object);
  if (both('required')) result['required'] = [...new Set([...(a['required'] as []), ...(b['required'] as [])])];
  if (both('type')) result['type'] = [a['type']].flat().filter((one) => [b['type']].flat().includes(one));
  if (both('enum')) result['enum'] = (a['enum'] as unknown[]).filter((one) => isIn(one, b['enum'] as unknown[]));
  if (a['additionalProperties'] === false) result['additionalProperties'] = false;
  for (const key of ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'])
    if (both(key)) result[key] = Math.max(Number(a[key]), Number(b[key]));
  for (const key of ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'])
    if (both(key)) result[key] = Math.min(Number(a[key]), Number(b[key]));
  return result;
}

function mergeProperties(a: object, b: object): object {
  const shared = Object.keys(a).filter((key) => Object.hasOwn(b, key));
  const merged = shared.map((key) => [key, { allOf: [a[key as never], b[key as never]] }]);
  return { ...a, ...b, ...Object.fromEntries(merged) };
}

export function isIn(value: unknown, list: readonly unknown[]): boolean {
  return list.some((one) => JSON.stringify(one) === JSON.stringify(value));
}
