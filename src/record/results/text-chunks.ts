/** The text of a large file, piece by piece: encoding, limits, and the digest of its bytes on the way. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { Problem } from '../../errors.ts';
import type { NothingKnown, WrongFile } from '../json-report.ts';

const CHUNK_BYTES = 1 << 20;
/** Far beyond any suite; what is larger was named by mistake. */
const MAX_FILE_BYTES = 1_000_000_000;

export interface TextFile {
  readonly outcome: 'open';
  readonly bytes: number;
  /** the first piece of the text, to see what it is */
  readonly head: string;
  /** All of the text, `head` included. Once only. Throws EncodingFault. */
  readonly chunks: () => Generator<string>;
  /** hex, of what `chunks` has read */
  readonly sha256: () => string;
  readonly close: () => void;
}

/** The bytes are not text in the encoding of the file. */
export class EncodingFault extends Error {
  override readonly name = 'EncodingFault';
}

/** `file` is absolute; `shownAs` is how messages name it. Whoever opens it closes it. Never throws. */
export function openText(file: string, shownAs: string): TextFile | NothingKnown | WrongFile {
  const wrong = (code: string, what: string, fix: string): WrongFile => ({
    outcome: 'wrong',
    problems: [{ code, file: shownAs, line: 1, what, fix } satisfies Problem],
  });
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const stats = fstatSync(descriptor);
    const refused = !stats.isFile()
      ? wrong('not-a-file', 'this is not a regular file', 'Name a file.')
      : stats.size > MAX_FILE_BYTES
        ? wrong('too-large', `the file has ${stats.size} bytes, ${MAX_FILE_BYTES} are read at most`, 'Split it.')
        : undefined;
    const opened = refused ?? startReading(descriptor, stats.size, wrong);
    if (opened.outcome !== 'open') closeSync(descriptor);
    return opened;
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return { outcome: 'nothing', why: 'there is no such file' };
    return wrong('unreadable-file', `the file cannot be read (${code})`, 'Check its permissions.');
  }
}

type Refuse = (code: string, what: string, fix: string) => WrongFile;

function startReading(descriptor: number, bytes: number, wrong: Refuse): TextFile | NothingKnown | WrongFile {
  const first = readChunk(descriptor);
  if (first.length === 0) return { outcome: 'nothing', why: 'the file is empty' };
  const packed = packedAs(first);
  if (packed !== undefined) return wrong('packed', `this is a ${packed} file`, 'Unpack it first.');
  const encoding = encodingOf(first);
  const decoder = decoderFor(encoding);
  if (decoder === undefined) {
    return wrong('wrong-encoding', `the encoding "${encoding}" is not known`, 'Have it written as UTF-8.');
  }
  const hash = createHash('sha256');
  const head = new TextDecoder(encoding).decode(first);
  if (head.trim() === '' && first.length < CHUNK_BYTES) return { outcome: 'nothing', why: 'the file is empty' };
  function* chunks(): Generator<string> {
    for (let chunk = first; chunk.length > 0; chunk = readChunk(descriptor)) {
      hash.update(chunk);
      yield decode(decoder as TextDecoder, encoding, chunk);
    }
    yield decode(decoder as TextDecoder, encoding);
  }
  return { outcome: 'open', bytes, head, chunks, sha256: () => hash.digest('hex'), close: () => closeSync(descriptor) };
}

function readChunk(descriptor: number): Uint8Array {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for (;;) {
    const read = readSync(descriptor, chunk, filled, CHUNK_BYTES - filled, null);
    filled += read;
    if (read === 0 || filled === CHUNK_BYTES) return chunk.subarray(0, filled);
  }
}

function decode(decoder: TextDecoder, encoding: string, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new EncodingFault(`the bytes are not valid ${encoding}`);
  }
}

function decoderFor(encoding: string): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    return undefined;
  }
}

/** XML 1.0, appendix F: byte order mark, then the zeros of UTF-16, then what the declaration says; else UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/
    .exec(start)?.[1]
    ?.toLowerCase();
  // Who can read this declaration byte by byte does not read UTF-16, whatever it says.
  return declared === undefined || declared.startsWith('utf-16') ? 'utf-8' : declared;
}

function packedAs([a, b]: Uint8Array): string | undefined {
  if (a === 0x1f && b === 0x8b) return 'gzip';
  return a === 0x50 && b === 0x4b ? 'ZIP' : undefined;
}
