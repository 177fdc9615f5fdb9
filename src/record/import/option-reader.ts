/** Options of a command, each checked for itself, so that everything wrong with them is said at once. */
import { nearest } from '../../contract/nearest.ts';
import type { Problem } from '../../errors.ts';
import { readCommit } from './read-commit.ts';
import { type Read, shown, type Wrong, wrong } from './read-field.ts';
import { toUtc } from './to-utc.ts';
import type { CleanText } from './told-text.ts';

/** As the command line gives them: `rootCause` for `--root-cause`. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface OptionReader {
  /** Every problem that was found so far. */
  readonly problems: readonly Problem[];
  readonly add: (flag: string, problem: Wrong) => void;
  /** The value, or an empty text and a problem. */
  readonly required: (flag: string, read: (flag: string) => string | undefined, expected: string) => string;
  /** One clean line. */
  readonly text: (flag: string) => string | undefined;
  readonly id: (flag: string) => string | undefined;
  /** A system or an environment, as contracts name them. */
  readonly slug: (flag: string) => string | undefined;
  readonly time: (flag: string) => string | undefined;
  readonly commit: (flag: string) => string | undefined;
  readonly url: (flag: string) => string | undefined;
  readonly minutes: (flag: string) => number | undefined;
  readonly choice: <T extends string>(flag: string, of: readonly T[]) => T | undefined;
}

const MAX_TEXT_CHARS = 1000;
const MAX_ID_CHARS = 200;

export function createOptionReader(options: Options, clean: CleanText, now: Date): OptionReader {
  const problems: Problem[] = [];
  const add = (flag: string, problem: Wrong): void => {
    problems.push({ code: `option-${flag}`, ...problem, what: `--${flag}: ${clean(problem.what, MAX_TEXT_CHARS)}` });
  };
  function read<T>(flag: string, toValue: (text: string) => Read<T>): T | undefined {
    const given = options[toCamel(flag)];
    if (typeof given !== 'string') return undefined;
    const result = toValue(given);
    if (result.ok) return result.value;
    add(flag, result);
    return undefined;
  }
  const line = (max: number) => (text: string) => toLine(text, max, clean);
  return {
    problems,
    add,
    required: (flag, readOne, expected) => {
      if (options[toCamel(flag)] === undefined) add(flag, wrong('it is missing', expected));
      return readOne(flag) ?? '';
    },
    text: (flag) => read(flag, line(MAX_TEXT_CHARS)),
    id: (flag) => read(flag, line(MAX_ID_CHARS)),
    slug: (flag) => read(flag, toSlug),
    time: (flag) => read(flag, (text) => toUtc(text, { zoneless: 'refused', now })),
    commit: (flag) => read(flag, (text) => readCommit(text, 'versions', clean)),
    url: (flag) => read(flag, (text) => toUrl(text, clean)),
    minutes: (flag) => read(flag, toMinutes),
    choice: (flag, of) => read(flag, (text) => toChoice(text, of)),
  };
}

function toCamel(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toLine(text: string, max: number, clean: CleanText): Read<string> {
  const value = clean(text, max + 1);
  if (value.trim() === '') return wrong('it is empty', 'a text');
  return value.length <= max ? { ok: true, value } : wrong('it is too long', `at most ${max} characters`);
}

/** The form of names in `contracts/system.yaml`. */
export function toSlug(text: string): Read<string> {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return { ok: true, value: text };
  return wrong(`${shown(text)} is no name`, 'lower-case letters, digits and dashes, at most 63');
}

function toUrl(text: string, clean: CleanText): Read<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isUsable) return wrong('this is not an address', 'http:// or https://, without user name and password');
  return toLine(text, MAX_TEXT_CHARS, clean);
}

function toMinutes(text: string): Read<number> {
  if (/^\d{1,7}(?:\.\d{1,3})?$/.test(text)) return { ok: true, value: Number(text) };
  return wrong(`${shown(text)} is not a number of minutes`, '0 or more, such as 30');
}

function toChoice<T extends string>(text: string, of: readonly T[]): Read<T> {
  const found = of.find((one) => one === text);
  if (found !== undefined) return { ok: true, value: found };
  const guess = nearest(text, of);
  const fix = guess === undefined ? undefined : `Did you mean ${guess}?`;
  return wrong(`${shown(text)} is not known`, `one of ${of.join(', ')}`, fix);
}
