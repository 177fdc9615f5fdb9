/** A file of JSON records as a stream: however long it is, only a part of it is in memory. */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { InputError } from '../../errors.ts';
import { createJsonSplitter, type SplitItem } from './split-json.ts';

const CHUNK_BYTES = 1_048_576;

export interface RecordStream {
  /** What each part of the file has brought to its end. */
  readonly batches: AsyncIterable<readonly SplitItem[]>;
  /** SHA-256 of the bytes read so far, as hex: of the whole file after the last batch. */
  readonly digest: () => string;
}

/** `shownAs` is how messages name the file. UTF-8, with or without byte order mark. Throws InputError where it is no file. */
export function openJsonRecords(file: string, shownAs: string): RecordStream {
  const stat = statSync(file, { throwIfNoEntry: false });
  const why = stat === undefined ? 'there is no such file' : stat.isFile() ? undefined : 'this is not a regular file';
  if (why !== undefined) throw new InputError([{ code: 'import-file', file: shownAs, what: why, expected: 'a file' }]);
  const hash = createHash('sha256');
  return {
    batches: readBatches(createReadStream(file, { highWaterMark: CHUNK_BYTES }), shownAs, (bytes) =>
      hash.update(bytes),
    ),
    digest: () => hash.copy().digest('hex'),
  };
}

async function* readBatches(
  stream: ReadStream,
  shownAs: string,
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<readonly SplitItem[]> {
  const splitter = createJsonSplitter();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onBytes(chunk);
      const text = decode(decoder, chunk);
      if (text === undefined) return yield [notUtf8(chunk, line)];
      yield splitter.push(text);
      line += countNewlines(chunk);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError([{ code: 'import-file', file: shownAs, what: `it cannot be read (${code ?? message})` }]);
  }
  const last = decode(decoder, undefined);
  yield last === undefined ? [notUtf8(new Uint8Array(), line)] : [...splitter.push(last), ...splitter.end()];
}

/** Undefined = the bytes are no UTF-8. */
function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined): string | undefined {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    return undefined;
  }
}

function notUtf8(chunk: Uint8Array, line: number): SplitItem {
  const text = new TextDecoder('utf-8').decode(chunk);
  const before = text.slice(0, Math.max(0, text.indexOf('\ufffd')));
  const problem = {
    what: 'the bytes are not UTF-8',
    expected: 'JSON in UTF-8',
    fix: 'Convert it, or export it again.',
  };
  return { line: line + before.split('\n').length - 1, problem, loses: true };
}

function countNewlines(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) count += 1;
  return count;
}
