/** What a contract leaves unsaid: `authority/defaults.yaml`, merged into a document before it is validated. */
import { z } from 'zod';
import { InputError } from '../errors.ts';
import { authorityPath } from './authority-file.ts';
import { sha256Hex } from './canonical.ts';
import { DEFAULTS_AHEAD } from './defaults-ahead.ts';
import { parseYaml } from './yaml-document.ts';
import { readSource } from './yaml-source.ts';

const toDefaultsSchema = () =>
  z.strictObject({
    schema: z.literal('gate10/defaults/v1'),
    sources: z.record(z.string(), z.string().min(10)),
    defaults: z.array(
      z.strictObject({
        path: z.string().regex(/^[A-Za-z*]+\??(?:\.[A-Za-z*]+\??)*$/),
        value: z.union([z.string(), z.number()]),
        source: z.string(),
      }),
    ),
    commands: z.array(z.strictObject({ path: z.string(), value: z.string(), source: z.string() })),
  });

export interface DefaultValue {
  readonly path: readonly string[];
  readonly value: string | number;
  readonly source: string;
}

export interface Defaults {
  /** What commands take where nothing is said: `verify.maxAge` → `1h`. */
  readonly commands: Readonly<Record<string, string>>;
  readonly values: readonly DefaultValue[];
  readonly bytes: Uint8Array;
}

const DEFAULTS_FILE = authorityPath('defaults.yaml');

/** Throws InputError where the file is damaged or a value cites a source that the file does not name. */
export function loadDefaults(file: string = DEFAULTS_FILE): Defaults {
  const shownAs = 'authority/defaults.yaml';
  const source = readSource(file, shownAs);
  if (!source.ok) throw new InputError(source.problems);
  if (DEFAULTS_AHEAD?.sha256 === sha256Hex(source.bytes)) return { ...DEFAULTS_AHEAD, bytes: source.bytes };
  const parsed = parseYaml(source.text, shownAs);
  if (!parsed.ok) throw new InputError(parsed.problems);
  const checked = toDefaultsSchema().safeParse(parsed.document.value);
  if (!checked.success) {
    throw new InputError(
      checked.error.issues.map(({ message, path }) => ({
        code: 'defaults',
        file: shownAs,
        path: path.join('.'),
        what: message,
      })),
    );
  }
  const { defaults, commands, sources } = checked.data;
  const uncited = [...defaults, ...commands].filter(({ source: name }) => !Object.hasOwn(sources, name));
  if (uncited.length > 0) {
    throw new InputError(
      uncited.map(({ path, source: name }) => ({
        code: 'defaults',
        file: shownAs,
        path,
        what: `the source "${name}" is not listed under "sources"`,
      })),
    );
  }
  return {
    values: defaults.map(({ path, ...rest }) => ({ path: path.split('.'), ...rest })),
    commands: Object.fromEntries(commands.map(({ path, value }) => [path, value])),
    bytes: source.bytes,
  };
}

/** A copy of `document` in which every value that is not there and has a default is filled in. */
export function applyDefaults(document: unknown, defaults: readonly DefaultValue[]): unknown {
  const copy = copyOf(document);
  for (const { path, value } of defaults) setDefault(copy, path, value);
  return copy;
}

/** Plain data only, which is what a parsed document is; `structuredClone` takes ten times as long. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value === null || typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as Record<string, unknown>)[key]);
  return copy;
}

function setDefault(node: unknown, path: readonly string[], value: string | number): void {
  if (node === null || typeof node !== 'object') return;
  const [segment = '', ...rest] = path;
  const members = node as Record<string, unknown>;
  if (segment === '*') {
    for (const member of Object.values(members)) setDefault(member, rest, value);
    return;
  }
  if (Array.isArray(node)) return;
  const name = segment.replace(/\?$/, '');
  if (rest.length === 0) {
    if (members[name] === undefined) members[name] = value;
    return;
  }
  // what leads to a "*" is never made: there would be nothing in it
  const mayMake = !segment.endsWith('?') && !rest.includes('*');
  if (members[name] === undefined && mayMake) members[name] = {};
  setDefault(members[name], rest, value);
}
