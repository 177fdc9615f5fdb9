/** The digest of a file that a release consists of. What a link leads to outside the project is none of it. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

export type ReadArtifact =
  | { readonly state: 'read'; readonly sha256: string; readonly bytes: number }
  | { readonly state: 'absent' | 'outside' | 'not-a-file' | 'unreadable' };

const CHUNK_BYTES = 1 << 20;

/** `folder` is absolute, `name` relative to it. Never throws; memory does not grow with the file. */
export function readArtifact(folder: string, name: string): ReadArtifact {
  try {
    const file = realpathSync(path.join(folder, name));
    const within = path.relative(realpathSync(folder), file);
    if (within.startsWith('..') || path.isAbsolute(within)) return { state: 'outside' };
    if (!statSync(file).isFile()) return { state: 'not-a-file' };
    return { state: 'read', ...digestOf(file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { state: code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable' };
  }
}

function digestOf(file: string): { readonly sha256: string; readonly bytes: number } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    let bytes = 0;
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    closeSync(descriptor);
  }
}
