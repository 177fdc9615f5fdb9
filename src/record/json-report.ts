/** A JSON file that another tool wrote: what is in it, or why that cannot be known. */

import type { z } from 'zod';
import { toProblems } from '../contract/issues.ts';
import { parseYaml, type YamlDocument } from '../contract/yaml-document.ts';
import { readSource } from '../contract/yaml-source.ts';
import type { Problem } from '../errors.ts';

/** Scans of large images are large. */
const MAX_REPORT_BYTES = 100_000_000;

/** The tool did not do its work: nothing is known. `why` is a sentence without its full stop. */
export interface NothingKnown {
  readonly outcome: 'nothing';
  readonly why: string;
}

/** The file is not what it is taken for. */
export interface WrongFile {
  readonly outcome: 'wrong';
  readonly problems: readonly Problem[];
}

export interface JsonReport {
  readonly outcome: 'read';
  readonly value: unknown;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** `file` is absolute; `shownAs` is how messages name it. Never throws. */
export function readJsonReport(file: string, shownAs: string): JsonReport | NothingKnown | WrongFile {
  const source = readSource(file, shownAs, MAX_REPORT_BYTES);
  if (!source.ok) {
    const isMissing = source.problems.some(({ code }) => code === 'missing-file');
    if (isMissing) return { outcome: 'nothing', why: 'there is no such file' };
    return { outcome: 'wrong', problems: source.problems };
  }
  const { text, bytes } = source;
  if (text.trim() === '') return { outcome: 'nothing', why: 'the file is empty' };
  const parsed = parseJson(text);
  if ('why' in parsed) return { outcome: 'nothing', why: parsed.why };
  if ('problem' in parsed) return { outcome: 'wrong', problems: [{ file: shownAs, ...parsed.problem }] };
  return { outcome: 'read', value: parsed.value, text, bytes };
}

/** The value as the schema has it, or every place where it is not so. `format` names what it was taken for. */
export function checkReport<T>(
  { value, text }: JsonReport,
  { schema, format, shownAs }: { readonly schema: z.ZodType<T>; readonly format: string; readonly shownAs: string },
): { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problems: readonly Problem[] } {
  const checked = schema.safeParse(value);
  if (checked.success) return { ok: true, data: checked.data };
  const problems = toProblems(checked.error.issues, placesIn(text, shownAs, value), schema);
  return { ok: false, problems: problems.map((one) => ({ ...one, what: `${one.what} for ${format}` })) };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

type Parsed = { readonly value: unknown } | { readonly why: string } | { readonly problem: Omit<Problem, 'file'> };

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const message = (error as Error).message;
    const isCut = /^\s*[[{]/.test(text) && /Unexpected end|Unterminated/.test(message);
    if (isCut || isCutAfterValue(text, message)) return { why: 'the file ends in the middle: it was cut off' };
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
    const before = text.slice(0, at).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    const fix = 'Have the tool write JSON, and nothing else, into the file.';
    return {
      problem: { code: 'not-json', ...place, what: 'this is not JSON', expected: 'the JSON of a tool', fix },
    };
  }
}

/** `{"a": 1` and `{"a": tr`: the error is at the very end of the text. */
function isCutAfterValue(text: string, message: string): boolean {
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
  return /^\s*[[{]/.test(text) && at >= text.trimEnd().length;
}

/** Where things lie in the text; the first line for all where even that cannot be told. */
function placesIn(text: string, file: string, value: unknown): YamlDocument {
  const parsed = parseYaml(text, file, { foreign: true });
  if (parsed.ok) return { ...parsed.document, value };
  return { file, value, place: () => ({ line: 1, column: 1, keyLine: 1, keyColumn: 1 }) };
}
