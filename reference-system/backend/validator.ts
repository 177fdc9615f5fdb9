import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';

/**
 * Validates requests by the contract's own schemas (JSON Schema 2020-12). Parameters arrive as text and are coerced;
 * JSON bodies are taken as they are.
 */
export function compileValidator(): FastifySchemaCompiler<AnySchema> {
  const body = createAjv(false);
  const text = createAjv(true);
  return ({ schema, httpPart }) => (httpPart === 'body' ? body : text).compile(schema);
}

function createAjv(coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, coerceTypes, useDefaults: true, strict: false });
  addFormats.default(ajv);
  return ajv;
}
