/** `gate10 contract lint` as a person uses it, and Spectral behind it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ISpectralDiagnostic, Spectral } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { InputError } from '../../src/errors.ts';
import { gate10 } from './support/gate10.ts';
import { folderWith, lintText } from './support/lint-text.ts';

const root = path.resolve(import.meta.dirname, '../..');
const HEAD = 'openapi: 3.1.1\ninfo: { title: Trees, version: 1.0.0 }\n';
const SMALL = `${HEAD}paths:\n  /trees:\n    get:\n      responses: { '200': { description: ok } }\n`;
const withRef = (reference: string): string => SMALL.replace('{ description: ok }', `{ $ref: '${reference}' }`);
/** each level twice the one before: 2^40 values in forty lines */
const referenceBomb = `${HEAD}paths:
  /a: { get: { responses: { '200': { description: ok } }, callbacks: { x: { $ref: '#/components/callbacks/c0' } } } }
components:
  callbacks:
${Array.from({ length: 40 }, (_, level) => {
  const next = `{ $ref: '#/components/callbacks/c${level + 1}' }`;
  const deeper = level === 39 ? '' : `, callbacks: { x: ${next}, y: ${next} }`;
  return `    c${level}: { '{$url}': { post: { responses: { '200': { description: ok } }${deeper} } } }`;
}).join('\n')}
`;

test('our own contract has no findings', async () => {
  const { code, out, err } = await gate10(root, ['contract', 'lint']);
  expect({ code, out, err }).toEqual({ code: 0, out: 'contracts/openapi/backend.yaml: 0 findings.\n', err: '' });
});

test('the exceptions of .spectral.yml are all needed', async () => {
  const { out } = await gate10(root, ['contract', 'lint', '--ruleset', 'authority/openapi-rules.yaml', '--json']);
  const { open } = JSON.parse(out) as { open: { rule: string; pointer: string }[] };
  expect([...new Set(open.map(({ rule }) => rule))]).toEqual(['error-response-shape']);
  expect(open.map(({ pointer }) => pointer.split('/')[2])).toEqual([
    '~1health',
    '~1reranker~1health',
    '~1analytics~1health',
  ]);
});

describe('refused as wrong input, with its place:', () => {
  test.each([
    ['an empty document', '', 'api.yaml:1:1: the file holds no data'],
    ['foreign YAML', 'apiVersion: v1\nkind: Pod\n', '"openapi" is missing'],
    ['Swagger 2', 'swagger: "2.0"\npaths: {}\n', 'this is Swagger 2'],
    ['AsyncAPI', 'asyncapi: 3.0.0\nchannels: {}\n', '"openapi" is missing'],
    ['HTML', '<!doctype html><title>x</title>', 'this is HTML'],
    ['no operation', `${HEAD}paths: {}\n`, 'declares no operation'],
    ['a remote reference', withRef('https://evil.example/x.yaml#/a'), 'api.yaml:6:35: '],
    ['a reference out of the folder', withRef('../outside.yaml#/a'), 'outside'],
    ['an absolute reference', withRef('/etc/hostname'), 'outside'],
    ['a reference that leads nowhere', withRef('#/components/responses/None'), 'leads nowhere'],
    [
      'an alias bomb',
      `a: &a [x]\n${['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} [${`*${'abcd'[at]}, `.repeat(99)}]`).join('\n')}\n${SMALL}`,
      'more than 100 aliases',
    ],
    ['a reference bomb', referenceBomb, 'expand to more than 3000000 values'],
    ['20,000 levels', `${SMALL}x: ${'{a: '.repeat(20_000)}`, 'nested deeper than 64'],
  ])('%s', async (_, text, what) => {
    const refusal = await lintText(text).then(
      () => new Error('The document was taken.'),
      (error: unknown) => error as Error,
    );
    expect(refusal).toBeInstanceOf(InputError);
    expect(refusal.message).toContain(what);
  });

  test('what the command refuses, under the name that its user gave', async () => {
    const { code, err } = await gate10(root, ['contract', 'lint', 'contracts/policy.yaml']);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^contracts\/policy.yaml:\d+:1: "openapi"/),
    });
    expect(err).not.toMatch(/\n\s+at |node_modules/);
  });

  test.each([
    ['a ruleset from the network', 'extends: https://evil.example/rules.yaml\n', 'expected spectral:oas, gate10'],
    ['functions from files', 'extends: [gate10]\nfunctionsDir: ./mine\n', 'the key "functionsDir" is not known here'],
    ['an unknown function', 'rules: { a: { given: $, then: { function: nope } } }\n', 'names the function "nope"'],
    ['an unknown rule', 'extends: [gate10]\nrules: { no-such-rule: error }\n', 'no-such-rule'],
  ])('%s', async (_, rules, what) => {
    const folder = folderWith({ 'api.yaml': SMALL, '.spectral.yml': rules });
    const { code, err } = await gate10(folder, ['contract', 'lint', 'api.yaml']);
    expect({ code, said: err.includes(what) }, err).toEqual({ code: 2, said: true });
  });

  test.each([
    ['a file that is not there', ['nowhere.yaml'], 'nowhere.yaml: the file does not exist'],
    ['a severity that is none', ['api.yaml', '--fail-on', 'fatal'], '--fail-on "fatal" is not understood'],
    ['no time', ['api.yaml', '--time-limit', '0'], '--time-limit "0" is not understood'],
  ])('%s', async (_, args, what) => {
    const { code, err } = await gate10(folderWith({ 'api.yaml': SMALL }), ['contract', 'lint', ...args]);
    expect({ code, said: err.includes(what) }, err).toEqual({ code: 2, said: true });
  });
});

test('a document whose own pattern never ends cannot be judged', async () => {
  const endless = `${SMALL}components: { schemas: { A: { type: string, pattern: '^(a+)+$', example: '${'a'.repeat(60)}!' } } }\n`;
  const folder = folderWith({ 'api.yaml': endless });
  const { code, out } = await gate10(folder, ['contract', 'lint', 'api.yaml', '--time-limit', '4']);
  expect({ code, out: out.split('\n')[0] }).toEqual({
    code: 3,
    out: 'api.yaml: not judged, it did not come to an end within 4 s',
  });
});

test('a finding fails with file, line and pointer', async () => {
  const { code, out } = await gate10(folderWith({ 'api.yaml': SMALL }), ['contract', 'lint', 'api.yaml']);
  expect(code).toBe(1);
  expect(out).toContain('api.yaml:5:5 error operation-security-declared: declares no security');
  expect(out).toContain('(/paths/~1trees/get)');
});

test('references to other files of the folder are followed, and their findings stand in their file', async () => {
  const files = {
    'shared.yaml':
      'answers:\n  ok: { description: ok, content: { application/json: { schema: { $ref: "#/Leaf" } } } }\nLeaf:\n  properties:\n    a: { type: array }\n',
  };
  const findings = await lintText(withRef('shared.yaml#/answers/ok'), { files });
  const there = findings
    .filter(({ file }) => file === 'shared.yaml')
    .map(({ rule, line, pointer }) => [rule, line, pointer]);
  expect(there).toContainEqual(['property-described', 5, '/Leaf/properties/a']);
});

describe('rules of the project', () => {
  const mine = `extends: [[gate10, off]]
rules:
  operation-security-declared: warn
  no-trees: { given: $.paths, message: "{{error}}", then: { function: pattern, field: '@key', functionOptions: { notMatch: trees } } }
`;
  test('choose among those of gate10, and add to them', async () => {
    const findings = await lintText(SMALL, { rules: mine });
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['no-trees', 'warning'],
      ['operation-security-declared', 'warning'],
    ]);
  });

  test('make exceptions for a place, and only for that', async () => {
    const except = (place: string): string =>
      `${mine}overrides: [{ files: ['${place}'], rules: { no-trees: off, operation-security-declared: error } }]\n`;
    const severities = async (place: string) =>
      (await lintText(SMALL, { rules: except(place) })).map(({ severity }) => severity);
    expect(await severities('api.yaml')).toEqual(['error']);
    expect(await severities('**/*.yaml#/paths/~1trees/get')).toEqual(['warning', 'error']);
    expect(await severities('api.yaml#/paths/~1tree')).toEqual(['warning', 'warning']);
    expect(await severities('other.yaml')).toEqual(['warning', 'warning']);
  });
});

describe('the baseline', () => {
  const entry = (expires: string): string =>
    `schema: gate10/lint-baseline/v1\nfindings:\n  - { rule: operation-security-declared, file: api.yaml, path: /paths/~1trees/get, owner: Trees, expires: ${expires} }\n`;
  const rules = 'extends: [[gate10, off]]\nrules: { operation-security-declared: error }\n';
  const lint = (baseline: string, text = SMALL) => {
    const folder = folderWith({ 'api.yaml': text, '.spectral.yml': rules, 'lint-baseline.yaml': baseline });
    return gate10(folder, [
      'contract',
      'lint',
      'api.yaml',
      '--baseline',
      'lint-baseline.yaml',
      '--sarif',
      'out.sarif',
    ]).then((result) => ({ ...result, sarif: JSON.parse(readFileSync(path.join(folder, 'out.sarif'), 'utf8')) }));
  };

  test('covers what is known until its day', async () => {
    const { code, out, sarif } = await lint(entry('2026-12-02'));
    expect({ code, out }).toEqual({ code: 0, out: 'api.yaml: 0 findings, 1 known in the baseline.\n' });
    expect(sarif.runs[0].results[0]).toMatchObject({
      ruleId: 'operation-security-declared',
      suppressions: [{ kind: 'external' }],
    });
  });

  test('covers nothing from that day on', async () => {
    const { code, out } = await lint(entry('2026-12-01'));
    expect(code).toBe(1);
    expect(out).toContain('until 2026-12-01; Trees has to mend it');
  });

  test('covers nothing that is new', async () => {
    const { code, sarif } = await lint(
      entry('2027-12-02'),
      SMALL.replace('responses', 'description: x\n      responses').replace('/trees', '/leaves'),
    );
    expect(code).toBe(1);
    expect(sarif.runs[0].results).toMatchObject([
      {
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'api.yaml' }, region: { startLine: 5 } } }],
      },
    ]);
  });

  test('names what is mended', async () => {
    const { code, out } = await lint(entry('2027-12-02'), SMALL.replace('get:', 'get:\n      security: []'));
    expect(code).toBe(0);
    expect(out).toContain('which is mended: remove the entry');
  });

  test.each([
    ['no owner', entry('2027-01-01').replace('owner: Trees, ', ''), '"owner" is missing'],
    ['no day', entry('soon'), 'a day such as 2027-01-31'],
    ['another file', 'schema: gate10/policy/v1\n', '"findings" is missing'],
  ])('with %s is wrong input', async (_, baseline, what) => {
    const folder = folderWith({ 'api.yaml': SMALL, 'lint-baseline.yaml': baseline });
    const { code, err } = await gate10(folder, ['contract', 'lint', 'api.yaml', '--baseline', 'lint-baseline.yaml']);
    expect({ code, said: err.includes(what) }, err).toEqual({ code: 2, said: true });
  });

  test('is written for an inherited document, and then covers it', async () => {
    const folder = folderWith({ 'api.yaml': SMALL });
    const env = { GATE10_CONTRACTS: '.' };
    const run = (...args: string[]) => gate10(folder, ['contract', 'lint', 'api.yaml', ...args], { env });
    expect((await run()).code).toBe(1);
    expect((await run('--write-baseline', '2027-01-31')).err).toContain('--owner is missing');
    expect((await run('--write-baseline', '2027-01-31', '--owner', 'Trees')).out).toMatch(/^Wrote \d+ findings/);
    expect((await run()).code).toBe(0);
  });
});

test('without Spectral the command says what to install', () => {
  const hide = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) {
    if (name.startsWith('@stoplight/')) throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context); } });`;
  const worker = `${hide}
    const { loadSpectral } = await import('${root}/src/contract/lint/spectral.ts');
    await loadSpectral().catch((error) => { console.log(error.name, error.message); });`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', worker], { encoding: 'utf8' });
  expect(stdout).toContain('InputError Spectral, which lints API contracts, is not installed');
  expect(stdout).toContain('npm install --save-dev @stoplight/spectral-core');
});

test('what Spectral finds by itself is what we find with our own way through the references', async () => {
  const text = readFileSync(path.join(root, 'contracts/openapi/backend.yaml'), 'utf8')
    .replace('email: ada@example.org, password: correct horse battery, name: Ada', 'email: ada')
    .replaceAll('operationId: getVersion', 'operationId: get version')
    .replace('tags: [jobs]', 'tags: [nowhere]')
    .replace('name: id,\n          in: path', 'name: ids,\n          in: path')
    .replace('default: 20,', 'default: 500,')
    .replace('enum: [pass, fail]', 'enum: [pass, pass]')
    .replace('    Problem:\n', '    Unused: { type: array }\n    Problem:\n');
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [oas as never] });
  const plain = (await spectral.run(parse(text))) as ISpectralDiagnostic[];
  const ours = await lintText(text, { rules: 'extends: [spectral:oas]\n' });
  const places = new Set(plain.map(({ code, path: at }) => `${code} ${writtenAt(parse(text), at)}`));
  expect(places.size).toBeGreaterThan(6);
  expect([...new Set(ours.map(({ rule, pointer }) => `${rule} ${pointer}`))].sort()).toEqual([...places].sort());
});

/** Spectral reports what stands in a component at every place that refers to it. */
function writtenAt(document: unknown, keys: readonly (string | number)[]): string {
  let [node, pointer] = [document, ''];
  for (const key of keys) {
    node = (node as Record<string | number, unknown>)[key];
    pointer += `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const { $ref: reference } = (node ?? {}) as { $ref?: string };
    if (reference === undefined) continue;
    pointer = reference.slice(1);
    node = pointer
      .split('/')
      .slice(1)
      .reduce((at, name) => (at as Record<string, unknown>)[name], document);
  }
  return pointer;
}
