/** In which ways one schema takes less than another, by its own keywords: not those of its members. */
import { canonicalJson } from '../canonical.ts';
import type { JsonSchema } from '../openapi-schema.ts';
import { isIn } from './flatten.ts';

export interface Narrowing {
  readonly aspect: 'type' | 'enum' | 'format' | 'pattern' | 'limit' | 'required' | 'closed' | 'constraint';
  readonly message: string;
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
  const given = from['type'] === undefined ? typesOfValues(from) : [from['type']].flat();
  const lost = (given ?? ['any type'])
    .map(String)
    .filter((type) => !allowed.includes(type) && !(type === 'integer' && allowed.includes('number')));
  return lost.length === 0
    ? []
    : [{ aspect: 'type', message: `${lost.join(', ')} where ${allowed.join(', ')} is left` }];
}

/** Without a type, an enumeration says which there are. */
function typesOfValues({ enum: values }: JsonSchema): unknown[] | undefined {
  if (!Array.isArray(values)) return undefined;
  return [...new Set(values.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)))];
}

function enums(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const allowed = to['enum'];
  if (!Array.isArray(allowed)) return [];
  const given = from['enum'];
  if (!Array.isArray(given)) {
    const isAll =
      [from['type']].flat().every((type) => type === 'boolean') && isIn(true, allowed) && isIn(false, allowed);
    return isAll ? [] : [{ aspect: 'enum', message: `only ${JSON.stringify(allowed)} of any value` }];
  }
  const lost = given.filter((value) => !isIn(value, allowed));
  return lost.length === 0
    ? []
    : [{ aspect: 'enum', message: `without ${lost.map((value) => JSON.stringify(value)).join(', ')}` }];
}

function texts(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const found: Narrowing[] = [];
  const [had, has] = [from['format'], to['format']];
  const isWider = WIDER_FORMATS.some(([narrow, wide]) => narrow === had && wide === has);
  // a hint to forms, no constraint
  if (has !== undefined && has !== had && !isWider && has !== 'password') {
    found.push({ aspect: 'format', message: `format ${has} instead of ${had ?? 'any'}` });
  }
  if (to['pattern'] !== undefined && to['pattern'] !== from['pattern']) {
    found.push({ aspect: 'pattern', message: `pattern ${to['pattern']} instead of ${from['pattern'] ?? 'any'}` });
  }
  return found;
}

function limits(from: JsonSchema, to: JsonSchema): Narrowing[] {
  const lost = [
    ...LOWER.filter((key) => Number(to[key] ?? 0) > Number(from[key] ?? 0)),
    ...UPPER.filter((key) => Number(to[key] ?? Infinity) < Number(from[key] ?? Infinity)),
    ...(isTighter(lowest(from), lowest(to), 1) ? ['minimum'] : []),
    ...(isTighter(highest(from), highest(to), -1) ? ['maximum'] : []),
  ];
  return lost.map((key) => ({ aspect: 'limit', message: `${key} ${said(to, key)} instead of ${said(from, key)}` }));
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
  const found: Narrowing[] = added.map((name) => ({ aspect: 'required', message: `"${name}" is required` }));
  const wasOpen = from['additionalProperties'] !== false;
  if (to['additionalProperties'] === false && wasOpen) {
    found.push({ aspect: 'closed', message: 'further properties are not allowed' });
  }
  return found;
}

function others(from: JsonSchema, to: JsonSchema): Narrowing[] {
  return [...OTHERS, ...MORE]
    .filter((key) => to[key] !== undefined && to[key] !== false)
    .filter((key) => from[key] === undefined || canonicalJson(from[key]) !== canonicalJson(to[key]))
    .filter((key) => !(key === 'multipleOf' && Number.isInteger(Number(from[key]) / Number(to[key]))))
    .map((key) => ({ aspect: 'constraint', message: `"${key}" is new or another` }));
}
