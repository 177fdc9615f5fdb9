/** Writes a file that a person named: one that cannot be written is wrong input, not a fault of gate10. */
import path from 'node:path';
import { InputError } from '../errors.ts';
import { ensureFolder, writeDurably } from '../ledger/durable-file.ts';
import { plainLine } from '../run/plain-text.ts';

/** What a wrong path gives; a full disk is no fault of the path. */
const OF_THE_PATH: ReadonlySet<unknown> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EACCES', 'EPERM', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'],
]);

/** `shownAs`: the path as it was given. Folders are made. Throws InputError, or OwnFaultError where the machine is to blame. */
export function writeNamed(file: string, text: string, option: string, shownAs: string): void {
  try {
    ensureFolder(path.dirname(file));
    writeDurably(file, text);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (!OF_THE_PATH.has(code)) throw error;
    const what = `${option}: it cannot be written (${code})`;
    throw new InputError([{ code: 'cli-out', file: plainLine(shownAs), what, expected: 'a file in a folder' }], {
      cause: error,
    });
  }
}
