import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SMALL_CONTRACT } from './contract-folder.ts';

function systemValidator(): ValidateFunction {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync('contracts/schemas/system.schema.json', 'utf8')));
}

test('the published schemas are what the code says', () => {
  expect(execFileSync(process.execPath, ['scripts/generate-schemas.ts', '--check'], { encoding: 'utf8' })).toBe('');
});

test('each published schema has an id of its own', () => {
  const ids = readdirSync('contracts/schemas').map(
    (name) => JSON.parse(readFileSync(`contracts/schemas/${name}`, 'utf8')).$id as string,
  );
  expect(ids.length).toBeGreaterThanOrEqual(8);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^urn:gate10:[a-z-]+:v1$/.test(id))).toBe(true);
});

test('an editor accepts the contract of the embedded system, variables and omitted defaults included', () => {
  const validate = systemValidator();
  const text = readFileSync('contracts/system.yaml', 'utf8');
  expect(text.startsWith('# yaml-language-server: $schema=schemas/system.schema.json\n')).toBe(true);
  expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
});

test.each([
  ['an unknown key', 'frontDoor: app', 'frontDoor: app\nfrontdoor: app'],
  ['a missing key', 'frontDoor: app\n', ''],
  ['a wrong layer', 'layer: endpoints', 'layer: endpoint'],
])('an editor marks %s', (_, from, to) => {
  const validate = systemValidator();
  expect([validate(parse(SMALL_CONTRACT)), validate(parse(SMALL_CONTRACT.replace(from, to)))]).toEqual([true, false]);
});
