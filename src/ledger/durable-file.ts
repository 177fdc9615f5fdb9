/** Files that are there as a whole or not at all, and stay there when the power goes. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { ownFault } from './own-fault.ts';

/**
 * Makes a folder and its parents. Step by step: `mkdir` with `recursive` spins for ever below /proc (Node 20–24).
 * Throws OwnFaultError.
 */
export function ensureFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      mkdirSync(each);
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw ownFault(`make the folder ${each}`, cause);
    }
  }
}

/** For files that hold nothing to hide; `PRIVATE` for those of this user alone. */
const PUBLIC = 0o644;
export const PRIVATE = 0o600;

/** Writes `text` to `file`: temporary file, fsync, rename, fsync of the folder. Throws OwnFaultError; the old file stays then. */
export function writeDurably(
  file: string,
  text: string,
  temporary = `${file}.${process.pid}.tmp`,
  mode: number = PUBLIC,
): void {
  try {
    writeSynced(temporary, text, mode);
    renameSync(temporary, file);
    syncFolder(path.dirname(file));
  } catch (cause) {
    // Where this fails too, the first reason is the one to tell.
    if (existsSync(temporary)) rmSync(temporary, { force: true });
    throw ownFault(`write ${file}`, cause);
  }
}

/** Writes `text` to `file` only if nothing is there yet; says whether it did. Throws OwnFaultError. */
export function createDurably(
  file: string,
  text: string,
  temporary = `${file}.${process.pid}.new`,
  mode: number = PUBLIC,
): boolean {
  try {
    writeSynced(temporary, text, mode);
    linkSync(temporary, file); // unlike rename, link refuses to replace
    syncFolder(path.dirname(file));
    return true;
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) return false;
    throw ownFault(`create ${file}`, cause);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Takes a file away for good; one that is not there is no error. Throws OwnFaultError. */
export function removeDurably(file: string): void {
  try {
    rmSync(file, { force: true });
    syncFolder(path.dirname(file));
  } catch (cause) {
    throw ownFault(`remove ${file}`, cause);
  }
}

export function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

function writeSynced(file: string, text: string, mode: number): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  try {
    const bytes = Buffer.from(text, 'utf8');
    // A write may be short; what is missing is written next, and an error ends it.
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
