/** The lines of a file of any size, a piece at a time. Synchronous: it is read within the transaction that takes the lines. */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { InputError } from '../errors.ts';

const PIECE_BYTES = 1 << 16;
/** The longest row: an event's reasons are cut, so that even this is out of all proportion. */
const LINE_LIMIT = 64 << 20;

export interface Line {
  readonly text: string;
  /** counted from 1 */
  readonly line: number;
}

/** Empty lines are left out. Throws InputError where the file cannot be read or a line never ends. */
export function* readLines(file: string): Generator<Line> {
  let line = 0;
  let rest = '';
  for (const piece of readPieces(file)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LIMIT) throw unreadable(file, `line ${line + lines.length + 1} does not end`);
    for (const text of lines) {
      line++;
      if (text.trim() !== '') yield { text, line };
    }
  }
  if (rest.trim() !== '') yield { text: rest, line: line + 1 };
}

function* readPieces(file: string): Generator<string> {
  const descriptor = open(file);
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(PIECE_BYTES);
    for (let bytes = read(file, descriptor, buffer); bytes > 0; bytes = read(file, descriptor, buffer))
      yield decoder.write(buffer.subarray(0, bytes));
    yield decoder.end();
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw unreadable(file, reasonOf(cause));
  }
}

function read(file: string, descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch (cause) {
    throw unreadable(file, reasonOf(cause));
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function unreadable(file: string, why: string): InputError {
  return new InputError([
    { code: 'unreadable-file', file, what: `this file cannot be read: ${why}`, fix: 'name a file of JSON lines' },
  ]);
}
