/**
 * Values against the schemas of one API contract. Every file of it is one schema for Ajv, so that what many places refer to is
 * compiled once; a document of a thousand operations has tens of megabytes when written out.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenedOpenApi } from '../openapi.ts';
import { DATA_KEYS, type Located, NAME_MAPS, referenceOf } from '../openapi-references.ts';
import { from30 } from '../openapi-schema.ts';

export interface SchemaProblem {
  readonly message: string;
  /** JSON pointer into the value */
  readonly at: string;
}

/** What is wrong with the value first; undefined = nothing. */
export type DocumentValidator = (schema: Located, value: unknown) => SchemaProblem | undefined;

/** A base for references from file to file (RFC 3986 §5); nothing is ever asked there. */
const BASE = 'https://contract.invalid/';

/** Names of their own would move the base; the rest says nothing to a validator, and is most of a large document. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['$id', 'id'],
  ...['description', 'summary', 'title', 'externalDocs', 'example', 'examples', 'value'],
]);

export function createDocumentValidator({ references, version }: OpenedOpenApi): DocumentValidator {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  addFormats.default(ajv);
  for (const file of references.files()) {
    const schema = translate(references.documentOf(file)?.value, version === '3.0');
    ajv.addSchema({ ...(schema as object), $id: BASE + encodeURI(file) });
  }
  return (schema, value) => {
    const validate = compile(ajv, `${BASE}${encodeURI(schema.file)}#${encodePointer(schema.pointer)}`);
    if (typeof validate === 'string') return { message: validate, at: '' };
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return { message: error?.message ?? 'is not as its schema says', at: error?.instancePath ?? '' };
  };
}

function compile(ajv: Ajv2020, address: string): ValidateFunction | string {
  try {
    return ajv.getSchema(address) ?? 'has a schema that cannot be used';
  } catch (error) {
    return `has a schema that cannot be used: ${(error as Error).message.replaceAll(BASE, '')}`;
  }
}

function encodePointer(pointer: string): string {
  return pointer.split('/').map(encodeURIComponent).join('/');
}

function translate(node: unknown, is30: boolean, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => translate(item, is30));
  if (node === null || typeof node !== 'object') return node;
  const reference = isNames ? undefined : referenceOf(node);
  // OpenAPI 3.0: everything beside a "$ref" is ignored
  if (reference !== undefined && is30) return { $ref: reference };
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(node)) {
    if (!isNames && LEFT_OUT.has(key)) continue;
    if (!isNames && DATA_KEYS.has(key)) result[key] = member;
    else result[key] = translate(member, is30, !isNames && NAME_MAPS.has(key));
  }
  const relaxed = isNames ? result : withoutOneWay(result);
  return is30 && !isNames ? from30(relaxed) : relaxed;
}

/** OpenAPI 3.1 §4.8.24: what is only read or only written is required in one direction only. */
function withoutOneWay(schema: Record<string, unknown>): Record<string, unknown> {
  const { properties, required } = schema;
  if (!Array.isArray(required) || properties === null || typeof properties !== 'object') return schema;
  const isOneWay = (name: unknown): boolean => {
    const property = (properties as Record<string, unknown>)[String(name)] as Record<string, unknown> | undefined;
    return property?.['readOnly'] === true || property?.['writeOnly'] === true;
  };
  return { ...schema, required: required.filter((name) => !isOneWay(name)) };
}
