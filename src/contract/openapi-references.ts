/**
 * `$ref` of an OpenAPI document, resolved without network and without leaving its folder.
 *
 * Written here instead of taking @readme/openapi-parser: that one fetches remote references and reads any file of the machine
 * unless told otherwise, and inlines schemas into cyclic objects, which a JSON Schema validator cannot compile. Here
 * references are followed one at a time and schemas stay schemas (openapi-schema.ts).
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../errors.ts';
import { type DataPath, parseYaml, type YamlDocument } from './yaml-document.ts';
import { MAX_OPENAPI_BYTES, readSource } from './yaml-source.ts';

const MAX_FILES = 100;
const MAX_HOPS = 32;
const MAX_WALK_DEPTH = 64;

/** A value with the file that its own references are relative to. */
export interface Located {
  readonly value: unknown;
  readonly file: string;
  readonly pointer: string;
}

export interface References {
  /** Follows a reference that stands in `file`. `undefined` = it leads nowhere (told by `problems`). */
  readonly resolve: (reference: string, file: string) => Located | undefined;
  /** `{ $ref }` → what it refers to, after at most 32 hops; everything else as it is. */
  readonly follow: (located: Located) => Located | undefined;
  /** The parsed file, once it was reached. */
  readonly documentOf: (file: string) => YamlDocument | undefined;
  /** Every file that was reached, the first one first. */
  readonly files: () => readonly string[];
  /** Everything that is wrong with the references of all files reached from the first one. */
  readonly problems: () => readonly Problem[];
}

/** `root` = the folder that must not be left; without one, only references inside the document are allowed. */
export function createReferences(document: YamlDocument, root: string | undefined): References {
  const files = new Map<string, YamlDocument>([[document.file, document]]);
  const broken = new Map<string, readonly Problem[]>();

  const open = (file: string): YamlDocument | undefined => {
    const known = files.get(file);
    if (known || broken.has(file) || root === undefined) return known;
    const loaded = files.size < MAX_FILES ? readInside(root, file) : tooMany(file);
    if (loaded.ok) files.set(file, loaded.document);
    else broken.set(file, loaded.problems);
    return files.get(file);
  };

  const resolve = (reference: string, file: string): Located | undefined => {
    const target = targetOf(reference, file);
    if (!target) return undefined;
    const holder = open(target.file);
    const value = holder && valueAt(holder.value, target.pointer);
    return value === undefined ? undefined : { value, ...target };
  };

  const follow = (located: Located): Located | undefined => {
    let here: Located | undefined = located;
    for (let hop = 0; here && hop < MAX_HOPS; hop += 1) {
      const reference = referenceOf(here.value);
      if (reference === undefined) return here;
      here = resolve(reference, here.file);
    }
    return undefined;
  };

  const problems = (): readonly Problem[] => {
    const found: Problem[] = [];
    const walked = new Set<string>();
    // reading a reference may open another file, so the list grows while it is walked
    for (const file of files.keys()) {
      const holder = files.get(file);
      if (!holder || walked.has(file)) continue;
      walked.add(file);
      for (const [reference, at] of referencesIn(holder.value)) {
        const what = referenceProblem(reference, file, root, follow);
        if (what) found.push({ ...placeOf(holder, at), ...what });
      }
    }
    return [...found, ...[...broken.values()].flat()];
  };
  const documentOf = (file: string) => files.get(file);
  return { resolve, follow, problems, documentOf, files: () => [...files.keys()] };
}

function referenceProblem(
  reference: string,
  file: string,
  root: string | undefined,
  follow: References['follow'],
): Pick<Problem, 'code' | 'what' | 'expected' | 'fix'> | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.startsWith('//')) {
    const fix = 'Copy what it refers to into the contracts folder.';
    return { code: 'remote-ref', what: `the reference "${reference}" leads to another host or scheme`, fix };
  }
  const target = targetOf(reference, file);
  if (!target) {
    const expected = 'a JSON pointer such as "#/components/schemas/Job"';
    return { code: 'invalid-ref', what: `the reference "${reference}" is not a path with a JSON pointer`, expected };
  }
  if (target.file !== file && root === undefined) {
    const what = `the reference "${reference}" leads to another file, which cannot be read here`;
    return { code: 'file-ref', what, fix: 'Keep the contract in one file.' };
  }
  if (follow({ value: { $ref: reference }, file, pointer: '' })) return undefined;
  return { code: 'dangling-ref', what: `the reference "${reference}" leads nowhere`, fix: 'Correct it.' };
}

/** Never outside `root`, links followed. */
function readInside(root: string, file: string) {
  const refuse = (code: string, what: string) => ({ ok: false as const, problems: [{ code, file, what }] });
  try {
    const real = realpathSync(path.resolve(root, file));
    const inside = path.relative(realpathSync(root), real);
    if (inside.startsWith('..') || path.isAbsolute(inside)) {
      return refuse('ref-outside', 'this file lies outside the contracts folder');
    }
    const source = readSource(real, file, MAX_OPENAPI_BYTES);
    return source.ok ? parseYaml(source.text, file, { foreign: true }) : source;
  } catch {
    return refuse('missing-file', 'this file does not exist, or lies outside the contracts folder');
  }
}

function tooMany(file: string) {
  const what = `the contract refers to more than ${MAX_FILES} files`;
  return { ok: false as const, problems: [{ code: 'too-many-files', file, what }] };
}

function targetOf(reference: string, file: string): { readonly file: string; readonly pointer: string } | undefined {
  const [name = '', pointer = '', ...more] = reference.split('#');
  if (more.length > 0 || (pointer !== '' && !pointer.startsWith('/'))) return undefined;
  if (name.includes('\0') || name.includes('\\')) return undefined;
  return { file: name === '' ? file : path.posix.join(path.posix.dirname(file), name), pointer };
}

/** RFC 6901, after percent-decoding (RFC 6901 §6). */
function valueAt(document: unknown, pointer: string): unknown {
  let node = document;
  for (const raw of pointer.split('/').slice(1)) {
    if (node === null || typeof node !== 'object') return undefined;
    const key = percentDecoded(raw).replaceAll('~1', '/').replaceAll('~0', '~');
    if (!Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function referenceOf(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, '$ref')) return undefined;
  const { $ref } = value as { $ref: unknown };
  return typeof $ref === 'string' ? $ref : undefined;
}

/** Values of these are data, in which "$ref" means nothing. */
export const DATA_KEYS: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);
/** The keys of these are names, so that a property may be called "example". */
export const NAME_MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'schemas',
  'responses',
  'parameters',
  'headers',
  'requestBodies',
  'securitySchemes',
  'links',
  'callbacks',
  'pathItems',
  'paths',
]);

function* referencesIn(root: unknown): Generator<readonly [string, DataPath]> {
  const stack: { readonly node: unknown; readonly at: DataPath; readonly names: boolean }[] = [
    { node: root, at: [], names: false },
  ];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, at, names } = next;
    if (node === null || typeof node !== 'object' || at.length > MAX_WALK_DEPTH) continue;
    const reference = names ? undefined : referenceOf(node);
    if (reference !== undefined) yield [reference, [...at, '$ref']];
    for (const [key, member] of Array.isArray(node) ? node.entries() : Object.entries(node)) {
      if (!names && typeof key === 'string' && DATA_KEYS.has(key)) continue;
      const nextNames = !names && typeof key === 'string' && NAME_MAPS.has(key) && !Array.isArray(member);
      stack.push({ node: member, at: [...at, key], names: nextNames });
    }
  }
}

function placeOf(document: YamlDocument, at: DataPath): Pick<Problem, 'file' | 'line' | 'column' | 'path'> {
  const { line, column } = document.place(at);
  return { file: document.file, line, column, path: at.join('.') };
}
