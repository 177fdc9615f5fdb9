/** Reads the text of a YAML or JSON file under limits: a regular file of at most 1 MB (or what is said) of UTF-8 without NUL. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import type { Problem } from '../errors.ts';

const MAX_SOURCE_BYTES = 1_000_000;
/** OpenAPI documents are often generated, and then large. */
export const MAX_OPENAPI_BYTES = 20_000_000;

export type SourceResult =
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `shownAs` is how problems name the file: never a path of the machine. Never throws. */
export function readSource(file: string, shownAs: string, maxBytes: number = MAX_SOURCE_BYTES): SourceResult {
  const refuse = (code: string, what: string, fix: string): SourceResult => ({
    ok: false,
    problems: [{ code, file: shownAs, what, fix }],
  });
  try {
    const stats: Stats = statSync(file);
    if (!stats.isFile()) return refuse('not-a-file', 'this is not a regular file', 'Name a file.');
    if (stats.size > maxBytes) return tooLarge(shownAs, stats.size, maxBytes);
    return decodeSource(readFileSync(file), shownAs, maxBytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return refuse('missing-file', 'the file does not exist', `Create ${shownAs}.`);
    return refuse('unreadable-file', `the file cannot be read (${code})`, 'Check its permissions.');
  }
}

/** Bytes → text. A UTF-8 byte order mark is tolerated and removed. */
function decodeSource(bytes: Uint8Array, shownAs: string, maxBytes: number = MAX_SOURCE_BYTES): SourceResult {
  if (bytes.length > maxBytes) return tooLarge(shownAs, bytes.length, maxBytes);
  const refuse = (code: string, what: string, line?: number): SourceResult => ({
    ok: false,
    problems: [{ code, file: shownAs, ...(line && { line, column: 1 }), what, fix: 'Save the file as UTF-8 text.' }],
  });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return refuse('wrong-encoding', 'the file is encoded as UTF-16');
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return refuse('nul-byte', 'the file holds a NUL byte', lineOf(bytes, nul));
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, text, bytes };
  } catch {
    return refuse('wrong-encoding', 'the file is not valid UTF-8');
  }
}

function tooLarge(shownAs: string, size: number, maxBytes: number): SourceResult {
  const what = `the file has ${size} bytes`;
  const expected = `at most ${maxBytes} bytes`;
  return {
    ok: false,
    problems: [{ code: 'too-large', file: shownAs, what, expected, fix: 'Split off what does not belong here.' }],
  };
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at += 1) if (bytes[at] === 0x0a) line += 1;
  return line;
}
