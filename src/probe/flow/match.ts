/** Compares one value of an answer with what the contract demands of it. */
import { isDeepStrictEqual } from 'node:util';
import { matchPattern } from '../../contract/pattern.ts';
import type { Matcher } from '../../contract/schema.ts';

export type Matched =
  | { readonly ok: true }
  | { readonly ok: false; readonly expected: string; readonly actual: string };

type Conditions = Extract<Matcher, object>;
type Condition = readonly [holds: boolean, expected: string];

type Redact = (text: string) => string;

const MAX_SHOWN_CHARS = 120;
const asIs: Redact = (text) => text;

/** `undefined` = the value is absent; it meets nothing but `present: false`. */
export function matchValue(matcher: Matcher, value: unknown, redact: Redact = asIs): Matched {
  if (matcher === null || typeof matcher !== 'object') {
    return verdict([[value === matcher, JSON.stringify(matcher)]], value, redact);
  }
  return verdict(value === undefined ? absentConditions(matcher) : conditions(matcher, value), value, redact);
}

/** A value as it is shown in a row: JSON, redacted before it is cut, so that no half of a secret is left. */
export function showValue(value: unknown, redact: Redact = asIs): string {
  if (value === undefined) return 'absent';
  const text = redact(JSON.stringify(value));
  return text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS - 1)}…`;
}

function verdict(all: readonly Condition[], value: unknown, redact: Redact): Matched {
  const broken = all.filter(([holds]) => !holds);
  if (broken.length === 0) return { ok: true };
  const expected = redact(broken.map(([, demanded]) => demanded).join(' and '));
  return { ok: false, expected, actual: showValue(value, redact) };
}

function absentConditions(matcher: Conditions): Condition[] {
  if (matcher.present === false && Object.keys(matcher).length === 1) return [[true, 'absent']];
  const demanded = conditions(matcher, undefined).map(([, expected]) => expected);
  return [[false, demanded.length === 0 ? 'present' : demanded.join(' and ')]];
}

function conditions(matcher: Conditions, value: unknown): Condition[] {
  const text = typeof value === 'string' ? value : undefined;
  const list: Condition[] = [];
  if (matcher.present !== undefined) {
    list.push([matcher.present === (value !== undefined), matcher.present ? 'present' : 'absent']);
  }
  if (matcher.equals !== undefined) {
    list.push([isDeepStrictEqual(value, matcher.equals), JSON.stringify(matcher.equals)]);
  }
  if (matcher.oneOf !== undefined) {
    const choices = matcher.oneOf.map((choice) => JSON.stringify(choice)).join(', ');
    list.push([matcher.oneOf.some((choice) => isDeepStrictEqual(value, choice)), `one of ${choices}`]);
  }
  if (matcher.not !== undefined) {
    list.push([!isDeepStrictEqual(value, matcher.not), `other than ${JSON.stringify(matcher.not)}`]);
  }
  if (matcher.type !== undefined) list.push([typeOf(value, matcher.type), `of type ${matcher.type}`]);
  if (matcher.matches !== undefined) {
    list.push([text !== undefined && isMatch(matcher.matches, text), `text that matches /${matcher.matches}/`]);
  }
  if (matcher.contains !== undefined) {
    list.push([contains(value, matcher.contains), `containing ${JSON.stringify(matcher.contains)}`]);
  }
  if (matcher.lacks !== undefined) {
    const searchable = typeof value === 'string' || Array.isArray(value);
    list.push([searchable && !contains(value, matcher.lacks), `without ${JSON.stringify(matcher.lacks)}`]);
  }
  return [...list, ...bounds(matcher, value)];
}

/** Throws where the pattern could not be judged: that is no statement about the answer. */
function isMatch(pattern: string, text: string): boolean {
  const result = matchPattern(pattern, text);
  if (result.kind === 'timeout') {
    throw new Error(
      `the pattern /${pattern}/ was not done within ${result.limitMs} ms; write it without nested repetition`,
    );
  }
  return result.kind === 'match';
}

function bounds({ min, max, minLength, minItems, maxItems }: Conditions, value: unknown): Condition[] {
  const list: Condition[] = [];
  const number = typeof value === 'number' ? value : Number.NaN;
  if (min !== undefined) list.push([number >= min, `a number of at least ${min}`]);
  if (max !== undefined) list.push([number <= max, `a number of at most ${max}`]);
  if (minLength !== undefined) {
    const length = typeof value === 'string' || Array.isArray(value) ? value.length : -1;
    list.push([length >= minLength, `of length ${minLength} or more`]);
  }
  const count = Array.isArray(value) ? value.length : Number.NaN;
  if (minItems !== undefined) list.push([count >= minItems, `a list of at least ${minItems}`]);
  if (maxItems !== undefined) list.push([count <= maxItems, `a list of at most ${maxItems}`]);
  return list;
}

function contains(value: unknown, part: string): boolean {
  if (typeof value === 'string') return value.includes(part);
  return Array.isArray(value) && value.includes(part);
}

function typeOf(value: unknown, type: NonNullable<Conditions['type']>): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'object':
      return value !== null && typeof value === 'object' && !Array.isArray(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return type satisfies never;
  }
}
