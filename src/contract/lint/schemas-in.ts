/** Every schema of an API contract, each once, with the place where it stands. */
import { type Located, NAME_MAPS, type References, referenceOf } from '../openapi-references.ts';

const SINGLE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const SINGLE_2020 = ['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const DATA: ReadonlySet<string> = new Set(['example', 'examples', 'value', 'default', 'enum']);

/** Of all files that `references` has reached. Boolean schemas say nothing and are left out. */
export function* schemasIn(references: References): Generator<Located> {
  const walk: Walk = { references, seen: new Set() };
  for (const file of references.files()) {
    const value = references.documentOf(file)?.value;
    yield* outside({ value, file, pointer: '' }, false, walk);
  }
}

interface Walk {
  readonly references: References;
  readonly seen: Set<unknown>;
}

/** Values that are no schemas themselves. */
function* outside(node: Located, isNames: boolean, walk: Walk): Generator<Located> {
  for (const [key, member] of membersOf(node)) {
    const here = child(node, key, member);
    if (!isNames && (key === 'schema' || key === 'itemSchema')) yield* inside(here, walk);
    else if (!isNames && key === 'schemas' && node.pointer === '/components') {
      for (const [name, schema] of membersOf(here)) yield* inside(child(here, name, schema), walk);
    } else if (isNames || !(DATA.has(key) || key.startsWith('x-'))) {
      yield* outside(here, !isNames && NAME_MAPS.has(key), walk);
    }
  }
}

function* inside(schema: Located, walk: Walk): Generator<Located> {
  const { value } = schema;
  if (value === null || typeof value !== 'object' || Array.isArray(value) || walk.seen.has(value)) return;
  walk.seen.add(value);
  yield schema;
  // a schema in a file of its own is known by who refers to it
  const target = referenceOf(value) === undefined ? undefined : walk.references.follow(schema);
  if (target) yield* inside(target, walk);
  const at = (key: string): Located => child(schema, key, (value as Record<string, unknown>)[key]);
  for (const key of [...SINGLE, ...SINGLE_2020]) yield* inside(at(key), walk);
  for (const key of [...LISTS, ...MAPS]) {
    for (const [name, member] of membersOf(at(key))) yield* inside(child(at(key), name, member), walk);
  }
}

export function membersOf({ value }: Located): [string, unknown][] {
  return value === null || typeof value !== 'object' ? [] : Object.entries(value);
}

export function child(parent: Located, key: string | number, value: unknown): Located {
  const step = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  return { value, file: parent.file, pointer: `${parent.pointer}/${step}` };
}
