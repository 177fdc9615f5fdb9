/** Values that a schema allows, made from a seed; and values at its bounds and beyond them. */
import { generateSync } from 'json-schema-faker';
import type { JsonSchema } from '../../../src/contract/openapi.ts';
import { createSchemaCheck } from '../../../src/contract/schema-check.ts';

const check = createSchemaCheck();
const TRIES = 20;
/** Longer texts would only load the service. */
const MAX_MADE_CHARS = 20_000;

/** `optionals` = the share of the optional properties. Undefined where the generator finds none that the schema allows. */
export function validValue(schema: JsonSchema, seed: number, optionals = 0.5): { value: unknown } | undefined {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const options = { seed: seed * TRIES + attempt + 1, optionalsProbability: optionals, maxDefaultItems: 3 };
    const value: unknown = generateSync(schema as Parameters<typeof generateSync>[0], options);
    if (check(schema, value).length === 0) return { value };
  }
  return undefined;
}

export interface NamedValue {
  /** `12 characters`, `a number`, `null` */
  readonly what: string;
  readonly value: unknown;
}

/** At the bounds of a schema and beyond, of other types, of other formats. Which are allowed is the schema's to say. */
export function edgeValues(schema: JsonSchema, sample: unknown): readonly NamedValue[] {
  const types = typesOf(schema);
  return [
    ...lengths(schema, types),
    ...numbers(schema, types),
    ...items(schema, types, sample),
    ...choices(schema),
    ...otherTypes(types),
  ];
}

function lengths(schema: JsonSchema, types: readonly string[]): NamedValue[] {
  if (!types.includes('string')) return [];
  const { minLength, maxLength, format } = schema;
  const bounds = [0, ...around(minLength), ...around(maxLength)].filter((length) => length <= MAX_MADE_CHARS);
  const texts = [...new Set(bounds)].map((length) => ({ what: `${length} characters`, value: 'a'.repeat(length) }));
  const long = Number(maxLength);
  const addresses = format === 'email' && long > 60 ? [long, long + 1].map(emailOf) : [];
  return [...texts, ...addresses];
}

/** An address whose parts are as long as RFC 5321 §4.5.3.1 allows: labels of 63, 64 before the @. */
function emailOf(length: number): NamedValue {
  const host = `${'b'.repeat(60)}.`.repeat(10).slice(0, Math.max(1, length - 21 - '.example'.length));
  const value = `${'a'.repeat(20)}@${host.replace(/\.$/, 'b')}.example`;
  return { what: `an address of ${value.length} characters`, value };
}

function numbers(schema: JsonSchema, types: readonly string[]): NamedValue[] {
  if (!types.includes('integer') && !types.includes('number')) return [];
  const bounds = [schema['minimum'], schema['maximum'], schema['exclusiveMinimum'], schema['exclusiveMaximum']];
  const values = [...new Set([...bounds.flatMap(around), ...bounds.flatMap((bound) => below(bound))])];
  return [...values, ...(types.includes('number') ? [] : [1.5])].map((value) => ({ what: String(value), value }));
}

function items(schema: JsonSchema, types: readonly string[], sample: unknown): NamedValue[] {
  if (!types.includes('array')) return [];
  const first = Array.isArray(sample) && sample.length > 0 ? sample[0] : 'a';
  const counts = [0, ...around(schema['minItems']), ...around(schema['maxItems'])].filter((count) => count <= 1000);
  return [...new Set(counts)].map((count) => ({
    what: `${count} items`,
    value: Array.from({ length: count }, () => first),
  }));
}

function choices(schema: JsonSchema): NamedValue[] {
  const listed = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  if (listed.length === 0) return [];
  return [...listed, 'gate10-no-choice'].map((value) => ({ what: `the choice ${JSON.stringify(value)}`, value }));
}

const OF_TYPE: Readonly<Record<string, NamedValue>> = {
  string: { what: 'a text', value: 'text' },
  integer: { what: 'a number', value: 12 },
  boolean: { what: 'a boolean', value: true },
  array: { what: 'a list', value: [] },
  object: { what: 'an object', value: {} },
  null: { what: 'null', value: null },
};

function otherTypes(types: readonly string[]): NamedValue[] {
  if (types.length === 0) return [];
  const isNumber = types.includes('number') || types.includes('integer');
  return Object.entries(OF_TYPE).flatMap(([type, named]) =>
    types.includes(type) || (type === 'integer' && isNumber) ? [] : [named],
  );
}

/** The bound, and one beyond it on either side; nothing where there is no bound. */
function around(bound: unknown): number[] {
  return typeof bound === 'number' ? [bound - 1, bound, bound + 1].filter((value) => value >= 0) : [];
}

function below(bound: unknown): number[] {
  return typeof bound === 'number' && bound <= 0 ? [bound - 1] : [];
}

export function typesOf(schema: JsonSchema | undefined): readonly string[] {
  const type = schema?.['type'];
  if (Array.isArray(type)) return type.map(String);
  return typeof type === 'string' ? [type] : [];
}
