/** In which ways one schema takes less than another, by its own keywords: not those of its members. */
import { canonicalJson } from '../canonical.ts';
import type { JsonSchema } from '../openapi-schema.ts';
import { isIn } from './flatten.ts';

export interface Narrowing {
  /** of the member that is required */
  readonly name?: string;
  readonly aspect: 'type' | 'enum' | 'format' | 'pattern' | 'limit' | 'required' | 'closed' | 'constraint';
  /** what `to` does not take any more */
  readonly message: string;
  /** the same, seen from `to`: what `from` takes besides */
  readonly undone: string;
}

const LOWER = ['minLength', 'minItems', 'minProperties'];
const UPPER = ['maxLength', 'maxItems', 'maxProperties'];
/** What has no order here: any change may narrow. */
const OTHERS = ['not', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains', 'propertyNames'];
const MORE = [
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedItems',
  'unevaluatedProperties',
  'multipleOf',
  'uniqueItems',
];
/** The second takes everything that the first does. */
const WIDER_FORMATS: readonly (readonly [string, string])[] = [
  ['int32', 'int64'],
  ['float', 'double'],
  ['email', 'idn-email'],
  ['hostname', 'idn-hostname'],
  ['uri', 'uri-reference'],
  ['uri', 'iri'],
  ['uuid', 'uri-reference'],
];

/** Both flat. Empty = what `from` takes, `to` takes too. */
export function narrowings(from: JsonSchema, to: JsonSchema): Narrowing[] {
  return [
    ...types(from, to),
    ...enums(from, to),
    ...texts(from, to),
    ...limits(from, to),
    ...members(from, to),
    ...others(from, to),
  ];
}

function types(from: JsonSchema, to: JsonSchema): Narrowing[] {
  if (to['type'] === undefined) return [];
  const allowed = [to['type']].flat();
  const given = from['type'] === undefined ? impliedTypes(from) : [from['type']].flat();
  const lost = (given ?? ['any type'])
    .map(String)
    .filter((type) => !allowed.includes(type) && !(type === 'integer' && allowed.includes('number')));
  if (lost.length === 0) return [];
  return [{ aspect: 'type', message: `no longer ${lost.join(', ')}`, undone: `may be ${lost.join(', ')} too` }];
}

/** Without a type, values say which there are; members and items are written for objects and lists. */
function impliedTypes(schema: JsonSchema): string[] | undefined {
  const { enum: values } = schema;
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return ['object'];
  return schema['items'] === undefined ? undefined : ['array'];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function enums(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const allowed = to['enum'];
  if (!Array.isArray(allowed)) return [];
  const given = from['enum'];
  if (!Array.isArray(given)) {
    const isAll =
      [from['type']].flat().every((type) => type === 'boolean') && isIn(true, allowed) && isIn(false, allowed);
    if (isAll) return [];
    const values = JSON.stringify(allowed);
    return [{ aspect: 'enum', message: `only one of ${values} now`, undone: `no longer one of ${values}` }];
  }
  const lost = given.filter((value) => !isIn(value, allowed));
  if (lost.length === 0) return [];
  const values = lost.map((value) => JSON.stringify(value)).join(', ');
  return [{ aspect: 'enum', message: `no longer ${values}`, undone: `may be ${values} too` }];
}

function texts(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const found: Narrowing[] = [];
  const [had, has] = [from['format'], to['format']];
  const isWider = WIDER_FORMATS.some(([narrow, wide]) => narrow === had && wide === has);
  // a hint to forms, no constraint
  if (has !== undefined && has !== had && !isWider && has !== 'password') {
    found.push({ aspect: 'format', ...instead('format', had, has) });
  }
  if (to['pattern'] !== undefined && to['pattern'] !== from['pattern']) {
    found.push({ aspect: 'pattern', ...instead('pattern', from['pattern'], to['pattern']) });
  }
  return found;
}

/** Both ways of saying that a keyword changed. */
function instead(key: string, was: unknown, is: unknown): Pick<Narrowing, 'message' | 'undone'> {
  const say = (before: unknown, after: unknown): string => `${key} ${after ?? 'none'} instead of ${before ?? 'none'}`;
  return { message: say(was, is), undone: say(is, was) };
}

function limits(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const lost = [
    ...LOWER.filter((key) => Number(to[key] ?? 0) > Number(from[key] ?? 0)),
    ...UPPER.filter((key) => Number(to[key] ?? Infinity) < Number(from[key] ?? Infinity)),
    ...(isTighter(lowest(from), lowest(to), 1) ? ['minimum'] : []),
    ...(isTighter(highest(from), highest(to), -1) ? ['maximum'] : []),
  ];
  return lost.map((key) => ({ aspect: 'limit', ...instead(key, said(from, key), said(to, key)) }));
}

function said(schema: JsonSchema, key: string): string {
  const exclusive =
    key === 'minimum' ? schema['exclusiveMinimum'] : key === 'maximum' ? schema['exclusiveMaximum'] : undefined;
  return String(schema[key] ?? exclusive ?? 'none');
}

interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

function lowest(schema: JsonSchema): Bound {
  const [inclusive, exclusive] = [
    Number(schema['minimum'] ?? -Infinity),
    Number(schema['exclusiveMinimum'] ?? -Infinity),
  ];
  return exclusive >= inclusive && exclusive !== -Infinity
    ? { value: exclusive, exclusive: true }
    : { value: inclusive, exclusive: false };
}

function highest(schema: JsonSchema): Bound {
  const [inclusive, exclusive] = [
    Number(schema['maximum'] ?? Infinity),
    Number(schema['exclusiveMaximum'] ?? Infinity),
  ];
  return exclusive <= inclusive && exclusive !== Infinity
    ? { value: exclusive, exclusive: true }
    : { value: inclusive, exclusive: false };
}

/** `sign` 1 = a lower bound, -1 = an upper one. */
function isTighter(from: Bound, to: Bound, sign: 1 | -1): boolean {
  if (to.value === from.value) return to.exclusive && !from.exclusive;
  return (to.value - from.value) * sign > 0;
}

function members(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const had = new Set((from['required'] ?? []) as string[]);
  const added = ((to['required'] ?? []) as string[]).filter((name) => !had.has(name));
  const found: Narrowing[] = added.map((name) => ({
    aspect: 'required',
    name,
    message: `"${name}" is required`,
    undone: `"${name}" may be missing`,
  }));
  const wasOpen = from['additionalProperties'] !== false;
  if (to['additionalProperties'] === false && wasOpen) {
    found.push({
      aspect: 'closed',
      message: 'further properties are not allowed',
      undone: 'further properties are allowed',
    });
  }
  return found;
}

function others(from: JsonSchema, to: JsonSchema): Narrowing[] {
  return [...OTHERS, ...MORE]
    .filter((key) => to[key] !== undefined && to[key] !== false)
    .filter((key) => from[key] === undefined || canonicalJson(from[key]) !== canonicalJson(to[key]))
    .filter((key) => !(key === 'multipleOf' && Number.isInteger(Number(from[key]) / Number(to[key]))))
    .map((key) => ({
      aspect: 'constraint',
      message: `"${key}" is new or another`,
      undone: `"${key}" is gone or another`,
    }));
}
