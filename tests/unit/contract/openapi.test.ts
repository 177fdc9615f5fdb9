import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, test } from 'vitest';
import { compareOperations, listOperations, loadOpenApi, parseOpenApi } from '../../../src/contract/openapi.ts';
import { EXIT, InputError } from '../../../src/errors.ts';

const HEAD = 'openapi: 3.1.1\ninfo: { title: Shop, version: 1.0.0 }\n';
const SMALL = `${HEAD}paths:\n  /jobs:\n    get:\n      responses: { '200': { description: ok } }\n`;
const withRef = (reference: string) =>
  `${HEAD}paths:\n  /jobs:\n    get:\n      responses: { '200': { $ref: '${reference}' } }\n`;
const bomb = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
  (name, index) => `${name}: &${name} [${`*${'abcdefg'[index]}, `.repeat(9)}]`,
);

async function refusal(loading: Promise<unknown>): Promise<InputError> {
  const error = await loading.then(
    () => new Error('The document was accepted.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw error;
  return error;
}

describe('a document that is not a usable contract is refused with its place:', () => {
  test.each([
    ['an empty file', '', 'api.yaml:1:1', 'holds no data'],
    ['null', 'null', 'api.yaml:1:1', 'holds no data'],
    ['a list', '[]', 'api.yaml:1:1', 'not an OpenAPI document'],
    ['foreign YAML', 'apiVersion: v1\nkind: Pod\n', 'api.yaml:1:1', '"openapi" is missing'],
    ['Swagger 2', 'swagger: "2.0"\npaths: {}\n', 'api.yaml:1', 'this is Swagger 2'],
    ['OpenAPI 3.2', SMALL.replace('3.1.1', '3.2.0'), 'api.yaml:1', 'this version of OpenAPI is not read'],
    ['a version that is a number', SMALL.replace('3.1.1', '3.1'), 'api.yaml:1', 'this version of OpenAPI is not read'],
    ['no paths', HEAD, 'api.yaml:1:1', '"paths" is missing'],
    ['empty paths', `${HEAD}paths: {}\n`, 'api.yaml:3', 'declares no operation'],
    ['paths without operations', `${HEAD}paths: { /jobs: { summary: x } }\n`, 'api.yaml:3', 'declares no operation'],
    ['broken YAML', `${HEAD}paths: [\n`, 'api.yaml:4', 'Flow sequence'],
    ['a duplicate key', `${SMALL}  /jobs: {}\n`, 'api.yaml:7:3', 'the key "/jobs" is there twice'],
    ['HTML', '<!doctype html><title>x</title>', 'api.yaml:1:1', 'this is HTML'],
    ['a dangling reference', withRef('#/components/responses/Nope'), 'api.yaml:6', 'leads nowhere'],
    [
      'a reference in a circle',
      `${withRef('#/x')}x: { $ref: '#/y' }\ny: { $ref: '#/x' }\n`,
      'api.yaml:6',
      'leads nowhere',
    ],
    ['a remote reference', withRef('https://evil.example/x.yaml#/a'), 'api.yaml:6', 'another host or scheme'],
    ['a reference without a scheme', withRef('//evil.example/x.yaml'), 'api.yaml:6', 'another host or scheme'],
    ['file:', withRef('file:///etc/passwd'), 'api.yaml:6', 'another host or scheme'],
    ['a reference to a file, in a text', withRef('other.yaml#/a'), 'api.yaml:6', 'another file'],
    ['an anchor for a reference', withRef('#job'), 'api.yaml:6', 'not a path with a JSON pointer'],
    ['an alias bomb', `a: &a [x]\n${bomb.join('\n')}\n${SMALL}`, 'api.yaml:', 'more than 100 aliases'],
    ['20,000 levels', `${SMALL}x: ${'{a: '.repeat(20_000)}`, 'api.yaml:', 'nested deeper than 64'],
    ['more than 20 MB', `${SMALL}x: ${'a'.repeat(20_000_000)}`, 'api.yaml:', 'larger than 20000000 bytes'],
  ])('%s', async (_, text, place, what) => {
    const error = await refusal(parseOpenApi(text, 'api.yaml'));
    expect(error.exitCode).toBe(EXIT.wrongInput);
    expect(error.message).toContain(what);
    expect(error.message.startsWith(place)).toBe(true);
    expect(error.message).not.toMatch(/\n\s+at |node_modules/);
  });
});

describe('references to files', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'gate10-openapi-'));
  const contracts = path.join(root, 'contracts');
  mkdirSync(path.join(contracts, 'api'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(contracts, name), text);
  writeFileSync(path.join(root, 'outside.yaml'), 'a: { description: secret }\n');
  symlinkSync(path.join(root, 'outside.yaml'), path.join(contracts, 'link.yaml'));
  write('shared.yaml', 'ok: { $ref: "#/real" }\nreal: { description: Shared, content: { text/plain: {} } }\n');
  write('api/good.yaml', withRef('../shared.yaml#/ok'));
  write('api/outside.yaml', withRef('../../outside.yaml#/a'));
  write('api/link.yaml', withRef('../link.yaml#/a'));
  write('api/absolute.yaml', withRef('/etc/hostname'));
  write('api/missing.yaml', withRef('../no.yaml#/a'));
  write('broken.yaml', 'a: [\n');
  write('api/broken.yaml', withRef('../broken.yaml#/a'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('inside the folder are followed, also from file to file', async () => {
    const document = await loadOpenApi('api/good.yaml', contracts);
    expect(document.name).toBe('api/good.yaml');
    expect(listOperations(document)[0]?.responses['200']?.contentTypes).toEqual(['text/plain']);
  });

  test.each([
    ['out of the folder', 'api/outside.yaml'],
    ['out of the folder by a link', 'api/link.yaml'],
    ['to an absolute path', 'api/absolute.yaml'],
    ['to a file that is not there', 'api/missing.yaml'],
    ['to a broken file', 'api/broken.yaml'],
  ])('%s are refused', async (_, name) => {
    const error = await refusal(loadOpenApi(name, contracts));
    expect(error.message).toContain(`${name}:6`);
    expect(error.message).not.toContain('secret');
  });

  test('the document itself may not lie outside either', async () => {
    expect((await refusal(loadOpenApi('../outside.yaml', contracts))).message).toContain(
      'outside the contracts folder',
    );
  });
});

const ajv = () => {
  const validator = new Ajv2020({ strict: false });
  addFormats.default(validator);
  return validator;
};

describe('an operation', () => {
  const text = `${HEAD}security: [{ key: [] }]
paths:
  /trees/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string }, example: oak }
      - { name: depth, in: query, schema: { type: integer, default: 2 } }
    get:
      operationId: getTree
      parameters: [{ $ref: '#/components/parameters/Depth' }]
      responses:
        '200': { $ref: '#/components/responses/Tree' }
        default: { description: Anything else }
    put:
      security: []
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Tree' }, example: { name: oak } } }
      responses: { '204': { description: Done } }
    delete:
      security: [{}, { key: [] }]
      responses: { '204': { description: Done } }
components:
  parameters: { Depth: { name: depth, in: query, required: true, schema: { type: integer }, examples: { a: { value: 3 } } } }
  responses: { Tree: { description: A tree, content: { 'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Tree' } } } } }
  schemas:
    Tree:
      type: object
      required: [name]
      properties:
        name: { type: string }
        example: { type: integer }
        children: { type: array, items: { $ref: '#/components/schemas/Tree' } }
`;

  test('is read with its parameters, answers and protection', async () => {
    const [get, put, remove] = listOperations(await parseOpenApi(text, 'api.yaml'));
    expect(get).toMatchObject({ key: 'GET /trees/{id}', operationId: 'getTree', security: 'required', safe: true });
    expect(get?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, example: 'oak', schema: { type: 'string' } },
      { name: 'depth', in: 'query', required: true, example: 3, schema: { type: 'integer' } },
    ]);
    expect(Object.keys(get?.responses ?? {})).toEqual(['200', 'default']);
    expect(put).toMatchObject({ key: 'PUT /trees/{id}', security: 'public', safe: false });
    expect(put?.requestBody).toMatchObject({ required: true, contentTypes: ['application/json'] });
    expect(put?.requestBody?.exampleFor('application/json')).toEqual({ name: 'oak' });
    expect(remove).toMatchObject({ key: 'DELETE /trees/{id}', security: 'public' });
  });

  test('has circular schemas that a validator can use', async () => {
    const [get] = listOperations(await parseOpenApi(text, 'api.yaml'));
    const schema = get?.responses['200']?.schemaFor('application/json');
    const validate = ajv().compile(schema ?? false);
    expect(validate({ name: 'oak', children: [{ name: 'twig', children: [] }] })).toBe(true);
    expect(validate({ name: 'oak', children: [{ children: [] }] })).toBe(false);
    expect(validate({ name: 'oak', example: 'x' })).toBe(false);
  });

  test('has no schema for a type that is not declared', async () => {
    const [get] = listOperations(await parseOpenApi(text, 'api.yaml'));
    expect(get?.responses['200']?.schemaFor('text/html')).toBeUndefined();
  });

  test('of OpenAPI 3.0 means the same: nullable, exclusive bounds, nothing beside a reference', async () => {
    const old = `openapi: 3.0.3
info: { title: Shop, version: 1.0.0 }
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          content: { 'application/*': { schema: { $ref: '#/components/schemas/A', maxProperties: 0 } } }
components:
  schemas:
    A:
      type: object
      properties:
        kind: { type: string, nullable: true, enum: [x] }
        size: { type: number, minimum: 0, exclusiveMinimum: true }
`;
    const [get] = listOperations(await parseOpenApi(old, 'api.yaml'));
    const validate = ajv().compile(get?.responses['200']?.schemaFor('application/json') ?? false);
    expect([{ kind: null }, { kind: 'x' }, { size: 1 }].map((value) => validate(value))).toEqual([true, true, true]);
    expect([{ kind: 'y' }, { size: 0 }].map((value) => validate(value))).toEqual([false, false]);
  });
});

test('the examples of the backend contract satisfy their own schemas', async () => {
  const operations = listOperations(await loadOpenApi('openapi/backend.yaml', path.resolve('contracts')));
  const validator = ajv();
  let checked = 0;
  for (const { key, responses } of operations) {
    for (const [status, content] of Object.entries(responses)) {
      const example = content.exampleFor('application/json');
      if (example === undefined) continue;
      const validate = validator.compile(content.schemaFor('application/json') ?? false);
      expect([key, status, validate(example), validate.errors]).toEqual([key, status, true, null]);
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(10);
});

test('two contracts are compared by operation, whatever the path parameters are called', async () => {
  const operation = "{ responses: { '200': { description: ok } } }";
  const before = await parseOpenApi(
    `${HEAD}paths: { '/a/{id}': { get: ${operation} }, /old: { get: ${operation} } }`,
    'a',
  );
  const after = await parseOpenApi(
    `${HEAD}paths: { '/a/{key}': { get: ${operation}, post: ${operation} }, /new: { get: ${operation} } }`,
    'b',
  );
  const { added, removed } = compareOperations(before, after);
  expect(added.map(({ key }) => key)).toEqual(['POST /a/{key}', 'GET /new']);
  expect(removed).toEqual(['GET /old']);
});
