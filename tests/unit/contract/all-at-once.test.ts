// biome-ignore-all lint/suspicious/noTemplateCurlyInString: contracts are written with this notation
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireEnvironment } from '../../../src/contract/read-contract.ts';
import { InputError } from '../../../src/errors.ts';
import { type Env, load, loadError, SMALL_CONTRACT } from './contract-folder.ts';

type Change = readonly [from: string, to: string];

/** One mistake each, and what is said of it. They are made together. */
const MISTAKES: Readonly<Record<string, { readonly change: Change; readonly said: string }>> = {
  'an unknown key': {
    change: ['frontDoor: app', 'frontDoor: app\nfrontDor: app'],
    said: 'the key "frontDor" is not known here',
  },
  'a wrong value': { change: ['kind: backend', 'kind: backside'], said: 'the value is not one of those allowed' },
  'a reference to nothing': { change: ['at: app', 'at: ap'], said: 'the service "ap" is not declared' },
  'a layer that is absent without a reason': {
    change: ['endpoints: declared', 'endpoints: declared\n  dns: { absent: no }'],
    said: 'layers.dns',
  },
  'an API contract that is none': {
    change: ['kind: frontend', 'kind: frontend, openapi: broken.yaml'],
    said: 'broken.yaml',
  },
};

const ALL = Object.values(MISTAKES).reduce((text, { change: [from, to] }) => {
  if (!text.includes(from)) throw new Error(`The contract does not hold ${from}`);
  return text.replace(from, () => to);
}, SMALL_CONTRACT);

const FILES = { 'broken.yaml': 'openapi: 3.1.0\npaths: {}\n' };

function saidOf(text: string, environment: string, env: Env = {}): string {
  return loadError(text, env, environment, FILES).message;
}

describe('one attempt tells all that is wrong', () => {
  test.each(Object.entries(MISTAKES))('%s', (_, { said }) => {
    expect(saidOf(ALL, 'live')).toContain(said);
  });

  test.each(Object.entries(MISTAKES))('%s, beside an environment that is not declared', (_, { said }) => {
    const all = saidOf(ALL, 'lvie');
    expect(all).toContain('the environment "lvie" is not declared (expected one of live)');
    expect(all).toContain(said);
  });

  test('a variable that is not set and a secret that is missing, beside an unknown key', () => {
    const text = SMALL_CONTRACT.replace('https://shop.example', '${SHOP_URL}')
      .replace('  live:\n', '  live:\n    secrets: [SHOP_KEY]\n')
      .replace('system: shop', 'system: shop\nsistem: shop');
    const all = saidOf(text, 'live');
    expect(all).toContain('SHOP_URL is not set');
    expect(all).toContain('the secret SHOP_KEY is not set');
    expect(all).toContain('the key "sistem" is not known here');
  });

  test('the API contracts of two services', () => {
    const text = SMALL_CONTRACT.replace('kind: frontend', 'kind: frontend, openapi: one.yaml')
      .replace('kind: backend', 'kind: backend, openapi: two.yaml')
      .replace('system: shop', 'system: shop\nsistem: shop');
    const { message } = loadError(text, {}, 'live', { 'one.yaml': 'swagger: "2.0"\n', 'two.yaml': '- a\n' });
    expect(message).toContain('one.yaml:1:10: swagger: this is Swagger 2');
    expect(message).toContain('two.yaml:1:1: this is not an OpenAPI document');
  });
});

describe('an environment that is not declared', () => {
  test('is all that is said where nothing else is wrong', () => {
    expect(loadError(SMALL_CONTRACT, {}, 'production').problems).toMatchObject([{ code: 'unknown-environment' }]);
  });

  test.each([
    ['no environments at all', SMALL_CONTRACT.slice(0, SMALL_CONTRACT.indexOf('environments:'))],
    [
      'an empty mapping of them',
      SMALL_CONTRACT.replace(/ {2}live:[\s\S]*$/, '').replace('environments:', 'environments: {}'),
    ],
  ])('is said once where there are %s', (_, text) => {
    expect(loadError(text).problems.filter(({ path: at }) => at === 'environments')).toMatchObject([
      { code: 'unknown-environment' },
    ]);
  });

  test('leaves the variables of the others alone', () => {
    const text = SMALL_CONTRACT.replace('https://shop.example', '${SHOP_URL}');
    expect(loadError(text, {}, 'production').problems).toHaveLength(1);
  });

  test('is asked for by the configuration, which says the rest too', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'gate10-contract-'));
    const folder = path.join(root, 'contracts');
    mkdirSync(folder);
    try {
      writeFileSync(path.join(folder, 'system.yaml'), SMALL_CONTRACT);
      expect(() => requireEnvironment(folder, 'live', {})).not.toThrow();
      writeFileSync(
        path.join(folder, 'system.yaml'),
        SMALL_CONTRACT.replace('system: shop', 'system: shop\nsistem: shop'),
      );
      // what is wrong with a contract that has the environment is told when it is loaded
      expect(() => requireEnvironment(folder, 'live', {})).not.toThrow();
      expect(() => requireEnvironment(folder, 'production', {})).toThrow(InputError);
      expect(() => requireEnvironment(folder, 'production', {})).toThrow('the key "sistem" is not known here');
      expect(() => requireEnvironment(folder, 'production', {})).toThrow(
        'the environment "production" is not declared',
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

test('the small contract is right', () => {
  expect(load(SMALL_CONTRACT).environmentName).toBe('live');
});
