/**
 * A large JSON document with one long list: the items one by one, and the rest with an empty list in its place. So 200,000 tests never
 * exist twice, and every item knows where it stands.
 */

export interface JsonItem {
  readonly value: unknown;
  readonly index: number;
  /** in the text */
  readonly offset: number;
}

export interface SplitJson {
  /** the document without the items */
  readonly rest: unknown;
  /** false: there is no such list, and `rest` is the whole document */
  readonly found: boolean;
}

/** `path` names the members that lead to the list. Throws SyntaxError where something is not JSON. */
export function splitJson(text: string, path: readonly string[], take: (item: JsonItem) => void): SplitJson {
  const start = findList(text, path);
  if (start === undefined) return { rest: JSON.parse(text), found: false };
  let at = skipSpace(text, start + 1);
  for (let index = 0; text[at] !== ']'; index += 1) {
    const end = skipValue(text, at);
    take({ value: JSON.parse(text.slice(at, end)), index, offset: at });
    at = skipSpace(text, end);
    if (text[at] === ']') break;
    if (text[at] !== ',') throw new SyntaxError('a list is not closed');
    at = skipSpace(text, at + 1);
    if (text[at] === ']') throw new SyntaxError('a comma before the end of a list');
  }
  return { rest: JSON.parse(`${text.slice(0, start + 1)}${text.slice(at)}`), found: true };
}

/** The offset of its `[`. What is skipped on the way is checked when the rest is parsed. */
function findList(text: string, path: readonly string[]): number | undefined {
  let at = skipSpace(text, 0);
  for (const wanted of path) {
    const value = findMember(text, at, wanted);
    if (value === undefined) return undefined;
    at = value;
  }
  return text[at] === '[' ? at : undefined;
}

function findMember(text: string, open: number, wanted: string): number | undefined {
  if (text[open] !== '{') return undefined;
  for (let at = skipSpace(text, open + 1); text[at] === '"'; ) {
    const keyEnd = skipString(text, at);
    const isWanted = text.slice(at + 1, keyEnd - 1) === wanted;
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') return undefined;
    at = skipSpace(text, at + 1);
    if (isWanted) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] !== ',') return undefined;
    at = skipSpace(text, at + 1);
  }
  return undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 0x20 || (code >= 0x09 && code <= 0x0d); ) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

/** `from` is at the opening quote; the offset behind the closing one. */
function skipString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  throw new SyntaxError('a text is not closed');
}

/** The offset behind the value. Brackets are counted, not matched: JSON.parse does the rest. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = skipString(text, at);
    else {
      if (code === 0x7b || code === 0x5b) depth += 1;
      else if (code === 0x7d || code === 0x5d) {
        if (depth === 0) return at;
        depth -= 1;
      } else if (code === 0x2c && depth === 0) return at;
      at += 1;
    }
    if (depth === 0 && (code === 0x22 || code === 0x7d || code === 0x5d)) return at;
  }
  return text.length;
}
