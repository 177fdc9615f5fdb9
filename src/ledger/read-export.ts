/** The rows of an export (`gate10 history export`), each checked: its hash, and its link to the row before it. */
import { z } from 'zod';
import { canonicalJson } from '../contract/canonical.ts';
import { doubtfulKey } from '../contract/doubtful-key.ts';
import { InputError } from '../errors.ts';
import { GENESIS, rowHash, type StoredRow } from './chain.ts';
import { parseJson } from './read-event.ts';
import { readLines } from './read-lines.ts';
import type { LedgerEntry, LedgerEvent } from './schema.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const rowSchema = z.strictObject({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  key: z.string().min(1),
  event: z.record(z.string(), z.unknown()),
  prev: digest,
  hash: digest,
});

export interface ExportOptions {
  /** rows may be missing, as in an export that was cut by time or environment: then each is checked by itself */
  readonly partial: boolean;
}

/** Throws InputError with file and line at the first row that does not hold; who takes rows takes none then. */
export function* readExport(file: string, { partial }: ExportOptions): Generator<LedgerEntry> {
  let before: Pick<StoredRow, 'seq' | 'hash'> = { seq: 0, hash: GENESIS };
  for (const { text, line } of readLines(file)) {
    const place = { file, line };
    const { kept, event } = parseRow(text, place);
    refuseBroken(kept, before, partial, place);
    before = kept;
    // the event itself is checked where it is taken, once
    yield { event: event as LedgerEvent, key: kept.key, kept, place };
  }
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function parseRow(text: string, place: Place): { kept: StoredRow; event: Readonly<Record<string, unknown>> } {
  const written = parseWritten(text);
  if (written !== undefined) return written;
  const value = parseLine(text, place);
  const doubtful = doubtfulKey(text);
  if (doubtful !== undefined)
    throw refusal('import-json', place, `the key ${JSON.stringify(doubtful).slice(0, 60)} is there twice, or no key`);
  const result = rowSchema.safeParse(value);
  if (result.success) {
    const { event, ...row } = result.data;
    return { kept: { ...row, event: hashedText(event, place) }, event };
  }
  const [issue] = result.error.issues;
  const what = `this is no row of a history: ${issue?.message ?? 'it has another shape'}`;
  throw refusal('import-row', place, what, issue?.path.join('.'));
}

/** A line exactly as it is exported: nothing has to be written again to be compared. */
const [AT, EVENT, HASH] = ['{"at":"', '","event":', ',"hash":"'] as const;
const [KEY, PREV, SEQ] = ['","key":"', '","prev":"', '","seq":'] as const;
const DIGEST_CHARS = 64;
const DIGEST = /^[0-9a-f]{64}$/;
const PLAIN = /^[^"\\\u0000-\u001f]+$/;
const NUMBER = /^[1-9][0-9]{0,14}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function parseWritten(text: string): ReturnType<typeof parseRow> | undefined {
  const eventAt = text.indexOf(EVENT);
  const hashAt = text.lastIndexOf(HASH);
  if (!text.startsWith(AT) || eventAt === -1 || hashAt < eventAt) return undefined;
  // By its places from both ends: one expression over all of it takes longer than the rest of the reading.
  const keyAt = hashAt + HASH.length + DIGEST_CHARS;
  const seqAt = text.lastIndexOf(SEQ);
  const prevAt = seqAt - DIGEST_CHARS - PREV.length;
  if (!text.startsWith(KEY, keyAt) || !text.startsWith(PREV, prevAt) || !text.endsWith('}')) return undefined;
  const [hash, prev] = [text.slice(keyAt - DIGEST_CHARS, keyAt), text.slice(seqAt - DIGEST_CHARS, seqAt)];
  const [key, seq] = [text.slice(keyAt + KEY.length, prevAt), text.slice(seqAt + SEQ.length, -1)];
  if (!DIGEST.test(hash) || !DIGEST.test(prev) || !PLAIN.test(key) || !NUMBER.test(seq)) return undefined;
  const at = text.slice(AT.length, eventAt);
  const event = text.slice(eventAt + EVENT.length, hashAt);
  if (!INSTANT.test(at)) return undefined;
  const value = parseJson(event);
  if (!isCanonical(value, event)) return undefined;
  return { kept: { seq: Number(seq), at, key, event, prev, hash }, event: value };
}

function isCanonical(value: unknown, text: string): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && isSorted(value) && JSON.stringify(value) === text;
}

/** `value` comes from JSON.parse: all of its members are its own. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  for (const key in value) {
    if (key < before || !isSorted((value as Readonly<Record<string, unknown>>)[key])) return false;
    before = key;
  }
  return true;
}

/** A number without end, or lists within lists without end, were never part of a history. */
function hashedText(event: unknown, place: Place): string {
  try {
    return canonicalJson(event);
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw refusal('import-row', place, 'this is no row of a history: its event has no canonical form');
  }
}

function parseLine(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('import-json', place, `this line is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function refuseBroken(row: StoredRow, before: Pick<StoredRow, 'seq' | 'hash'>, partial: boolean, place: Place): void {
  const { seq } = row;
  if (rowHash(row) !== row.hash)
    throw refusal('import-edited', place, `the row of seq ${seq} does not have the content that its hash stands for`);
  if (seq <= before.seq)
    throw refusal('import-order', place, `the row of seq ${seq} stands behind that of seq ${before.seq}`);
  if (seq === before.seq + 1) {
    if (row.prev === before.hash) return;
    throw refusal('import-chain', place, `the row of seq ${seq} is chained to another row than the one before it`);
  }
  if (partial) return;
  const what = `the rows from seq ${before.seq + 1} to ${seq - 1} are missing`;
  const fix = 'Export the whole history; for an export that was cut on purpose say --partial.';
  throw new InputError([{ code: 'import-gap', ...place, what, fix }]);
}

function refusal(code: string, place: Place, what: string, path?: string): InputError {
  const expected = '{"at","event","hash","key","prev","seq"} as "gate10 history export" prints it';
  const fix = 'Export it again. Nothing of the file was taken.';
  return new InputError([{ code, ...place, ...(path ? { path } : {}), what, expected, fix }]);
}
