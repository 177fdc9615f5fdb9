/** The members of a record that another tool wrote: each is read for itself, and everything wrong with them is kept. */
import type { Problem } from '../../errors.ts';
import { readCommit } from './read-commit.ts';
import { type Read, shown, type Wrong, wrong } from './read-field.ts';
import { type TimeRules, toUtc } from './to-utc.ts';
import type { CleanText } from './told-text.ts';

export interface FieldRules extends TimeRules {
  readonly clean: CleanText;
}

export interface Fields {
  readonly problems: readonly Problem[];
  readonly add: (name: string, problem: Wrong) => void;
  /** Absent, null and empty are the same. */
  readonly has: (name: string) => boolean;
  /** It is there, and it is null. */
  readonly isNull: (name: string) => boolean;
  /** The value where it is there; else a problem, unless it has one already. */
  readonly required: <T>(name: string, value: T | undefined) => T | undefined;
  /** One clean line; undefined where nothing of it is left. */
  readonly text: (name: string, maxChars?: number) => string | undefined;
  /** As it is written, for comparison only; numbers as text. */
  readonly raw: (name: string) => string | undefined;
  readonly time: (name: string) => string | undefined;
  readonly commit: (name: string, also?: 'versions' | 'commits-only') => string | undefined;
  readonly minutes: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly word: <T extends string>(name: string, of: readonly T[]) => T | undefined;
  readonly texts: (name: string) => readonly string[] | undefined;
  readonly objects: (name: string) => readonly Fields[] | undefined;
  readonly object: (name: string) => Fields | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** `at` is the path of the record inside the one that a line holds. */
export function readFields(members: Members, rules: FieldRules, at = '', problems: Problem[] = []): Fields {
  const memberOf = (name: string): unknown => (Object.hasOwn(members, name) ? members[name] : undefined);
  const has = (name: string): boolean => !isNothing(memberOf(name));
  const add = (name: string, problem: Wrong): void => {
    problems.push({ code: 'import-field', path: at + name, ...problem });
  };
  function read<T>(name: string, toValue: (value: unknown) => Read<T>): T | undefined {
    if (!has(name)) return undefined;
    const result = toValue(memberOf(name));
    if (result.ok) return result.value;
    add(name, result);
    return undefined;
  }
  const inside = (name: string, value: unknown): Fields | undefined => {
    if (isMembers(value)) return readFields(value, rules, `${at + name}.`, problems);
    add(name, wrong(`${shown(value)} is not a record`, 'a JSON object'));
    return undefined;
  };
  const list = (name: string): readonly unknown[] | undefined => read(name, toList);
  return {
    problems,
    add,
    has,
    isNull: (name) => memberOf(name) === null,
    required: (name, value) => {
      const isNew = value === undefined && !problems.some(({ path }) => path === at + name);
      if (isNew) add(name, wrong('it is missing', 'a value'));
      return value;
    },
    text: (name, maxChars = 1000) => cleanText(read(name, toText), maxChars, rules.clean),
    raw: (name) => read(name, toText),
    time: (name) => read(name, (value) => toUtc(value, rules)),
    commit: (name, also = 'commits-only') => read(name, (value) => readCommit(value, also, rules.clean)),
    minutes: (name) => read(name, toMinutes),
    flag: (name) => read(name, toFlag),
    word: (name, of) => read(name, (value) => toWord(value, of)),
    texts: (name) => list(name)?.flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : [])),
    objects: (name) => list(name)?.flatMap((value, index) => inside(`${name}.${index}`, value) ?? []),
    object: (name) => (has(name) ? inside(name, memberOf(name)) : undefined),
  };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function cleanText(text: string | undefined, maxChars: number, clean: CleanText): string | undefined {
  const value = text === undefined ? '' : clean(text, maxChars);
  return value.trim() === '' ? undefined : value;
}

function toText(value: unknown): Read<string> {
  if (typeof value === 'string') return { ok: true, value };
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { ok: true, value: String(value) };
  return wrong(`${shown(value)} is no text`, 'a text, or a whole number');
}

function toMinutes(value: unknown): Read<number> {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return { ok: true, value };
  return wrong(`${shown(value)} is no number of minutes`, '0 or more');
}

function toFlag(value: unknown): Read<boolean> {
  if (typeof value === 'boolean') return { ok: true, value };
  return wrong(`${shown(value)} is neither true nor false`, 'true or false, without quotes');
}

function toList(value: unknown): Read<readonly unknown[]> {
  return Array.isArray(value) ? { ok: true, value } : wrong(`${shown(value)} is no list`, 'a list');
}

function toWord<T extends string>(value: unknown, of: readonly T[]): Read<T> {
  const found = typeof value === 'string' ? of.find((one) => one.toLowerCase() === value.toLowerCase()) : undefined;
  return found === undefined
    ? wrong(`${shown(value)} is not known`, `one of ${of.join(', ')}`)
    : { ok: true, value: found };
}
