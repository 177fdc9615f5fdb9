/** zod's issues → problems with a place, what was expected and how to mend it. Never shows a value. */
import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { nearest } from './nearest.ts';
import { knownKeys } from './schema-keys.ts';
import type { DataPath, YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** Enough for a person; a file of garbage has tens of thousands. */
const MAX_PROBLEMS = 100;

/** `document` says where things lie; `schema` says which keys would have been known. */
export function toProblems(issues: readonly Issue[], document: YamlDocument, schema: z.ZodType): Problem[] {
  const problems: Problem[] = [];
  for (const issue of issues) {
    for (const problem of issueProblems(issue, toDataPath(issue.path), document, schema)) {
      if (problems.length >= MAX_PROBLEMS) return [...problems, furtherProblems(document.file)];
      problems.push(problem);
    }
  }
  return problems;
}

function furtherProblems(file: string): Problem {
  return { code: 'more', file, what: `more than ${MAX_PROBLEMS} values are wrong; the rest is not listed` };
}

export function toDataPath(path: readonly PropertyKey[]): DataPath {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}

function* issueProblems(issue: Issue, path: DataPath, document: YamlDocument, schema: z.ZodType): Generator<Problem> {
  const here = (target: DataPath) => {
    const { line, column } = document.place(target);
    return { file: document.file, line, column, path: target.join('.') };
  };
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    for (const key of issue.keys) {
      const { keyLine: line, keyColumn: column } = document.place([...path, key]);
      const guess = nearest(key, known);
      yield {
        code: 'unknown-key',
        file: document.file,
        line,
        column,
        path: [...path, key].join('.'),
        what: `the key "${key}" is not known here`,
        expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no such key',
        fix: guess ? `Did you mean "${guess}"?` : (commaHint(document, [...path, key]) ?? 'Remove it.'),
      };
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    const best = bestBranch(issue);
    if (best) {
      for (const inner of best) yield* issueProblems(inner, [...path, ...toDataPath(inner.path)], document, schema);
      return;
    }
    yield { code: 'wrong-value', ...here(path), what: 'the value has none of the allowed forms', ...allowed(issue) };
    return;
  }
  if (issue.code === 'invalid_type' && isMissing(document, path)) {
    const parent = path.slice(0, -1);
    const name = String(path.at(-1));
    const guess = nearest(name, keysAt(document, parent));
    yield {
      code: 'missing-key',
      ...here(guess ? [...parent, guess] : parent),
      path: path.join('.'),
      what: `"${name}" is missing`,
      expected: expectedType(issue),
      fix: guess ? `Rename "${guess}" to "${name}".` : `Add "${name}".`,
    };
    return;
  }
  const comma = issue.code === 'invalid_key' ? commaHint(document, path) : undefined;
  if (comma !== undefined) {
    yield { code: 'wrong-value', ...here(path), ...inWords(issue), fix: comma };
    return;
  }
  yield { code: issue.code === 'invalid_type' ? 'wrong-type' : 'wrong-value', ...here(path), ...inWords(issue) };
}

/** `{ absent: no API, only pages }`: behind the comma begins a key that has no value. */
function commaHint(document: YamlDocument, path: DataPath): string | undefined {
  if (valueAt(document, path) !== null) return undefined;
  return 'Remove it; where it is part of the text before a comma, put that text in quotes.';
}

function inWords(issue: Issue): Pick<Problem, 'what' | 'expected' | 'fix'> {
  switch (issue.code) {
    case 'invalid_type':
      return { what: 'the value has the wrong type', expected: expectedType(issue) };
    case 'invalid_value':
      return { what: 'the value is not one of those allowed', expected: issue.values.map(String).join(', ') };
    case 'too_big':
      return { what: 'the value is too big', expected: `at most ${issue.maximum}` };
    case 'too_small':
      return {
        what: 'the value is too small',
        expected: `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`,
      };
    case 'invalid_format':
      return { what: 'the value has the wrong form', expected: formatOf(issue) };
    case 'invalid_key':
      return { what: 'the key has the wrong form', expected: issue.issues.map(({ message }) => message).join('; ') };
    default:
      return { what: issue.message };
  }
}

function formatOf(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if (issue.format === 'datetime') return 'a date and time in UTC such as 2026-01-31T12:00:00Z';
  return issue.message.startsWith('Invalid') ? issue.format : issue.message;
}

function expectedType(issue: Extract<Issue, { code: 'invalid_type' }>): string {
  if (issue.expected === 'record' || issue.expected === 'object') return 'a mapping';
  return issue.expected === 'array' ? 'a list' : `a ${issue.expected}`;
}

/** The one branch that takes this type of value: its issues say more than "none of them". */
function bestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined {
  const sameType = issue.errors.filter(
    (branch) =>
      !branch.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')),
  );
  return sameType.length === 1 ? sameType[0] : undefined;
}

function allowed(issue: Extract<Issue, { code: 'invalid_union' }>): Pick<Problem, 'expected'> {
  const forms = issue.errors.flatMap((branch) => branch.slice(0, 1).map((inner) => inWords(inner).expected));
  const known = [...new Set(forms.filter((form) => form !== undefined))];
  return known.length > 0 ? { expected: known.join(' or ') } : {};
}

function valueAt(document: YamlDocument, path: DataPath): unknown {
  let node = document.value;
  for (const part of path) {
    if (node === null || typeof node !== 'object') return undefined;
    node = Object.hasOwn(node, part) ? (node as Record<string | number, unknown>)[part] : undefined;
  }
  return node;
}

function isMissing(document: YamlDocument, path: DataPath): boolean {
  return path.length > 0 && valueAt(document, path) === undefined;
}

function keysAt(document: YamlDocument, path: DataPath): readonly string[] {
  const node = valueAt(document, path);
  return node !== null && typeof node === 'object' && !Array.isArray(node) ? Object.keys(node) : [];
}
