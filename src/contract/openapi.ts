/** OpenAPI 3.0 and 3.1 documents: read under limits, never over the network, never from outside their folder. */
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { inOrder } from './in-order.ts';
import { type Operation, readOperations } from './openapi-operations.ts';
import { createReferences, type References } from './openapi-references.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';
import { MAX_OPENAPI_BYTES, readSource } from './yaml-source.ts';

export type { Content, Header, Operation, Parameter } from './openapi-operations.ts';
export type { JsonSchema } from './openapi-schema.ts';

export interface OpenApiDocument {
  /** how problems and rows name it: relative to the contracts folder */
  readonly name: string;
  readonly version: '3.0' | '3.1';
  readonly title: string;
  /** `info.version` as written */
  readonly release: string;
  readonly operations: readonly Operation[];
}

/** A document that can be used, before its operations are read. */
export interface OpenedOpenApi {
  readonly name: string;
  readonly version: OpenApiDocument['version'];
  readonly source: YamlDocument;
  readonly references: References;
}

/** `file` lies in `root` (absolute or relative to it); references may lead to other files of `root`. Throws InputError. */
export async function loadOpenApi(file: string, root: string): Promise<OpenApiDocument> {
  return readFile(file, root);
}

/** Every problem that `loadOpenApi` would throw; empty where there is none. */
export function findOpenApiProblems(file: string, root: string): readonly Problem[] {
  try {
    readFile(file, root);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

function readFile(file: string, root: string): OpenApiDocument {
  return readOpened(openOpenApi(file, root));
}

/** As `loadOpenApi`, for those who look at the document itself. Throws InputError. */
export function openOpenApi(file: string, root: string): OpenedOpenApi {
  const name = path.relative(root, path.resolve(root, file)).split(path.sep).join('/');
  if (name.startsWith('..') || path.isAbsolute(name)) {
    throw new InputError([{ code: 'ref-outside', file, what: 'the file lies outside the contracts folder' }]);
  }
  const source = readSource(path.resolve(root, name), name, MAX_OPENAPI_BYTES);
  if (!source.ok) throw new InputError(source.problems);
  return openText(source.text, name, root);
}

/** The same from text (`git show <commit>:openapi.yaml`): it has to be one file. Throws InputError. */
export async function parseOpenApi(text: string, name: string): Promise<OpenApiDocument> {
  if (Buffer.byteLength(text) > MAX_OPENAPI_BYTES) {
    const what = `the document is larger than ${MAX_OPENAPI_BYTES} bytes`;
    throw new InputError([{ code: 'too-large', file: name, what }]);
  }
  return readOpened(openText(text, name, undefined));
}

export function listOperations(document: OpenApiDocument): readonly Operation[] {
  return document.operations;
}

/** Which operations came and went; renaming a path parameter does not make another operation. */
export function compareOperations(
  previous: OpenApiDocument,
  next: OpenApiDocument,
): { readonly added: readonly Operation[]; readonly removed: readonly string[] } {
  const identityOf = ({ key }: Operation) => key.replace(/\{[^}]*\}/g, '{}');
  const before = new Set(previous.operations.map(identityOf));
  const after = new Set(next.operations.map(identityOf));
  return {
    added: next.operations.filter((operation) => !before.has(identityOf(operation))),
    removed: previous.operations.filter((operation) => !after.has(identityOf(operation))).map(({ key }) => key),
  };
}

function openText(text: string, name: string, root: string | undefined): OpenedOpenApi {
  if (/^\uFEFF?\s*<(?:!doctype|html|\?xml|!--)/i.test(text)) {
    const fix = 'Save the document itself, not the page that shows it.';
    throw new InputError([{ code: 'not-openapi', file: name, line: 1, column: 1, what: 'this is HTML or XML', fix }]);
  }
  const parsed = parseYaml(text, name, { foreign: true });
  if (!parsed.ok) throw new InputError(parsed.problems);
  const { document } = parsed;
  const version = checkHead(document);
  const references = createReferences(document, root);
  const problems = references.problems();
  if (problems.length > 0) throw new InputError(inOrder(problems));
  return { name, version, source: document, references };
}

/** Its operations. Throws InputError where there is none. */
export function readOpened({ name, version, source: document, references }: OpenedOpenApi): OpenApiDocument {
  const operations = readOperations({ value: document.value, file: name, pointer: '' }, references);
  if (operations.length === 0) {
    throw new InputError([
      headProblem(document, 'no-operations', 'paths', 'the document declares no operation', 'at least one operation'),
    ]);
  }
  const { info } = document.value as { info?: { title?: unknown; version?: unknown } };
  return { name, version, title: String(info?.title ?? name), release: String(info?.version ?? ''), operations };
}

/** Refuses what is not OpenAPI 3.0 or 3.1, each with its own words. */
function checkHead(document: YamlDocument): OpenApiDocument['version'] {
  const { value } = document;
  const refuse = (code: string, key: string, what: string, expected?: string) => {
    throw new InputError([headProblem(document, code, key, what, expected)]);
  };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return refuse(
      'not-openapi',
      '',
      'this is not an OpenAPI document',
      'a mapping with "openapi" and "paths"',
    ) as never;
  }
  const { openapi, swagger, paths } = value as Record<string, unknown>;
  if (swagger !== undefined) refuse('unsupported-version', 'swagger', 'this is Swagger 2', 'OpenAPI 3.0 or 3.1');
  if (openapi === undefined) refuse('not-openapi', '', '"openapi" is missing', 'openapi: 3.1.1');
  const [, version] = /^(3\.[01])\.\d+$/.exec(String(openapi)) ?? [];
  if (version !== '3.0' && version !== '3.1') {
    return refuse('unsupported-version', 'openapi', 'this version of OpenAPI is not read', '3.0.x or 3.1.x') as never;
  }
  if (paths === null || typeof paths !== 'object' || Array.isArray(paths)) {
    refuse('no-operations', 'paths', '"paths" is missing or not a mapping', 'at least one operation');
  }
  return version;
}

function headProblem(document: YamlDocument, code: string, key: string, what: string, expected?: string): Problem {
  const { line, column } = document.place(key === '' ? [] : [key]);
  return { code, file: document.file, line, column, ...(key && { path: key }), what, ...(expected && { expected }) };
}
