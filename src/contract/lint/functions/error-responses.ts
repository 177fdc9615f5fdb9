/**
 * `{ mediaType, members }`: errors look alike, and as RFC 9457 describes them. Every 4XX, 5XX and default answer of an operation
 * has the media type, its schema declares the members with the types of RFC 9457 §3.1, and all of them have one schema (or
 * extend it by `allOf`).
 */
import { canonicalJson } from '../../canonical.ts';
import type { Located, References } from '../../openapi-references.ts';
import { child, membersOf } from '../schemas-in.ts';
import { type Complaint, isMapping, type MakeRule } from './rule-function.ts';

/** RFC 9457 §3.1 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  type: ['string'],
  title: ['string'],
  status: ['integer', 'number'],
  detail: ['string'],
  instance: ['string'],
};

export const errorShape: MakeRule =
  ({ opened, followed }) =>
  (value, { mediaType, members }, path) => {
    const place = followed.locate(path);
    const status = String(path.at(-1));
    if (!isError(status) || !isMapping(value)) return [];
    const media = isMapping(value['content']) ? value['content'][String(mediaType)] : undefined;
    if (!isMapping(media)) return [{ message: `the error ${status} has no ${mediaType}`, place }];
    const schema = followed.locate([...path, 'content', String(mediaType), 'schema']);
    if (!isMapping(media['schema'])) return [{ message: `the error ${status} has no schema`, place }];
    return shapeProblems(schema, members as readonly string[], opened.references).map((message) => ({
      message: `the error ${status} ${message}`,
      place,
    }));
  };

function shapeProblems(schema: Located, members: readonly string[], references: References): string[] {
  const properties = propertiesOf(schema, references);
  const missing = members.filter((name) => !properties.has(name));
  const wrong = [...properties].filter(([name, property]) => {
    const type = isMapping(property.value) ? property.value['type'] : undefined;
    return (
      type !== undefined &&
      TYPES[name] !== undefined &&
      ![type].flat().every((one) => TYPES[name]?.includes(String(one)))
    );
  });
  return [
    ...(missing.length > 0 ? [`declares no "${missing.join('", "')}" (RFC 9457)`] : []),
    ...wrong.map(([name]) => `declares "${name}" with another type than RFC 9457 (${TYPES[name]?.[0]})`),
  ];
}

/** With those of everything that the schema is made of. */
function propertiesOf(schema: Located, references: References, depth = 0): Map<string, Located> {
  const target = references.follow(schema);
  const found = new Map<string, Located>();
  if (!target || !isMapping(target.value) || depth > 16) return found;
  const { allOf } = target.value;
  const list = child(target, 'allOf', allOf);
  for (const [index, part] of (Array.isArray(allOf) ? allOf : []).entries()) {
    for (const [name, property] of propertiesOf(child(list, index, part), references, depth + 1))
      found.set(name, property);
  }
  const holder = child(target, 'properties', target.value['properties']);
  for (const [name, member] of membersOf(holder)) {
    found.set(name, references.follow(child(holder, name, member)) ?? child(holder, name, member));
  }
  return found;
}

/** Given `$`: whoever differs from what most errors have. */
export const errorConsistency: MakeRule =
  ({ opened: { references }, followed }) =>
  (document, { mediaType }) => {
    const uses = errorSchemas(document, String(mediaType)).map((path) => {
      const place = followed.locate(path);
      return { place, ...identityOf(place, references) };
    });
    const counts = new Map<string, number>();
    for (const { own } of uses) counts.set(own, (counts.get(own) ?? 0) + 1);
    const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
    const complaints = new Map<string, Complaint>();
    for (const { place, own, parts } of uses) {
      if (own === usual || usual === undefined || parts.includes(usual)) continue;
      const message = `this error has another schema than the ${counts.get(usual)} that are alike`;
      complaints.set(`${place.file}#${place.pointer}`, { message, place });
    }
    return [...complaints.values()];
  };

function errorSchemas(document: unknown, mediaType: string): (string | number)[][] {
  const paths = isMapping(document) ? document['paths'] : undefined;
  return keysOf(paths).flatMap((path) =>
    keysOf(at(paths, path)).flatMap((method) =>
      keysOf(at(paths, path, method, 'responses'))
        .filter((status) => isError(status))
        .map((status) => ['paths', path, method, 'responses', status, 'content', mediaType, 'schema'])
        .filter((found) => isMapping(at(document, ...found))),
    ),
  );
}

/** Two schemas are the same where they refer to the same place or say the same. */
function identityOf(
  schema: Located,
  references: References,
): { readonly own: string; readonly parts: readonly string[] } {
  const target = references.follow(schema) ?? schema;
  const list = isMapping(target.value) && Array.isArray(target.value['allOf']) ? target.value['allOf'] : [];
  const parts = list.map((part, index) => child(child(target, 'allOf', list), index, part));
  return { own: canonicalJson(target.value), parts: parts.map((part) => identityOf(part, references).own) };
}

function isError(status: string): boolean {
  return status === 'default' || /^[45](?:\d\d|XX)$/.test(status);
}

function keysOf(value: unknown): string[] {
  return isMapping(value) ? Object.keys(value) : [];
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((node: unknown, key) => (isMapping(node) ? node[key] : undefined), value);
}
