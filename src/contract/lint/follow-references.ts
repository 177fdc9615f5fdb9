/**
 * The document that rules look at: references to parameters, answers, headers and the like are followed, those to schemas are
 * not. Spectral's own resolver also writes out every schema at every use, and a document of a thousand operations becomes
 * millions of values (100 s and 2.7 GB where this takes 2 s). Each schema is judged once, where it stands.
 */
import { InputError } from '../../errors.ts';
import type { OpenedOpenApi } from '../openapi.ts';
import { type Located, NAME_MAPS, type References, referenceOf } from '../openapi-references.ts';
import { child, schemasIn } from './schemas-in.ts';

/** Far above real documents; a few dozen lines of references can ask for more than any machine has. */
const MAX_VALUES = 3_000_000;
const MAX_DEPTH = 256;
/** Data, in which "$ref" means nothing. `examples` holds Example Objects, which may be references. */
const DATA: ReadonlySet<string> = new Set(['example', 'value', 'default', 'enum']);

export interface FollowedDocument {
  readonly value: unknown;
  /** Where a place of `value` was written. */
  readonly locate: (path: readonly (string | number)[]) => Located;
}

/** Throws InputError where the references would expand without end. */
export function followReferences({ name, source, references }: OpenedOpenApi): FollowedDocument {
  const origins = new WeakMap<object, Located>();
  const followed = new Map<string, { readonly value: unknown; readonly size: number }>();
  const inProgress = new Set<string>();

  const follow = (node: Located, isNames: boolean, depth: number): { value: unknown; size: number } => {
    const { value } = node;
    if (value === null || typeof value !== 'object') return { value, size: 1 };
    const reference = isNames ? undefined : referenceOf(value);
    if (reference !== undefined) return followOne(node, depth);
    let size = 1;
    const members = Object.entries(value).map(([key, member]) => {
      const here = child(node, key, member);
      if (!isNames && isLeftAlone(key, here, name)) return [key, member] as const;
      const result = follow(here, !isNames && isNameMap(key, member), depth + 1);
      size += result.size;
      return [key, result.value] as const;
    });
    if (size > MAX_VALUES) throw tooLarge(name);
    if (members.every(([key, member]) => member === (value as Record<string, unknown>)[key])) return { value, size };
    const copy = Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
    origins.set(copy, node);
    return { value: copy, size };
  };

  const followOne = (node: Located, depth: number): { value: unknown; size: number } => {
    const target = references.follow(node);
    const address = target && `${target.file}#${target.pointer}`;
    // a circle stays a reference; problems of references were told before anything got here
    if (target === undefined || address === undefined || inProgress.has(address) || depth > MAX_DEPTH) {
      return { value: node.value, size: 1 };
    }
    const known = followed.get(address);
    if (known !== undefined) return known;
    inProgress.add(address);
    const result = follow(target, false, depth + 1);
    inProgress.delete(address);
    if (result.value !== null && typeof result.value === 'object') origins.set(result.value, target);
    followed.set(address, result);
    return result;
  };

  const root: Located = { value: source.value, file: name, pointer: '' };
  const value = withSchemasOfFiles(follow(root, false, 0).value, name, references, origins);
  return { value, locate: (path) => locate(value, root, origins, path) };
}

/** Schemas of other files stand among those of the document, so that rules meet them. */
function withSchemasOfFiles(
  value: unknown,
  name: string,
  references: References,
  origins: WeakMap<object, Located>,
): unknown {
  if (references.files().length === 1) return value;
  const found = new Map<string, unknown>();
  for (const schema of schemasIn(references)) {
    const target = referenceOf(schema.value) === undefined ? undefined : references.follow(schema);
    if (target === undefined || target.file === name || target.value === null || typeof target.value !== 'object')
      continue;
    origins.set(target.value, target);
    found.set(`${target.file}#${target.pointer}`, target.value);
  }
  const document = value as { components?: { schemas?: object } };
  const schemas = { ...document.components?.schemas, ...Object.fromEntries(found) };
  return { ...document, components: { ...document.components, schemas } };
}

function isNameMap(key: string, member: unknown): boolean {
  return (key === 'examples' || NAME_MAPS.has(key)) && !Array.isArray(member);
}

/** Schemas and data stay as they were written. */
function isLeftAlone(key: string, { pointer, file }: Located, main: string): boolean {
  if (key === 'schema' || key === 'itemSchema' || DATA.has(key) || key.startsWith('x-')) return true;
  return key === 'schemas' && file === main && pointer === '/components/schemas';
}

function locate(
  value: unknown,
  root: Located,
  origins: WeakMap<object, Located>,
  path: readonly (string | number)[],
): Located {
  let here: Located = { ...root, value };
  for (const key of path) {
    const { value: holder } = here;
    if (holder === null || typeof holder !== 'object' || !Object.hasOwn(holder, key)) return here;
    const member = (holder as Record<string | number, unknown>)[key];
    const origin = member !== null && typeof member === 'object' ? origins.get(member) : undefined;
    here = origin === undefined ? child(here, key, member) : { ...origin, value: member };
  }
  return here;
}

function tooLarge(file: string): InputError {
  const what = `the references of the document expand to more than ${MAX_VALUES} values`;
  return new InputError([{ code: 'ref-bomb', file, line: 1, column: 1, what, fix: 'Write the values out.' }]);
}
