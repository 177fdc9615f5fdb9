/** The operations of an OpenAPI document, with references followed. */
import type { Located, References } from './openapi-references.ts';
import { type JsonSchema, standaloneSchema } from './openapi-schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  /** the example of the parameter, else the first of its examples, else the example or default of its schema */
  readonly example?: unknown;
  readonly schema?: JsonSchema;
}

export interface Header {
  /** lower case */
  readonly name: string;
  readonly required: boolean;
  readonly schema?: JsonSchema;
}

export interface Content {
  /** media types as declared, without parameters, in lower case */
  readonly contentTypes: readonly string[];
  /** The schema for a content type (parameters ignored; ranges such as `application/*` count). Stands alone. */
  readonly schemaFor: (contentType: string) => JsonSchema | undefined;
  readonly exampleFor: (contentType: string) => unknown;
}

export interface Operation {
  /** e.g. `GET /jobs/{id}` */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Content & { readonly required: boolean };
  /** by status: `200`, `4XX`, `default` */
  readonly responses: Readonly<Record<string, Content>>;
  readonly security: 'public' | 'required';
  /** what satisfies it: one of these, each all of its schemes with their scopes; empty = nothing is asked for */
  readonly securityOptions: readonly Readonly<Record<string, readonly string[]>>[];
  /** The headers that the answer with this declared status carries (`200`, `4XX`, `default`). */
  readonly headersOf: (status: string) => readonly Header[];
  /** RFC 9110 §9.2.1: asking changes nothing */
  readonly safe: boolean;
  /** the operation object as written */
  readonly raw: Readonly<Record<string, unknown>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const SAFE_METHODS: ReadonlySet<string> = new Set(['get', 'head', 'options']);

/** In the order of the document. `root` is the whole document. */
export function readOperations(root: Located, references: References): readonly Operation[] {
  const is30 = String(at(root, 'openapi')?.value).startsWith('3.0');
  const read: Reader = { references, is30, follow: references.follow };
  return members(at(root, 'paths')).flatMap(([path, pathItem]) => {
    const item = references.follow(pathItem);
    if (!item || !path.startsWith('/')) return [];
    return METHODS.flatMap((method) => {
      const operation = at(item, method);
      return operation ? [readOperation(path, method, operation, item, root, read)] : [];
    });
  });
}

interface Reader {
  readonly references: References;
  readonly is30: boolean;
  readonly follow: References['follow'];
}

function readOperation(
  path: string,
  method: (typeof METHODS)[number],
  operation: Located,
  item: Located,
  root: Located,
  read: Reader,
): Operation {
  const operationId = at(operation, 'operationId')?.value;
  const requestBody = readRequestBody(at(operation, 'requestBody'), read);
  const security = at(operation, 'security') ?? at(root, 'security');
  return {
    key: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    ...(typeof operationId === 'string' && { operationId }),
    parameters: readParameters([...items(at(item, 'parameters')), ...items(at(operation, 'parameters'))], read),
    ...(requestBody && { requestBody }),
    responses: Object.fromEntries(
      members(at(operation, 'responses')).flatMap(([status, response]) => {
        const found = read.follow(response);
        return found ? [[status, readContent(at(found, 'content'), read)] as const] : [];
      }),
    ),
    security: needsCredentials(security?.value) ? 'required' : 'public',
    securityOptions: items(security).flatMap(({ value }) => (isMapping(value) ? [value] : [])),
    headersOf: (status) => readHeaders(at(at(operation, 'responses'), status), read),
    safe: SAFE_METHODS.has(method),
    raw: operation.value as Readonly<Record<string, unknown>>,
  };
}

/** OpenAPI 3.1 §4.8.10: an empty list removes the document's own requirement; an empty object among them makes it optional. */
function needsCredentials(security: unknown): boolean {
  if (!Array.isArray(security) || security.length === 0) return false;
  return security.every((option) => option !== null && typeof option === 'object' && Object.keys(option).length > 0);
}

/** A parameter of the operation replaces one of the path with the same name and place. */
function readParameters(parameters: readonly Located[], read: Reader): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const parameter of parameters) {
    const located = read.follow(parameter);
    const name = located && at(located, 'name')?.value;
    const place = located && at(located, 'in')?.value;
    if (!located || typeof name !== 'string' || !isPlace(place)) continue;
    const schemaAt = at(located, 'schema') ?? at(members(at(located, 'content'))[0]?.[1], 'schema');
    const schema = schemaAt && standaloneSchema(schemaAt, read.references, read.is30);
    const example = exampleOf(located, schemaAt && read.follow(schemaAt), read);
    found.set(`${place} ${name}`, {
      name,
      in: place,
      required: place === 'path' || at(located, 'required')?.value === true,
      ...(example !== undefined && { example }),
      ...(schema && { schema }),
    });
  }
  return [...found.values()];
}

/** OpenAPI 3.1 §4.8.17: a header called Content-Type says nothing here. */
function readHeaders(response: Located | undefined, read: Reader): readonly Header[] {
  const found = response && read.follow(response);
  return everyMember(at(found, 'headers')).flatMap(([name, header]) => {
    const located = read.follow(header);
    if (!located || name.toLowerCase() === 'content-type') return [];
    const schemaAt = at(located, 'schema');
    const schema = schemaAt && standaloneSchema(schemaAt, read.references, read.is30);
    const required = at(located, 'required')?.value === true;
    return [{ name: name.toLowerCase(), required, ...(schema && { schema }) }];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, readonly string[]>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isPlace(place: unknown): place is Parameter['in'] {
  return place === 'path' || place === 'query' || place === 'header' || place === 'cookie';
}

function exampleOf(holder: Located, schema: Located | undefined, read: Reader): unknown {
  const own = at(holder, 'example');
  if (own) return own.value;
  const named = members(at(holder, 'examples'))[0]?.[1];
  const value = named && at(read.follow(named), 'value');
  if (value) return value.value;
  return (at(schema, 'example') ?? items(at(schema, 'examples'))[0] ?? at(schema, 'default'))?.value;
}

function readRequestBody(body: Located | undefined, read: Reader): Operation['requestBody'] {
  const located = body && read.follow(body);
  if (!located) return undefined;
  return { ...readContent(at(located, 'content'), read), required: at(located, 'required')?.value === true };
}

function readContent(content: Located | undefined, read: Reader): Content {
  const types = new Map(members(content).map(([type, media]) => [withoutParameters(type), media]));
  const mediaFor = (contentType: string): Located | undefined => {
    const type = withoutParameters(contentType);
    return types.get(type) ?? types.get(`${type.split('/')[0]}/*`) ?? types.get('*/*');
  };
  // a schema is put together once, however many answers are checked against it
  const schemas = new Map<string, JsonSchema | undefined>();
  return {
    contentTypes: [...types.keys()],
    schemaFor: (contentType) => {
      const key = withoutParameters(contentType);
      if (!schemas.has(key)) {
        const schema = at(mediaFor(contentType), 'schema');
        schemas.set(key, schema && standaloneSchema(schema, read.references, read.is30));
      }
      return schemas.get(key);
    },
    exampleFor: (contentType) => {
      const media = mediaFor(contentType);
      const schema = at(media, 'schema');
      return media && exampleOf(media, schema && read.follow(schema), read);
    },
  };
}

function withoutParameters(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function at(located: Located | undefined, key: string | number): Located | undefined {
  const { value, file, pointer } = located ?? {};
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key) || file === undefined) return undefined;
  const step = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  return { value: (value as Record<string | number, unknown>)[key], file, pointer: `${pointer}/${step}` };
}

/** Without extensions (OpenAPI 3.1 §4.9). */
function members(located: Located | undefined): readonly (readonly [string, Located])[] {
  return everyMember(located).filter(([key]) => !key.startsWith('x-'));
}

/** Of a map whose keys are names of its own: a header may be called `x-request-id`. */
function everyMember(located: Located | undefined): readonly (readonly [string, Located])[] {
  const value = located?.value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const member = at(located, key);
    return member ? [[key, member] as const] : [];
  });
}

function items(located: Located | undefined): readonly Located[] {
  if (!Array.isArray(located?.value)) return [];
  return located.value.flatMap((_, index) => at(located, index) ?? []);
}
