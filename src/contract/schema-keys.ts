/** Which keys a zod schema knows at a path: for "did you mean". */
import { z } from 'zod';
import type { DataPath } from './yaml-document.ts';

export function knownKeys(schema: z.core.$ZodType, path: DataPath): readonly string[] {
  const objects = descend([schema], path).filter((node) => node instanceof z.ZodObject);
  return [...new Set(objects.flatMap((node) => Object.keys(node.shape)))];
}

function descend(schemas: readonly z.core.$ZodType[], path: DataPath): readonly z.core.$ZodType[] {
  const nodes = schemas.flatMap(unwrap);
  const [part, ...rest] = path;
  if (part === undefined) return nodes;
  return descend(
    nodes.flatMap((node) => child(node, part)),
    rest,
  );
}

function child(node: z.core.$ZodType, part: string | number): readonly z.core.$ZodType[] {
  if (node instanceof z.ZodObject) return Object.hasOwn(node.shape, part) ? [node.shape[part] as z.core.$ZodType] : [];
  if (node instanceof z.ZodRecord) return [node.valueType];
  if (node instanceof z.ZodArray) return [node.element];
  return [];
}

function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.def.innerType);
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : [schema];
}
