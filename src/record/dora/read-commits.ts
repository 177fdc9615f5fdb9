/** Reads `git rev-list --parents --timestamp`: lines of `<Unix time> <id>[ <id of a parent>]…`. */
import { type CommitTable, createCommitTable } from './commit-table.ts';

export interface CommitReader {
  /** A part of the output, cut anywhere. Throws where it is not what git prints. */
  readonly feed: (chunk: Uint8Array) => void;
  /** undefined = git printed nothing */
  readonly table: () => CommitTable | undefined;
}

const [NEWLINE, SPACE, MINUS, ZERO] = [0x0a, 0x20, 0x2d, 0x30];

export function createCommitReader(): CommitReader {
  let rest = new Uint8Array(0);
  let table: CommitTable | undefined;
  let digits = 0;

  function readLines(bytes: Uint8Array, from: number, until: number): void {
    for (let at = from; at < until; ) at = readLine(bytes, at);
  }

  function readLine(bytes: Uint8Array, from: number): number {
    let at = from;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at += 1;
    let seconds = 0;
    for (; bytes[at] !== SPACE; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) throw new Error('Failed to read what git printed: a line begins with no time.');
      seconds = seconds * 10 + digit;
    }
    at += 1;
    if (table === undefined) {
      digits = countDigits(bytes, at);
      table = createCommitTable(digits);
    }
    table.beginCommit(table.intern(bytes, at), isNegative ? -seconds : seconds);
    at += digits;
    while (bytes[at] === SPACE) {
      table.addParent(table.intern(bytes, at + 1));
      at += digits + 1;
    }
    if (bytes[at] !== NEWLINE)
      throw new Error('Failed to read what git printed: a line has something after its commits.');
    return at + 1;
  }

  return {
    feed(chunk) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        rest = Buffer.concat([rest, chunk]);
        return;
      }
      let from = 0;
      if (rest.length > 0) {
        from = chunk.indexOf(NEWLINE) + 1;
        const line = Buffer.concat([rest, chunk.subarray(0, from)]);
        readLines(line, 0, line.length);
      }
      readLines(chunk, from, end);
      rest = chunk.slice(end); // a copy: the chunk is not ours
    },
    table: () => table,
  };
}

function countDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== SPACE && bytes[at] !== NEWLINE) at += 1;
  if (at - from !== 40 && at - from !== 64)
    throw new Error('Failed to read what git printed: a line has no commit id.');
  return at - from;
}
