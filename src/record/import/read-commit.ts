/** The commit of a told deployment: an id that no tool on the way has turned into a number. */
import { type Read, shown, wrong } from './read-field.ts';
import type { CleanText } from './told-text.ts';

const COMMIT = /^[0-9a-f]{7,64}$/;
/** Versions and tags: what git allows in the name of a ref, without what a shell, a path or a document would take for its own. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+@/-]{0,199}$/;
/** `1e57859` is a commit; a tool that reads it as a number writes `1e+57859`, `Infinity`, `1.2E10` or `1234567.0`. */
const NUMBER_TEXT = /^[+-]?(?:\d+(?:\.\d*)?e[+-]\d+|\d+\.\d*e\d+|\d{7,}\.0|inf(?:inity)?|nan)$/i;

const LOST =
  'a tool on the way took the commit for a number, and its id is lost (1e57859 becomes 1e+57859 in YAML and spreadsheets)';
const FIX = 'Export it again with the commit as text.';

/** `versions`: a system that only has versions says them in the place of its commit. A secret is no version. */
export function readCommit(value: unknown, also: 'versions' | 'commits-only', clean: CleanText): Read<string> {
  const expected = also === 'versions' ? 'a commit id (7 to 64 hex digits) or a version' : '7 to 64 hex digits';
  if (typeof value === 'number') return wrong(`the commit is the number ${shown(value)}: ${LOST}`, expected, FIX);
  if (typeof value !== 'string') return wrong(`the commit is ${shown(value)}`, expected);
  const text = value.trim();
  if (COMMIT.test(text.toLowerCase())) return { ok: true, value: text.toLowerCase() };
  if (NUMBER_TEXT.test(text)) return wrong(`the commit is ${shown(text)}: ${LOST}`, expected, FIX);
  const isVersion = also === 'versions' && VERSION.test(text) && !text.includes('..');
  if (isVersion && clean(text, 200) === text) return { ok: true, value: text };
  return wrong(`the commit is ${shown(value)}`, expected);
}
