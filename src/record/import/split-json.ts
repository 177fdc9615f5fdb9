/**
 * The records of a JSON text that is too large for the memory: JSON lines, an array, or arrays and objects one after the
 * other as `gh api --paginate` writes them. Arrays around the records are transparent.
 */
import type { Wrong } from './read-field.ts';

/** `line` counts from 1: where the record begins. */
export type SplitItem =
  | { readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  | {
      readonly line: number;
      readonly problem: Wrong;
      /** what stands behind it was not read, or may be a part of it */
      readonly loses?: true;
    };

export interface JsonSplitter {
  /** What has come to its end with this part of the text. */
  readonly push: (text: string) => readonly SplitItem[];
  /** What is still open at the end of the text. */
  readonly end: () => readonly SplitItem[];
}

/** A record of deployments has a few hundred characters. */
export const MAX_RECORD_CHARS = 10_000_000;
const TOO_LONG: Wrong = { what: 'the record is too long', expected: `at most ${MAX_RECORD_CHARS} characters` };
const DOUBLED: Wrong = { what: 'a key stands twice in the record', expected: 'each key once' };
const CUT: Wrong = {
  what: 'the file ends in the middle of a record',
  expected: 'a whole file',
  fix: 'Export it again: what was cut off is missing.',
};

/** Each line is a record where the first line is more than an opening bracket. */
export function createJsonSplitter(): JsonSplitter {
  let begin = '';
  let splitter: JsonSplitter | undefined;
  return {
    push: (text) => {
      if (splitter !== undefined) return splitter.push(text);
      begin += text;
      const first = begin.trimStart();
      const isUndecided = /^(?:\{[ \t\r]*)?$/.test(first) || /^[^[{\n]{1,1000}$/.test(first);
      if (isUndecided && begin.length < MAX_RECORD_CHARS) return [];
      splitter = /^\{[ \t\r]*[^ \t\r\n]/.test(first) ? createLineSplitter() : createStreamSplitter();
      return hinted(splitter.push(begin), first);
    },
    end: () => {
      if (splitter !== undefined) return splitter.end();
      const last = createStreamSplitter();
      return hinted([...last.push(begin), ...last.end()], begin.trimStart());
    },
  };
}

/** What begins like a row of names is CSV. */
function hinted(items: readonly SplitItem[], text: string): readonly SplitItem[] {
  return /^"?[A-Za-z_][\w ]{0,99}"?[,;\t]/.test(text) ? items.map(withCsvHint) : items;
}

function withCsvHint(item: SplitItem): SplitItem {
  if (!('problem' in item)) return item;
  const fix =
    'CSV is not read: it has no types, and tools turn commits into numbers in it. Export JSON lines (docs/import.md).';
  return { ...item, problem: { ...item.problem, fix } };
}

function createLineSplitter(): JsonSplitter {
  let [rest, line, isOver] = ['', 0, false];
  const push = (text: string): readonly SplitItem[] => {
    if (isOver) return [];
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const items: SplitItem[] = [];
    for (const each of lines) {
      line += 1;
      if (each.trim() !== '')
        items.push(each.length > MAX_RECORD_CHARS ? { line, problem: TOO_LONG } : parse(each, line));
    }
    if (rest.length <= MAX_RECORD_CHARS) return items;
    isOver = true;
    return [...items, { line: line + 1, problem: TOO_LONG, loses: true }];
  };
  const end = (): readonly SplitItem[] => {
    if (isOver || rest.trim() === '') return [];
    const item = parse(rest, line + 1);
    const isCut = 'problem' in item && !rest.trimEnd().endsWith('}');
    return [isCut ? { line: line + 1, problem: CUT } : item];
  };
  return { push, end };
}

/** Stops at the first thing that it cannot find its way out of: what follows would be guesses. */
function createStreamSplitter(): JsonSplitter {
  let text = '';
  let [at, start, line, startLine] = [0, -1, 1, 1];
  let [depth, arrays, inString, isOver] = [0, 0, false, false];
  /** in an array, what may come next */
  let next: 'any' | 'value' | 'comma' = 'any';

  function stop(problem: Wrong): SplitItem {
    isOver = true;
    return { line: start < 0 ? line : startLine, problem, loses: true };
  }

  /** Inside a record: to its end, or to the end of what is there. True = it has ended. */
  function inRecord(): boolean {
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) line += 1;
      if (inString) {
        if (code === BACKSLASH) at += 1;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        depth -= 1;
        if (depth > 0) continue;
        at += 1;
        return true;
      }
    }
    return false;
  }

  /** Between records. Undefined = nothing to say. */
  function between(): SplitItem | undefined {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT) {
      [start, startLine] = [at, line];
      return next === 'comma' ? stop(unexpected('{', 'a comma before it')) : undefined;
    }
    at += 1;
    if (code === NEWLINE) line += 1;
    if (code === NEWLINE || code === 0x20 || code === 0x09 || code === 0x0d) return undefined;
    if (code === OPEN_ARRAY && next !== 'comma' && arrays < 2) {
      [arrays, next] = [arrays + 1, 'any'];
      return undefined;
    }
    if (code === CLOSE_ARRAY && arrays > 0 && next !== 'value') {
      arrays -= 1;
      next = arrays > 0 ? 'comma' : 'any';
      return undefined;
    }
    if (code === COMMA && arrays > 0 && next === 'comma') {
      next = 'value';
      return undefined;
    }
    return stop(unexpected(String.fromCharCode(code), 'JSON: an array of records, or one record a line'));
  }

  function scan(): SplitItem[] {
    const items: SplitItem[] = [];
    while (!isOver && at < text.length) {
      if (start < 0) {
        const item = between();
        if (item !== undefined) items.push(item);
      } else if (inRecord()) {
        const isTooLong = at - start > MAX_RECORD_CHARS;
        const item = isTooLong ? { line: startLine, problem: TOO_LONG } : parse(text.slice(start, at), startLine);
        // a quote too few, and the next records look like a part of this one
        items.push('problem' in item && item.problem !== DOUBLED ? { ...item, loses: true } : item);
        [start, next] = [-1, arrays > 0 ? 'comma' : 'any'];
      }
    }
    return items;
  }

  return {
    push: (more) => {
      if (isOver) return [];
      text += more;
      const items = scan();
      const done = start < 0 ? Math.min(at, text.length) : start;
      [text, at, start] = [text.slice(done), at - done, start < 0 ? -1 : 0];
      return !isOver && text.length > MAX_RECORD_CHARS ? [...items, stop(TOO_LONG)] : items;
    },
    end: () => (!isOver && (start >= 0 || arrays > 0) ? [stop(CUT)] : []),
  };
}

const [NEWLINE, QUOTE, COMMA, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY] = [0x0a, 0x22, 0x2c, 0x5b, 0x5c, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT, COLON] = [0x7b, 0x7d, 0x3a];

function unexpected(char: string, expected: string): Wrong {
  return { what: `${JSON.stringify(char)} stands where it does not belong`, expected };
}

/** Of a JSON object, as it is written: JSON.parse keeps the last of two members with the same key, and does not say so. */
function countMembers(text: string): number {
  let [count, depth, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
    else if (code === COLON && depth === 1) count += 1;
  }
  return count;
}

function parse(text: string, line: number): SplitItem {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const isUnambiguous = countMembers(text) === Object.keys(value).length;
      if (isUnambiguous) return { line, value: value as Readonly<Record<string, unknown>> };
      return { line, problem: DOUBLED };
    }
    return { line, problem: { what: 'this is not a record', expected: 'a JSON object: {"…": …}' } };
  } catch (error) {
    const at = Number(/at position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
    const inside = text.slice(0, at).split('\n').length - 1;
    const expected = 'one whole JSON object a line, or an array of them';
    return { line: line + inside, problem: { what: 'this is not JSON', expected } };
  }
}
