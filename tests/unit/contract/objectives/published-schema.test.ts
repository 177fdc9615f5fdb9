/**
 * Against the JSON Schemas that OpenSLO published until September 2024. They are not part of this repository:
 * `git clone https://github.com/OpenSLO/OpenSLO && git -C OpenSLO checkout 525dc60^`, then
 * `GATE10_OPENSLO=<that folder> npx vitest run tests/unit/contract/objectives`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { KIND_SCHEMAS, type Kind } from '../../../../src/contract/objectives/openslo-schema.ts';

const folder = process.env['GATE10_OPENSLO'] ?? '';

function filesBelow(start: string, ending: string): string[] {
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(start, name));
}

function published(): ValidateFunction {
  // "lookbackWindow" and others are no keywords; the drafts of then leave the types of some parts open
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  const schemas = filesBelow(path.join(folder, 'schemas/v1'), '.schema.json').map((name) => {
    const { $schema, ...schema } = JSON.parse(readFileSync(name, 'utf8'));
    return schema as { $id: string };
  });
  for (const schema of schemas) if (!schema.$id.endsWith('/openslo.schema.json')) ajv.addSchema(schema);
  return ajv.compile(schemas.find(({ $id }) => $id.endsWith('/openslo.schema.json')) ?? false);
}

function ours(document: unknown): boolean {
  const kind = (document as { kind?: Kind } | null)?.kind;
  const schema = kind !== undefined && Object.hasOwn(KIND_SCHEMAS, kind) ? KIND_SCHEMAS[kind] : undefined;
  return schema?.safeParse(document).success ?? false;
}

function documentsIn(file: string): unknown[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  return [at, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...at, key]))];
}

/** A copy with the value at a path replaced, or taken out. */
function mutate(document: unknown, at: Path, value: unknown): unknown {
  const copy = structuredClone(document);
  const last = at.at(-1);
  if (last === undefined) return value;
  const parent = at
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (node, key) => node[key] as Record<string | number, unknown>,
      copy as Record<string | number, unknown>,
    );
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** Later than the schemas, by the specification (README of OpenSLO, 2025). */
function isLater(document: unknown): boolean {
  return /"(?:targetPercent|raw|rawType|compositeWeight|RatioTimeslices|alertPolicyRef)"/.test(
    JSON.stringify(document),
  );
}

describe.runIf(folder !== '')('the published schemas', () => {
  const isPublished = folder === '' ? undefined : published();
  const embedded = documentsIn('contracts/objectives.yaml');
  const theirs =
    folder === '' ? [] : filesBelow(path.join(folder, 'schema-test/spec-files/v1'), '.yaml').flatMap(documentsIn);

  test('accept the objectives of the embedded system, and so do we', () => {
    expect(embedded.length).toBeGreaterThan(4);
    expect(embedded.map((document) => [ours(document), isPublished?.(document)])).toEqual(
      embedded.map(() => [true, true]),
    );
  });

  test('accept whatever we accept, however a document is changed', () => {
    const seeds = [...embedded, ...theirs.filter((document) => ours(document) && isPublished?.(document))];
    const values = fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'x',
      'A b',
      0,
      1,
      -1,
      0.5,
      true,
      false,
      [],
      {},
      [{}],
      '30d',
      '1x',
      '0m',
      'gte',
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), values, (seed, where, value) => {
        const paths = pathsOf(seed);
        const document = mutate(seed, paths[where % paths.length] ?? [], value);
        if (!ours(document) || isLater(document)) return;
        accepted += 1;
        expect([isPublished?.(document), document, isPublished?.errors]).toMatchObject([true, document, null]);
      }),
      { numRuns: 5000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("are as far as OpenSLO's own examples go", () => {
    const differing = theirs.filter((document) => ours(document) !== isPublished?.(document));
    expect(theirs.length).toBeGreaterThan(20);
    // a condition with an "operator", which no text of the specification knows
    const unexplained = differing.filter((document) => !JSON.stringify(document).includes('"operator"'));
    expect(unexplained.map((document) => JSON.stringify(document))).toEqual([]);
  });
});

test('what a document of OpenSLO has to have, we demand', () => {
  const [slo] = documentsIn('contracts/objectives.yaml').filter(
    (document) => (document as { kind: Kind }).kind === 'SLO',
  );
  expect(ours(slo)).toBe(true);
  for (const at of [
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ['metadata', 'name'],
    ['spec'],
    ['spec', 'service'],
    ['spec', 'objectives'],
    ['spec', 'budgetingMethod'],
  ])
    expect([at, ours(mutate(slo, at, undefined))]).toEqual([at, false]);
});
