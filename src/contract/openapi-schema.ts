/**
 * One schema of an OpenAPI document as a JSON Schema (2020-12) that stands alone: what it refers to lies in its `$defs`, so
 * that circular schemas stay finite. The dialect of OpenAPI 3.0 (`nullable`, boolean `exclusiveMinimum`) is translated.
 */
import { DATA_KEYS, type Located, NAME_MAPS, type References, referenceOf } from './openapi-references.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** `undefined` where the schema is not an object (OpenAPI 3.1 also allows `true`, which says nothing). */
export function standaloneSchema(located: Located, references: References, is30: boolean): JsonSchema | undefined {
  const names = new Map<string, string>();
  const waiting: Located[] = [];

  const nameOf = (target: Located): string => {
    const address = `${target.file}#${target.pointer}`;
    const known = names.get(address);
    if (known !== undefined) return known;
    const last =
      target.pointer
        .split('/')
        .at(-1)
        ?.replace(/[^A-Za-z0-9_.-]/g, '_') || 'root';
    const taken = new Set(names.values());
    const name = taken.has(last) ? `${last}-${names.size}` : last;
    names.set(address, name);
    waiting.push(target);
    return name;
  };

  const translate = (node: unknown, file: string, asNames = false): unknown => {
    if (Array.isArray(node)) return node.map((item) => translate(item, file));
    if (node === null || typeof node !== 'object') return node;
    const result: Record<string, unknown> = {};
    const reference = asNames ? undefined : referenceOf(node);
    const target = reference === undefined ? undefined : references.resolve(reference, file);
    if (target) result['$ref'] = `#/$defs/${nameOf(target)}`;
    // OpenAPI 3.0: everything beside a "$ref" is ignored
    if (target && is30) return result;
    for (const [key, member] of Object.entries(node)) {
      if (target && key === '$ref') continue;
      // a base of its own would make the rewritten references point elsewhere
      if (!asNames && key === '$id') continue;
      if (!asNames && DATA_KEYS.has(key)) result[key] = member;
      else result[key] = translate(member, file, !asNames && NAME_MAPS.has(key));
    }
    return is30 && !asNames ? from30(result) : result;
  };

  const root = translate(located.value, located.file);
  if (root === null || typeof root !== 'object') return undefined;
  const defs: Record<string, unknown> = {};
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const name = names.get(`${next.file}#${next.pointer}`);
    if (name !== undefined) defs[name] = translate(next.value, next.file);
  }
  return Object.keys(defs).length === 0 ? (root as JsonSchema) : { ...root, $defs: defs };
}

/** OpenAPI 3.0.3, Schema Object: where it differs from JSON Schema 2020-12. */
export function from30({ nullable, ...schema }: Record<string, unknown>): Record<string, unknown> {
  for (const side of ['Minimum', 'Maximum'] as const) {
    const exclusive = `exclusive${side}`;
    const bound = side.toLowerCase();
    if (schema[exclusive] === true) {
      schema[exclusive] = schema[bound];
      delete schema[bound];
    } else if (schema[exclusive] === false) delete schema[exclusive];
  }
  if (nullable !== true) return schema;
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(null)) schema['enum'] = [...schema['enum'], null];
  if (typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  return schema;
}
