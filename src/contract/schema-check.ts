/** JSON Schema 2020-12 with formats and `unevaluatedProperties` enforced; what is wrong is said by place and rule, never by value. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from './openapi-schema.ts';

const MAX_SENTENCES = 3;

export type SchemaCheck = (schema: JsonSchema, value: unknown) => string[];

/** `fromText` = values came as text (parameters, headers): `"5"` is a number there. Schemas are compiled once. */
export function createSchemaCheck({ fromText = false }: { readonly fromText?: boolean } = {}): SchemaCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, coerceTypes: fromText ? 'array' : false });
  addFormats.default(ajv);
  const compiled = new WeakMap<JsonSchema, ValidateFunction | string>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? compile(ajv, schema);
    compiled.set(schema, validate);
    if (typeof validate === 'string') return [validate];
    // coercion writes into what holds the value
    const given = fromText ? structuredClone(value) : value;
    if (validate(given)) return [];
    return [...new Set((validate.errors ?? []).map(toSentence))].slice(0, MAX_SENTENCES);
  };
}

function compile(ajv: Ajv2020, schema: JsonSchema): ValidateFunction | string {
  try {
    return ajv.compile(schema);
  } catch (error) {
    return `cannot be judged, the contract's schema is not usable (${(error as Error).message})`;
  }
}

function toSentence({ instancePath, message, params }: ErrorObject): string {
  const extra = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const place = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*') || 'the body';
  return `${place} ${message ?? 'is not as declared'}${extra === undefined ? '' : ` ("${String(extra)}")`}`;
}
