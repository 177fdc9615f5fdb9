/** What a newer gate10, or somebody else, wrote into a file of ours stays there when the file is written anew. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** A file of ours is small; another one is nobody's field to keep. */
const MAX_BYTES = 10_000_000;

/**
 * `next`, and after its members those of the file's top level that `schema` does not know. Only from a file of the same
 * family (`gate10/scorecard/…`). They are carried, never believed. Never throws: a file that cannot be read has nothing to keep.
 */
export function withUnknownFields<T extends { readonly schema: string }>(
  file: string,
  next: T,
  schema: z.ZodObject,
): T {
  const existing = readObject(file);
  const family = next.schema.replace(/v\d+$/, '');
  if (existing === undefined || typeof existing['schema'] !== 'string') return next;
  if (!existing['schema'].startsWith(family)) return next;
  const known = new Set(Object.keys(schema.shape));
  const unknown = Object.entries(existing).filter(([key]) => !known.has(key) && key !== '__proto__');
  return { ...next, ...Object.fromEntries(unknown) };
}

function readObject(file: string): Record<string, unknown> | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) return undefined;
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
