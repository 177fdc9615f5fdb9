/** Secrets in the tracked files of a repository, as they lie in the working tree. The history is not looked at. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type LocatedSecret, locateSecrets, type SecretPatterns } from '../served/bundle-secrets.ts';
import type { SecretLibrary } from './secret-library.ts';

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
  /** false = there was no library, and the patterns alone were looked for */
  readonly byLibrary: boolean;
}

export interface ScanInput {
  readonly folder: string;
  /** as git lists them: relative to the folder */
  readonly files: readonly string[];
  readonly patterns: SecretPatterns;
  /** name of an environment variable → its value */
  readonly secrets: ReadonlyMap<string, string>;
  readonly maxFileBytes: number;
  /** undefined = it is not installed */
  readonly library: SecretLibrary | undefined;
}

/** Never rejects for what is in a file, and never shows a value. */
export async function scanForSecrets(input: ScanInput): Promise<SecretScan> {
  const { folder, files, patterns, secrets, maxFileBytes, library } = input;
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
    const own = locateSecrets(read.text, patterns, secrets);
    const others = (await library?.(read.text, file)) ?? [];
    const located = [...own, ...others.filter((one) => !own.some((each) => isSamePlace(each, one)))];
    found.push(...located.sort((a, b) => a.index - b.index).map((one) => toFound(one, file, read.text)));
  }
  const passedOver = files.length - searched - unread.length;
  return { found, searched, passedOver, unread, byLibrary: library !== undefined };
}

/** What both know is told once, by our own name for it: what is allowed is allowed by that. */
function isSamePlace(a: LocatedSecret, b: LocatedSecret): boolean {
  return a.index < b.index + b.value.length && b.index < a.index + a.value.length;
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
