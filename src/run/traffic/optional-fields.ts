/** The members that a schema does not require: those that traffic may never show, without anybody noticing. */
import { alternatives, flatten } from '../../contract/diff/flatten.ts';
import { toPointerSegment } from '../../contract/observed.ts';
import type { JsonSchema } from '../../contract/openapi.ts';

const MAX_DEPTH = 24;

export interface OptionalFields {
  /** how the schema is called; undefined = written out where it is used */
  readonly name: string | undefined;
  /** JSON pointers; items of lists and values of maps are `*` */
  readonly pointers: readonly string[];
}

/** Of a schema that stands alone. What is only written is no part of an answer. Circles are entered once. */
export function optionalFieldsOf(root: JsonSchema): OptionalFields {
  const found = new Set<string>();
  const walk = (schema: unknown, at: string, open: readonly string[]): void => {
    const flat = flatten(schema, root);
    if (open.length > MAX_DEPTH || (flat.name !== undefined && open.includes(flat.name))) return;
    const inside = [...open, flat.name ?? ''];
    for (const variant of alternatives(flat.schema, root)) {
      const required = new Set((variant['required'] ?? []) as string[]);
      for (const [key, member] of Object.entries((variant['properties'] ?? {}) as Record<string, unknown>)) {
        if ((member as { writeOnly?: unknown } | null)?.writeOnly === true) continue;
        const pointer = `${at}/${toPointerSegment(key)}`;
        if (!required.has(key)) found.add(pointer);
        walk(member, pointer, inside);
      }
      for (const part of [variant['items'], variant['additionalProperties']]) {
        if (part !== null && typeof part === 'object') walk(part, `${at}/*`, inside);
      }
    }
  };
  walk(root, '', []);
  return { name: flatten(root, root).name, pointers: [...found].sort() };
}

/** `*` of the schema stands for any name: keys of a map are data. */
export function isSeen(pointer: string, seen: readonly string[]): boolean {
  if (!pointer.includes('/*')) return seen.includes(pointer);
  const wanted = pointer.split('/');
  return seen.some((one) => {
    const given = one.split('/');
    return given.length === wanted.length && wanted.every((part, index) => part === '*' || part === given[index]);
  });
}
