/** Types and client of the API contract: fresh, and refused where there is nothing to make them of. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { gate10 } from './support/gate10.ts';
import { folderWith } from './support/lint-text.ts';

const root = path.resolve(import.meta.dirname, '../..');
const HEAD = 'openapi: 3.1.1\ninfo: { title: Trees, version: 1.0.0 }\n';
const SMALL = `${HEAD}paths: { /trees: { get: { responses: { '200': { description: ok } } } } }\n`;

test('the types of our own contract are fresh', async () => {
  const { code, out } = await gate10(root, ['contract', 'types', '--check']);
  expect({ code, out }).toEqual({ code: 0, out: 'contracts/generated/backend.d.ts is what the contract says.\n' });
});

describe('drift fails:', () => {
  const types = async (folder: string, ...more: string[]) =>
    gate10(folder, ['contract', 'types', 'api.yaml', '--output', 'api.d.ts', ...more]);

  test('types are written once and then fresh', async () => {
    const folder = folderWith({ 'api.yaml': SMALL });
    expect(await types(folder)).toMatchObject({ code: 0, out: 'Wrote api.d.ts.\n' });
    expect(readFileSync(path.join(folder, 'api.d.ts'), 'utf8')).toContain('"/trees"');
    expect((await types(folder, '--check')).code).toBe(0);
  });

  test.each<[string, (folder: string) => void]>([
    ['no types yet', () => undefined],
    [
      'a contract that changed',
      (folder) => writeFileSync(path.join(folder, 'api.yaml'), SMALL.replace('/trees', '/bushes')),
    ],
    ['types that somebody changed', (folder) => writeFileSync(path.join(folder, 'api.d.ts'), '// mine\n')],
  ])('%s', async (name, change) => {
    const folder = folderWith({ 'api.yaml': SMALL });
    if (name !== 'no types yet') await types(folder);
    change(folder);
    const { code, out } = await types(folder, '--check');
    expect({ code, out }).toEqual({
      code: 1,
      out: 'api.d.ts is not what the contract says. Run: gate10 contract types\n',
    });
  });
});

test('a contract that the generator cannot come to an end with has no types', async () => {
  const text = SMALL.replace(
    '{ description: ok }',
    "{ description: ok, content: { application/json: { schema: { required: { $ref: '#' } } } } }",
  );
  const folder = folderWith({ 'api.yaml': text });
  const { code, out } = await gate10(folder, ['contract', 'types', 'api.yaml', '--check', '--time-limit', '3']);
  expect({ code, out }).toMatchObject({
    code: 3,
    out: expect.stringMatching(
      /^api\.yaml: no types, it (?:refers to itself without end|did not come to an end within 3 s|takes more than 1024 MB for this document)\n$/,
    ),
  });
});

describe('wrong input:', () => {
  test.each([
    ['a contract without operations', { 'api.yaml': `${HEAD}paths: {}\n` }, 'the document declares no operation'],
    [
      'a contract in several files',
      {
        'api.yaml': SMALL.replace('{ description: ok }', "{ $ref: 'more.yaml#/ok' }"),
        'more.yaml': 'ok: { description: ok }\n',
      },
      'the contract goes on in more.yaml',
    ],
    [
      'a remote reference',
      { 'api.yaml': SMALL.replace('{ description: ok }', "{ $ref: 'https://evil.example/x.yaml' }") },
      'another host or scheme',
    ],
    ['no contract', { 'api.yaml': 'kind: Pod\n' }, '"openapi" is missing'],
  ])('%s', async (_, files, what) => {
    const { code, err } = await gate10(folderWith(files as never), ['contract', 'types', 'api.yaml', '--check']);
    expect({ code, said: err.includes(what) }, err).toEqual({ code: 2, said: true });
  });

  test('without the generator the command says what to install', () => {
    const script = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) {
        if (name === 'openapi-typescript') throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(name, context); } });
      const { generateTypes } = await import('${root}/src/contract/types/generate-types.ts');
      await generateTypes('openapi/backend.yaml', '${root}/contracts').catch((error) => { console.log(error.name, error.message); });`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stdout).toContain('InputError openapi-typescript, which generates types, is not installed');
  });
});
