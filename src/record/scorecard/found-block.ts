/** What lies in the state folder under the name of a block, before anything of it is believed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { sha256Hex } from '../../contract/canonical.ts';
import { isCode } from '../../ledger/durable-file.ts';
import { plainLine } from '../../run/plain-text.ts';
import type { BlockFile } from './block-schema.ts';

/** A file that is there, with its digest. `file` is relative to the state folder. */
export interface ReadFile {
  readonly file: string;
  readonly sha256: string;
  readonly value: unknown;
}

export type FoundFile =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'unreadable'; readonly file: string; readonly why: string; readonly sha256?: string }
  | ({ readonly outcome: 'read' } & ReadFile);

export type Unreadable = Extract<FoundFile, { outcome: 'unreadable' }>;

export type FoundBlock =
  | Exclude<FoundFile, { outcome: 'read' }>
  | { readonly outcome: 'read'; readonly file: string; readonly sha256: string; readonly block: BlockFile };

/** A block is a summary; the reports it was made from are elsewhere. */
const MAX_BLOCK_BYTES = 50_000_000;

/** The first of the names that is there. Never throws: what cannot be read says why. */
export function readFirst(stateDir: string, names: readonly string[]): FoundFile {
  for (const file of names) {
    const found = readOne(stateDir, file);
    if (found.outcome !== 'absent') return found;
  }
  return { outcome: 'absent' };
}

function readOne(stateDir: string, file: string): FoundFile {
  let sha256: string | undefined;
  try {
    const bytes = readFileSync(path.join(stateDir, file));
    sha256 = sha256Hex(bytes);
    if (bytes.length > MAX_BLOCK_BYTES) throw new Error(`it has more than ${MAX_BLOCK_BYTES} bytes`);
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { outcome: 'read', file, sha256, value };
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return { outcome: 'absent' };
    const why = plainLine(cause instanceof Error ? cause.message : String(cause));
    return { outcome: 'unreadable', file, why, ...(sha256 !== undefined && { sha256 }) };
  }
}

/** The value as `schema` has it, or the first places where it is not so. */
export function checkFile<T>(
  { file, sha256, value }: ReadFile,
  schema: z.ZodType<T>,
): { readonly ok: true; readonly data: T } | { readonly ok: false; readonly found: Unreadable } {
  const checked = schema.safeParse(value);
  if (checked.success) return { ok: true, data: checked.data };
  const issues = checked.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  return { ok: false, found: { outcome: 'unreadable', file, sha256, why: plainLine(issues.join('; ')) } };
}
