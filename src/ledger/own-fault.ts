/** Turns what the file system and SQLite say into an OwnFaultError that tells what to do. */
import { InputError, OwnFaultError } from '../errors.ts';

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'No space is left on the device. Free some and run again; what was recorded before is kept.',
  EDQUOT: 'The disk quota is used up. Free some space and run again; what was recorded before is kept.',
  EFBIG: 'The file may not grow any further. Raise the limit (ulimit -f) and run again.',
  EROFS: 'The file system is read-only. Point GATE10_STATE_DIR at a folder that can be written.',
  EACCES: 'Permission is denied. Give this user the right to write there, or point GATE10_STATE_DIR elsewhere.',
  EPERM:
    'The operation is not permitted. Give this user the right to write there, or point GATE10_STATE_DIR elsewhere.',
  ENOENT: 'It does not exist. Point GATE10_STATE_DIR at a folder that can be made.',
  ENOTDIR: 'A part of the path is a file. Point GATE10_STATE_DIR at a folder.',
  ELOOP: 'It is a symbolic link. Put a regular file there.',
  EIO: 'The device reports an input/output error. Check the disk before anything else is recorded.',
};

/** SQLite's primary result codes (sqlite.org/rescode.html) as far as an append or a read can meet them. */
const SQLITE_ADVICE: Readonly<Record<number, string>> = {
  5: 'Another process holds the history for too long. End it, or wait, and run again.',
  6: 'Another process holds the history for too long. End it, or wait, and run again.',
  8: 'It is read-only. Give this user the right to write to the file and its folder, or point GATE10_STATE_DIR elsewhere.',
  10: 'The device reports an input/output error, or is full. Check the disk; what was recorded before is kept.',
  11: 'The file is damaged. Restore it from a copy, or move the state folder away to begin a new history.',
  13: 'No space is left on the device. Free some and run again; what was recorded before is kept.',
  14: 'The file cannot be opened. Check the path and the rights of its folder, or point GATE10_STATE_DIR elsewhere.',
  26: 'The file is not a SQLite database. Restore it from a copy, or move it away to begin a new history.',
};

function adviceFor(cause: unknown): string {
  if (!(cause instanceof Error)) return 'Run again; report it if it stays.';
  const code = 'code' in cause ? String(cause.code) : '';
  const sqlite = 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined;
  return (sqlite === undefined ? ADVICE[code] : SQLITE_ADVICE[sqlite]) ?? 'Run again; report it if it stays.';
}

/** `Failed to <action>: <cause>. <what to do>`; an OwnFaultError stays as it is. */
export function ownFault(action: string, cause: unknown): OwnFaultError {
  if (cause instanceof OwnFaultError) return cause;
  const what = cause instanceof Error ? cause.message : String(cause);
  return new OwnFaultError(`Failed to ${action}: ${what}. ${adviceFor(cause)}`, { cause });
}

/** Does `work`; what it throws becomes an OwnFaultError, but an InputError stays one. */
export function guarded<Result>(action: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw ownFault(action, error);
  }
}
