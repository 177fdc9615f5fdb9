/** Two versions of one schema, as what is sent (`request`) or what comes back (`response`). */
import type { JsonSchema } from '../openapi-schema.ts';
import { alternatives, eachForm, flatten } from './flatten.ts';
import { type Narrowing, narrowings } from './narrowing.ts';

export interface SchemaChange {
  readonly kind: string;
  readonly breaking: boolean;
  /** JSON pointer into the body; items of a list are `*` */
  readonly at: string;
  readonly message: string;
}

export type Direction = 'request' | 'response';

const MAX_DEPTH = 40;

interface Pair {
  readonly was: unknown;
  readonly is: unknown;
}

interface Walk {
  readonly direction: Direction;
  readonly wasRoot: JsonSchema;
  readonly isRoot: JsonSchema;
  /** pairs that are being compared: circles end there */
  readonly open: ReadonlySet<string>;
  readonly at: string;
}

/** Both stand alone (`$defs`). undefined = no schema: anything. */
export function compareSchemas(
  was: JsonSchema | undefined,
  is: JsonSchema | undefined,
  direction: Direction,
): SchemaChange[] {
  const walk: Walk = { direction, wasRoot: was ?? {}, isRoot: is ?? {}, open: new Set(), at: '' };
  return compare({ was: was ?? {}, is: is ?? {} }, walk);
}

function compare({ was, is }: Pair, walk: Walk): SchemaChange[] {
  const [before, after] = [flatten(was, walk.wasRoot), flatten(is, walk.isRoot)];
  const key = `${before.name ?? ''} ${after.name ?? ''}`;
  if ((before.name !== undefined && walk.open.has(key)) || walk.open.size > MAX_DEPTH) return [];
  const inner = { ...walk, open: new Set([...walk.open, before.name === undefined ? `at ${walk.at}` : key]) };
  const [olds, news] = [alternatives(before.schema, walk.wasRoot), alternatives(after.schema, walk.isRoot)];
  const [old, next] = [olds[0], news[0]];
  if (olds.length === 1 && news.length === 1 && old && next) return compareOne(old, next, inner);
  return compareAlternatives(olds.flatMap(eachForm), news.flatMap(eachForm), inner);
}

/** A variant is covered where some variant of the other side has no breaking change against it. */
function compareAlternatives(olds: readonly JsonSchema[], news: readonly JsonSchema[], walk: Walk): SchemaChange[] {
  const breaks = (old: JsonSchema, next: JsonSchema): boolean =>
    compareOne(old, next, walk).some(({ breaking }) => breaking);
  const isRequest = walk.direction === 'request';
  const lost = olds.filter((old) => !news.some((next) => !breaks(old, next))).length;
  const gained = news.filter((next) => !olds.some((old) => !breaks(old, next))).length;
  const change = (isLoss: boolean, count: number): SchemaChange => ({
    kind: `${walk.direction}-alternatives-${isLoss ? 'narrowed' : 'widened'}`,
    breaking: isLoss === isRequest,
    at: walk.at,
    message: `${count} of the alternatives ${isLoss ? 'are gone or narrower' : 'are new or wider'}`,
  });
  return [...(lost > 0 ? [change(true, lost)] : []), ...(gained > 0 ? [change(false, gained)] : [])];
}

function compareOne(was: JsonSchema, is: JsonSchema, walk: Walk): SchemaChange[] {
  const { direction, at } = walk;
  const isOneWay = (name: string): boolean => {
    const found = [was, is]
      .map((schema) => propertyOf(schema, name))
      .filter((one) => one !== undefined && one !== null);
    return found.length > 0 && found.every((property) => property[OTHER_WAY[direction]] === true);
  };
  const own = (found: readonly Narrowing[], change: 'narrowed' | 'widened'): SchemaChange[] =>
    found
      .filter(({ name }) => name === undefined || !isOneWay(name))
      .map((narrowing) => toChange(narrowing, change, direction, at));
  return [
    ...own(narrowings(was, is), 'narrowed'),
    ...own(narrowings(is, was), 'widened'),
    ...compareProperties(was, is, walk, isOneWay),
    ...compareParts(was, is, walk),
  ];
}

/** Members that only travel the other way are no part of this direction. */
const OTHER_WAY = { request: 'readOnly', response: 'writeOnly' } as const;

function propertyOf(schema: JsonSchema, name: string): Record<string, unknown> | undefined {
  return (schema['properties'] as Record<string, Record<string, unknown>> | undefined)?.[name];
}

function toChange(
  { aspect, message, undone }: Narrowing,
  change: 'narrowed' | 'widened',
  direction: Direction,
  at: string,
): SchemaChange {
  // who reads answers takes members that he does not know; so it is the sender who minds
  const isHarmless = aspect === 'closed' && direction === 'response';
  const breaking = !isHarmless && (change === 'narrowed') === (direction === 'request');
  const how = aspect === 'required' ? (change === 'narrowed' ? 'added' : 'dropped') : change;
  return { kind: `${direction}-${aspect}-${how}`, breaking, at, message: change === 'narrowed' ? message : undone };
}

function compareProperties(
  was: JsonSchema,
  is: JsonSchema,
  walk: Walk,
  isOneWay: (name: string) => boolean,
): SchemaChange[] {
  const before = (was['properties'] ?? {}) as Record<string, unknown>;
  const after = (is['properties'] ?? {}) as Record<string, unknown>;
  const { direction } = walk;
  const at = (name: string): string => `${walk.at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !isOneWay(name));
  return names.flatMap((name) => {
    if (!Object.hasOwn(after, name)) {
      return { kind: `${direction}-property-removed`, breaking: true, at: at(name), message: `"${name}" is gone` };
    }
    if (!Object.hasOwn(before, name)) {
      return { kind: `${direction}-property-added`, breaking: false, at: at(name), message: `"${name}" is new` };
    }
    return compare({ was: before[name], is: after[name] }, { ...walk, at: at(name) });
  });
}

/** Items of lists and values of maps. */
function compareParts(was: JsonSchema, is: JsonSchema, walk: Walk): SchemaChange[] {
  const found: SchemaChange[] = [];
  const both = (key: string): boolean => was[key] !== undefined || is[key] !== undefined;
  if (both('items')) found.push(...compare({ was: was['items'], is: is['items'] }, { ...walk, at: `${walk.at}/*` }));
  for (const key of ['additionalProperties', 'patternProperties']) {
    const [before, after] = [was[key], is[key]];
    if (key === 'patternProperties' && both(key)) {
      const patterns = Object.keys({ ...(before as object), ...(after as object) });
      for (const pattern of patterns) {
        const pair = { was: (before as never)?.[pattern], is: (after as never)?.[pattern] };
        found.push(...compare(pair, { ...walk, at: `${walk.at}/*` }));
      }
    } else if (both(key) && typeof before !== 'boolean' && typeof after !== 'boolean') {
      found.push(...compare({ was: before, is: after }, { ...walk, at: `${walk.at}/*` }));
    }
  }
  const [before = [], after = []] = [was['prefixItems'], is['prefixItems']] as (unknown[] | undefined)[];
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    found.push(...compare({ was: before[index], is: after[index] }, { ...walk, at: `${walk.at}/${index}` }));
  }
  return found;
}
