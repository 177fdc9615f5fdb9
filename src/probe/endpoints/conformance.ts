/** What an API contract (OpenAPI 3.0/3.1) says against an answer: status, content type, schema. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { coversType, declaredResponse } from '../../contract/declared-answer.ts';
import type { JsonSchema, OpenApiDocument, Operation } from '../../contract/openapi.ts';
import { isJsonType } from '../http/answer-words.ts';
import type { Answer } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';

const MAX_PROBLEMS = 3;

/** Compiled once for each schema of a run. */
const validators = new WeakMap<JsonSchema, ValidateFunction>();
let compiler: Ajv2020 | undefined;

/** Sentences without subject; empty = the answer is as the operation declares it. */
export function contractProblems(operation: Operation, answer: Answer): string[] {
  const declared = declaredResponse(operation, answer.status);
  if (declared === undefined) {
    return [
      `${operation.key} does not declare the status ${answer.status} (${Object.keys(operation.responses).join(', ')})`,
    ];
  }
  if (operation.method === 'HEAD' || declared.contentTypes.length === 0) return [];
  if (!declared.contentTypes.some((type) => coversType(type, answer.contentType))) {
    const actual = answer.contentType || 'no content type';
    return [`${operation.key} declares ${declared.contentTypes.join(' or ')} for ${answer.status}, not ${actual}`];
  }
  const schema = isJsonType(answer.contentType) ? declared.schemaFor(answer.contentType) : undefined;
  return schema === undefined ? [] : schemaProblems(schema, answer);
}

/** The operation that serves `method path`; a path without parameters wins over one with. */
export function findOperation(document: OpenApiDocument, method: string, path: string): Operation | undefined {
  const candidates = document.operations.filter(
    (operation) => operation.method === method && pathPattern(operation.path).test(path),
  );
  return candidates.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

function pathPattern(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}/?$`);
}

function schemaProblems(schema: JsonSchema, answer: Answer): string[] {
  const reading = readJson(answer.body, answer.closeDelimited);
  if (!reading.ok) return [reading.why];
  const validate = validatorFor(schema);
  if (validate(reading.value)) return [];
  return (validate.errors ?? []).slice(0, MAX_PROBLEMS).map((error) => {
    const extra = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
    const name = extra === undefined ? '' : ` ("${String(extra)}")`;
    return `${error.instancePath || 'the body'} ${error.message ?? 'is not as declared'}${name}`;
  });
}

function validatorFor(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = toCompiler().compile(schema);
  validators.set(schema, made);
  return made;
}

function toCompiler(): Ajv2020 {
  if (compiler === undefined) {
    // Contracts use keywords of OpenAPI (example, discriminator …) that JSON Schema does not know.
    compiler = new Ajv2020({ strict: false, allErrors: true, logger: false });
    addFormats.default(compiler);
  }
  return compiler;
}
