import { dereference } from '@readme/openapi-parser';
import type { OpenAPIV3_1 } from 'openapi-types';

type Schema = Record<string, unknown>;

/** One operation of the contract, as the router needs it. Schemas are dereferenced JSON Schema 2020-12. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path in the router's notation, `/jobs/:id`. */
  readonly route: string;
  readonly feature: string | undefined;
  /** Whether the contract demands a session. */
  readonly authenticated: boolean;
  /** Media types of the request body; empty when the operation takes none. */
  readonly requestTypes: readonly string[];
  readonly body: Schema | undefined;
  readonly query: Schema | undefined;
  readonly params: Schema | undefined;
}

const METHODS = { get: 'GET', post: 'POST', delete: 'DELETE' } as const;

/** Reads the operations of an OpenAPI 3.1 document: the routes, what they accept and who may call them. */
export async function readOperations(file: string): Promise<Operation[]> {
  const document = (await dereference(file)) as OpenAPIV3_1.Document;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(METHODS).flatMap(([key, method]) => {
      const operation = item?.[key as keyof typeof METHODS];
      return operation === undefined ? [] : [toOperation(path, method, operation, item?.parameters ?? [])];
    }),
  );
}

function toOperation(
  path: string,
  method: Operation['method'],
  operation: OpenAPIV3_1.OperationObject,
  shared: readonly unknown[],
): Operation {
  const id = operation.operationId;
  if (id === undefined) throw new Error(`Failed to read the contract: ${method} ${path} has no operationId. Add one.`);
  const parameters = [...shared, ...(operation.parameters ?? [])] as OpenAPIV3_1.ParameterObject[];
  const content = (operation.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content ?? {};
  return {
    id,
    method,
    route: path.replaceAll(/\{([^}]+)\}/g, ':$1'),
    feature: (operation as { 'x-feature'?: string })['x-feature'],
    authenticated: (operation.security ?? []).length > 0,
    requestTypes: Object.keys(content),
    body: content['application/json']?.schema as Schema | undefined,
    query: toObjectSchema(parameters, 'query'),
    params: toObjectSchema(parameters, 'path'),
  };
}

function toObjectSchema(parameters: readonly OpenAPIV3_1.ParameterObject[], place: string): Schema | undefined {
  const here = parameters.filter((parameter) => parameter.in === place);
  if (here.length === 0) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(here.map((parameter) => [parameter.name, parameter.schema])),
    required: here.filter((parameter) => parameter.required === true).map((parameter) => parameter.name),
  };
}
