import { dereference } from '@readme/openapi-parser';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIV3_1 } from 'openapi-types';
import { CONTRACT_FILE } from './release-dir.ts';

export interface SeenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, text otherwise. */
  readonly body: unknown;
}

export interface ContractCheck {
  readonly document: OpenAPIV3_1.Document;
  /** Throws when the response is not one that the contract allows for this request. */
  check(method: string, path: string, response: SeenResponse): void;
  compile(schema: object): ValidateFunction;
}

/** Judges every response of the tests by the contract, in one place. */
export async function loadContractCheck(): Promise<ContractCheck> {
  const document = (await dereference(CONTRACT_FILE)) as OpenAPIV3_1.Document;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const compiled = new WeakMap<object, ValidateFunction>();
  const compile = (schema: object): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, known);
    return known;
  };
  const problem = document.components?.schemas?.['Problem'];
  if (problem === undefined) throw new Error('The contract has no schema Problem.');
  return {
    document,
    compile,
    check(method, path, response) {
      const place = `${method} ${path} → ${response.status}`;
      const operation = findOperation(document, method, path);
      // A path that the contract does not know may only be refused, as a problem.
      const declared = operation?.responses?.[String(response.status)] as OpenAPIV3_1.ResponseObject | undefined;
      if (operation !== undefined && declared === undefined)
        throw new Error(`${place}: the contract has no such status`);
      if (operation === undefined && response.status !== 404)
        throw new Error(`${place}: the contract has no such route`);
      const type = (response.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
      const content = declared === undefined ? { 'application/problem+json': { schema: problem } } : declared.content;
      if (content === undefined) {
        if (response.body !== '') throw new Error(`${place}: a body where the contract has none`);
        return;
      }
      const media = content[type];
      if (media === undefined) throw new Error(`${place}: "${type}" is not among ${Object.keys(content).join(', ')}`);
      checkHeaders(declared, response, place, compile);
      const validate = compile((media.schema ?? {}) as object);
      if (!validate(response.body)) throw new Error(`${place}: ${ajv.errorsText(validate.errors)}`);
      if (type === 'application/problem+json' && (response.body as { status?: unknown }).status !== response.status) {
        throw new Error(`${place}: the problem's own status differs`);
      }
    },
  };
}

function checkHeaders(
  declared: OpenAPIV3_1.ResponseObject | undefined,
  response: SeenResponse,
  place: string,
  compile: (schema: object) => ValidateFunction,
): void {
  for (const [name, header] of Object.entries(declared?.headers ?? {})) {
    const schema = (header as OpenAPIV3_1.HeaderObject).schema as object;
    if (!compile(schema)(response.headers[name]))
      throw new Error(`${place}: header ${name} is ${response.headers[name]}`);
  }
}

function findOperation(
  document: OpenAPIV3_1.Document,
  method: string,
  path: string,
): OpenAPIV3_1.OperationObject | undefined {
  const pathname = path.split('?', 1)[0] ?? path;
  const exact = document.paths?.[pathname];
  const template = Object.keys(document.paths ?? {}).find((candidate) =>
    new RegExp(`^${candidate.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname),
  );
  const item = exact ?? (template === undefined ? undefined : document.paths?.[template]);
  return item?.[method.toLowerCase() as 'get' | 'post' | 'delete'];
}
