/** The checkpoint: count and head of the history, kept outside the database, so that a cut or exchanged one is noticed. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../contract/canonical.ts';
import { InputError, OwnFaultError } from '../errors.ts';
import { GENESIS } from './chain.ts';
import { createDurably, isCode, writeDurably } from './durable-file.ts';
import { ownFault } from './own-fault.ts';
import type { Checkpoint } from './schema.ts';

const checkpointSchema = z.strictObject({
  count: z.int().nonnegative(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
});

/** The checkpoint in `file`; undefined where there is none. Throws OwnFaultError where there is something else. */
export function readCheckpoint(file: string): Checkpoint | undefined {
  const text = readOrUndefined(file);
  if (text === undefined) return undefined;
  const parsed = parse(text);
  if (parsed) return parsed;
  throw new OwnFaultError(
    `Failed to read ${file}: it is not a checkpoint (expected {"at","count","head"}). Restore it from a copy; without it a shortened history cannot be told from a whole one.`,
  );
}

/** The same for a file that a person named: whatever is wrong with it is an InputError. */
export function readGivenCheckpoint(file: string): Checkpoint {
  const read = readText(file);
  const parsed = 'text' in read ? parse(read.text) : undefined;
  if (parsed) return parsed;
  const isMissing = 'cause' in read && isCode(read.cause, 'ENOENT');
  throw new InputError([
    {
      code: 'checkpoint',
      file,
      what: isMissing ? 'this checkpoint does not exist' : 'this is not a checkpoint',
      expected: 'a copy of checkpoint.json: {"at","count","head"}',
      fix: 'name a file that an earlier run wrote (GATE10_CHECKPOINT, or checkpoint.json of the state folder)',
    },
  ]);
}

/** Callers hold the history's write lock: the last writer has the longest history. Throws OwnFaultError. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  writeDurably(file, `${canonicalJson(checkpoint)}\n`, `${file}.tmp`);
}

/** Notes that a history begins here; an existing checkpoint stays as it is. */
export function beginCheckpoint(file: string, at: string): void {
  createDurably(file, `${canonicalJson({ count: 0, head: GENESIS, at })}\n`);
}

function readOrUndefined(file: string): string | undefined {
  const read = readText(file);
  if ('text' in read) return read.text;
  if (isCode(read.cause, 'ENOENT')) return undefined;
  throw ownFault(`read ${file}`, read.cause);
}

function readText(file: string): { readonly text: string } | { readonly cause: unknown } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (cause) {
    return { cause };
  }
}

function parse(text: string): Checkpoint | undefined {
  try {
    const result = checkpointSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
