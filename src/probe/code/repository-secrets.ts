/** Secrets in the tracked files of a repository, as they lie in the working tree. The history is not looked at. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type LocatedSecret, locateSecrets, type SecretPatterns } from '../served/bundle-secrets.ts';

export interface FoundSecret {
  readonly file: string;
  /** from 1 */
  readonly line: number;
  readonly pattern: string;
  /** 12 hex digits of the SHA-256 of the value: tells one from another, and shows neither. */
  readonly fingerprint: string;
  /** the value, made unreadable */
  readonly shown: string;
}

export interface SecretScan {
  readonly found: readonly FoundSecret[];
  /** files whose text was searched */
  readonly searched: number;
  /** pictures, archives and the like; links and submodules */
  readonly passedOver: number;
  /** why a file could not be searched, a sentence without its full stop */
  readonly unread: readonly { readonly file: string; readonly why: string }[];
}

export interface ScanInput {
  readonly folder: string;
  /** as git lists them: relative to the folder */
  readonly files: readonly string[];
  readonly patterns: SecretPatterns;
  /** name of an environment variable → its value */
  readonly secrets: ReadonlyMap<string, string>;
  readonly maxFileBytes: number;
}

/** Never throws, and never shows a value. */
export function scanForSecrets({ folder, files, patterns, secrets, maxFileBytes }: ScanInput): SecretScan {
  const found: FoundSecret[] = [];
  const unread: { file: string; why: string }[] = [];
  let searched = 0;
  for (const file of files) {
    const read = readTracked(path.join(folder, file), maxFileBytes);
    if (read === undefined) continue;
    if ('why' in read) {
      unread.push({ file, why: read.why });
      continue;
    }
    searched += 1;
    found.push(...locateSecrets(read.text, patterns, secrets).map((one) => toFound(one, file, read.text)));
  }
  return { found, searched, passedOver: files.length - searched - unread.length, unread };
}

function toFound({ name, index, value }: LocatedSecret, file: string, text: string): FoundSecret {
  const line = text.slice(0, index).split('\n').length;
  const fingerprint = createHash('sha256').update(value).digest('hex').slice(0, 12);
  return { file, line, pattern: name, fingerprint, shown: `${name}, ${value.length} characters` };
}

/** undefined = nothing to search: a link, a submodule, a file that was deleted, one without text. */
function readTracked(file: string, maxBytes: number): { text: string } | { why: string } | undefined {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    if (stats.size > maxBytes) return { why: `it has ${stats.size} bytes, more than ${maxBytes}` };
    return decode(readFileSync(file));
  } catch (error) {
    return { why: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
}

/** UTF-16 is what some shells of Windows write; any other file with a NUL byte is no text. */
function decode(bytes: Buffer): { text: string } | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes) };
  return bytes.includes(0) ? undefined : { text: bytes.toString('utf8') };
}
