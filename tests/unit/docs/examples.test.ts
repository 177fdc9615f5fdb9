/** The documentation is true: its contracts load, its wrong ones give the errors shown, its reference leaves nothing out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadDefaults } from '../../../src/contract/defaults.ts';
import type { ResolvedSystem } from '../../../src/contract/schema.ts';
import { samplesNeeded } from '../../../src/probe/sli/bounds.ts';
import { load, loadError } from '../contract/contract-folder.ts';
import { type Example, readExamples } from './read-examples.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const documents = [
  ...(existsSync(path.join(root, 'README.md')) ? ['README.md'] : []),
  ...readdirSync(path.join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const reference = read('docs/system-contract.md');
const guide = read('docs/your-system.md');

const OPENAPI = 'openapi: 3.1.0\ninfo: { title: shop, version: "1" }\npaths: {}\n';

/** A value that fits the name of each variable that the text uses. */
function standIns(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{([A-Z][A-Z0-9_]*)|secrets: \[([^\]]+)\]/g)].flatMap(
    ([, name, list]) => name ?? (list ?? '').split(',').map((one) => one.trim()),
  );
  return Object.fromEntries(names.map((name) => [name, standIn(name)]));
}

function standIn(name: string): string {
  if (/SHA|COMMIT/.test(name)) return '1e57859aabbccddeeff00112233445566778899a';
  if (/VERSION/.test(name)) return '2.4.0';
  if (/HTTP_URL$/.test(name)) return 'http://shop.example';
  if (/DATABASE_URL$/.test(name)) return 'postgresql://shop@db.example/shop';
  return /URL$/.test(name) ? 'https://shop.example' : 'synthetic-value-1';
}

/** Loads the example for each environment that it declares. */
function loadAll({ text }: Pick<Example, 'text'>): ResolvedSystem[] {
  const { environments = {} } = parse(text) as { readonly environments?: object };
  return Object.keys(environments).map((name) => load(text, standIns(text), name, { 'openapi.yaml': OPENAPI }));
}

const withContracts = documents
  .map((name) => ({ name, ...readExamples(read(name)) }))
  .filter(({ right, wrong }) => right.length + wrong.length > 0);

test('the reference and the guide show contracts', () => {
  const names = withContracts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['docs/system-contract.md', 'docs/your-system.md']));
});

describe.each(withContracts)('$name', ({ right, wrong }) => {
  test.each(right.map((example) => [example.line, example] as const))('line %i can be loaded', (_, example) => {
    expect(loadAll(example)).not.toEqual([]);
  });

  test.each(wrong.map((example) => [example.line, example] as const))(
    'line %i gives the errors shown',
    (_, { text, errors }) => {
      expect(loadError(text, {}, 'production').message.split('\n')).toEqual(errors);
    },
  );
});

describe('the guide', () => {
  const { right, wrong } = readExamples(guide);

  test('grows one file to one that declares every layer', () => {
    const last = loadAll(right.at(-1) ?? { text: '' });
    expect(right).toHaveLength(9);
    expect(last.map(({ environmentName }) => environmentName)).toEqual(['production', 'staging']);
    expect(Object.keys(last[0]?.contract.layers ?? {})).toHaveLength(15);
    expect(last[0]?.contract.promises.map(({ id }) => id)).toContain('order-lives-its-life');
    expect(wrong).toHaveLength(1);
  });

  test.each([
    ['P95, or 95 %', 0.95],
    ['P99, or 99 %', 0.99],
    ['99.5 %', 0.995],
    ['99.9 %', 0.999],
    ['99.99 %', 0.9999],
  ])('counts the samples for %s', (claim, ratio) => {
    const needed = [0, 1, 2].map((misses) => samplesNeeded(misses, ratio, 0.95));
    expect(guide).toContain(`| ${claim} | ${needed.join(' | ')} |`);
  });
});

describe('the reference', () => {
  test('names every key of the schema', () => {
    const keys = keysOf(JSON.parse(read('contracts/schemas/system.schema.json')));
    const missing = [...keys].filter((key) => !new RegExp(`\`[^\`\\n]*\\b${key}\\b[^\`\\n]*\``).test(reference));
    expect(keys.size).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  test('has every default with its value and source', () => {
    const rows = loadDefaults().values.map((one) => `| \`${one.path.join('.')}\` | \`${one.value}\` | ${one.source} |`);
    expect(rows.filter((row) => !reference.includes(row))).toEqual([]);
  });

  test('explains every variable that gate10 reads', () => {
    const names = new Set(sources().flatMap((text) => text.match(/\bGATE10_[A-Z][A-Z_]*\b/g) ?? []));
    expect(names.size).toBeGreaterThan(5);
    expect([...names].filter((name) => !reference.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

describe('an example that is wrong is found', () => {
  const small = 'schema: gate10/system/v1\nsystem: shop\n';

  test.each([
    ['a misspelt key', `${small}frontdoor: app\nenvironments:\n  live: {}\n`],
    ['an addition that does not fit', `${small}environments:\n  live: {}\n\`\`\`\n\n\`\`\`yaml\n# adds\nslis: 3\n`],
  ])('%s', (_, body) => {
    const example = readExamples(`\`\`\`yaml\n${body}\`\`\`\n`).right.at(-1);
    expect(() => loadAll(example ?? { text: '' })).toThrow('[');
  });

  test('errors that are not shown', () => {
    expect(() => readExamples(`\`\`\`yaml\n# wrong\n${small}\`\`\`\n`)).toThrow('not followed by its errors');
  });
});

function keysOf(node: unknown, keys: Set<string> = new Set()): Set<string> {
  if (node === null || typeof node !== 'object') return keys;
  const { properties } = node as { properties?: object };
  for (const key of Object.keys(properties ?? {})) keys.add(key);
  for (const member of Object.values(node)) keysOf(member, keys);
  return keys;
}

/** Everything that runs on an adopter's machine. */
function sources(): string[] {
  return ['src', 'reporters', 'scripts', 'tests/support'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?ts$|\.mjs$/.test(name))
      .map((name) => read(path.join(folder, name))),
  );
}
