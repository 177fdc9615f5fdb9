/** Where JSON (RFC 8259) stops being JSON. The engine's own message often names no place. */
import type { Problem } from '../../errors.ts';

const TOKEN =
  /[\s]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?![\w.]))/y;

/** The offset of the first character that does not belong there; the end of the text where it was cut off. undefined = it is JSON. */
export function jsonFault(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  /** what may come now */
  let wants: 'value' | 'first' | 'key' | 'first-key' | 'colon' | 'next' = 'value';
  for (let at = 0; ; ) {
    if (wants === 'next' && open.length === 0) {
      const rest = /\S/.exec(text.slice(at));
      return rest === null ? undefined : at + rest.index;
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) return firstSolid(text, at);
    const [whole, mark, string] = found;
    const start = at + whole.length - whole.trimStart().length;
    const next = step(wants, mark, string !== undefined, open);
    if (next === undefined) return start;
    wants = next;
    at += whole.length;
  }
}

type Wants = 'value' | 'first' | 'key' | 'first-key' | 'colon' | 'next';

/** What comes after this token; undefined = it may not stand here. */
function step(wants: Wants, mark: string | undefined, isString: boolean, open: ('{' | '[')[]): Wants | undefined {
  switch (wants) {
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'key':
    case 'first-key':
      if (isString) return 'colon';
      return mark === '}' && wants === 'first-key' ? closed(open) : undefined;
    case 'next':
      if (mark === ',') return open.at(-1) === '{' ? 'key' : 'value';
      return mark === (open.at(-1) === '{' ? '}' : ']') ? closed(open) : undefined;
    case 'value':
    case 'first':
      if (mark === undefined) return 'next';
      if (mark === ']' && wants === 'first') return closed(open);
      if (mark !== '{' && mark !== '[') return undefined;
      open.push(mark);
      return mark === '{' ? 'first-key' : 'first';
  }
}

function closed(open: ('{' | '[')[]): Wants {
  open.pop();
  return 'next';
}

function firstSolid(text: string, at: number): number {
  const rest = /\S/.exec(text.slice(at, at + 10_000));
  return rest === null ? text.trimEnd().length : at + rest.index;
}

/** A text, a number or a word that ends where the file does. */
const CUT_TOKEN = /^(?:"(?:[^"\\]|\\.)*\\?|-?[\d.eE+-]*|[a-z]{1,4})$/s;

/** A text, a number or a word that ends where the file does; or nothing at all. */
export function isCutToken(rest: string): boolean {
  return CUT_TOKEN.test(rest.trimEnd());
}

/** The problem of a text that JSON.parse refused. */
export function notJson(text: string): Omit<Problem, 'file'> {
  const at = jsonFault(text) ?? 0;
  return faultProblem({ ...placeOf(text, at), isCutOff: isCutToken(text.slice(at)) });
}

export function faultProblem(fault: {
  readonly line: number;
  readonly column: number;
  readonly isCutOff: boolean;
}): Omit<Problem, 'file'> {
  const { line, column, isCutOff } = fault;
  if (isCutOff) {
    const fix = 'The tool was stopped, or the disk was full: have it written anew.';
    return { code: 'cut-off', line, column, what: 'the file ends in the middle', fix };
  }
  const fix = 'Have the tool write JSON, and nothing else, into the file.';
  return { code: 'not-json', line, column, what: 'this is not JSON', fix };
}

/** Line and column, from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
