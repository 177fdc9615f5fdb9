/**
 * A large JSON document with one long list, piece by piece: the items one by one, and at the end the rest with an empty list in
 * its place. So neither the text nor the values of 200,000 tests are ever there all at once, and every item knows its line.
 */
import { isCutToken, jsonFault, placeOf } from './json-fault.ts';

export interface JsonItem {
  readonly value: unknown;
  readonly index: number;
  /** where it begins, from 1 */
  readonly line: number;
  readonly column: number;
}

export interface SplitJson {
  /** the document without the items */
  readonly rest: unknown;
  /** false: there is no such list, and `rest` is the whole document */
  readonly found: boolean;
}

/** Not JSON; where, and whether it was cut off. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly line: number;
  readonly column: number;
  readonly isCutOff: boolean;
  constructor(line: number, column: number, isCutOff: boolean) {
    super('not JSON');
    this.line = line;
    this.column = column;
    this.isCutOff = isCutOff;
  }
}

/** `path` names the members that lead to the list. Throws JsonFault, and what `chunks` throws. */
export function splitJson(
  chunks: Iterable<string>,
  path: readonly string[],
  take: (item: JsonItem) => void,
): SplitJson {
  const window = createWindow(chunks);
  const start = seekList(window, path);
  if (start === undefined) return { rest: parsed(window.text(), { line: 1, column: 1 }, true), found: false };
  const before = window.text().slice(0, start + 1);
  window.drop(start + 1);
  takeItems(window, take);
  const { line, column } = window.place();
  while (window.grow());
  const after = window.text();
  try {
    return { rest: JSON.parse(`${before}${after}`), found: true };
  } catch {
    const fault = jsonFault(`${before}${after}`) ?? 0;
    const isAfter = fault >= before.length;
    throw isAfter
      ? faultAt(after, fault - before.length, { line, column }, true)
      : faultAt(before, fault, { line: 1, column: 1 }, false);
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** What has been read and not yet been taken. */
interface Window {
  readonly text: () => string;
  /** Reads on; false = there is no more. */
  readonly grow: () => boolean;
  /** Forgets the first characters. */
  readonly drop: (count: number) => void;
  /** of the first character that is still there */
  readonly place: () => Place;
}

function createWindow(chunks: Iterable<string>): Window {
  const iterator = chunks[Symbol.iterator]();
  let text = '';
  let at: Place = { line: 1, column: 1 };
  return {
    text: () => text,
    grow: () => {
      const next = iterator.next();
      if (next.done === true) return false;
      text += next.value;
      return true;
    },
    drop: (count) => {
      at = moved(at, text.slice(0, count));
      text = text.slice(count);
    },
    place: () => at,
  };
}

function moved(from: Place, over: string): Place {
  const { line, column } = placeOf(over, over.length);
  return { line: from.line + line - 1, column: line === 1 ? from.column + column - 1 : column };
}

/** Looks again only when twice as much is there: what stands before the list may be long. */
function seekList(window: Window, path: readonly string[]): number | undefined {
  for (let tried = 0; ; ) {
    const more = window.grow();
    if (more && window.text().length < 2 * tried) continue;
    const start = findList(window.text(), path);
    if (start !== undefined || !more) return start;
    tried = window.text().length;
  }
}

/** From behind the `[` to behind the last item; the `]` stays. Taken text is forgotten in pieces, not item by item. */
function takeItems(window: Window, take: (item: JsonItem) => void): void {
  let at = 0;
  let index = 0;
  let place = window.place();
  let placed = 0;
  const placeAt = (offset: number): Place => {
    place = moved(place, window.text().slice(placed, offset));
    placed = offset;
    return place;
  };
  const refill = (): boolean => {
    placeAt(at);
    window.drop(at);
    [at, placed] = [0, 0];
    // What one piece does not hold is looked at again when there is twice as much of it.
    const wanted = 2 * window.text().length;
    let more = window.grow();
    const isMore = more;
    while (more && window.text().length < wanted) more = window.grow();
    return isMore;
  };
  const cutOff = (): JsonFault => {
    const text = window.text().trimEnd();
    return new JsonFault(...placeTuple(moved(placeAt(at), text.slice(at))), true);
  };
  for (let wantsItem = true; ; ) {
    at = skipSpace(window.text(), at);
    const code = window.text().charCodeAt(at);
    if (Number.isNaN(code)) {
      if (!refill()) throw cutOff();
    } else if (code === 0x5d && (index === 0 || !wantsItem)) {
      placeAt(at);
      window.drop(at);
      return;
    } else if (!wantsItem) {
      if (code !== 0x2c) throw new JsonFault(...placeTuple(placeAt(at)), false);
      wantsItem = true;
      at += 1;
    } else {
      let end = skipValue(window.text(), at);
      // A number may go on in the next piece; only what follows shows its end.
      if (end === undefined || end === window.text().length) {
        if (refill()) continue;
        end = skipValue(window.text(), at);
        if (end === undefined) throw cutOff();
      }
      const here = placeAt(at);
      take({ value: parsed(window.text().slice(at, end), here, end === window.text().length), index, ...here });
      index += 1;
      wantsItem = false;
      at = end;
    }
  }
}

function placeTuple({ line, column }: Place): [number, number] {
  return [line, column];
}

function parsed(text: string, from: Place, isWhole: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw faultAt(text, jsonFault(text) ?? 0, from, isWhole);
  }
}

/** `reachesEnd`: the text goes to the end of the file, so that it may have been cut off there. */
function faultAt(text: string, offset: number, from: Place, reachesEnd: boolean): JsonFault {
  const { line, column } = moved(from, text.slice(0, offset));
  return new JsonFault(line, column, reachesEnd && isCutToken(text.slice(offset)));
}

/** The offset of its `[`; undefined = not there, or not there yet. */
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
    if (keyEnd === undefined) return undefined;
    const isWanted = text.slice(at + 1, keyEnd - 1) === wanted;
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') return undefined;
    at = skipSpace(text, at + 1);
    if (isWanted) return at;
    const end = skipValue(text, at);
    if (end === undefined) return undefined;
    at = skipSpace(text, end);
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

/** `from` is at the opening quote; the offset behind the closing one; undefined = it is not there yet. */
function skipString(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

/** The offset behind the value; undefined = its end is not there yet. Brackets are counted, not matched: JSON.parse does the rest. */
function skipValue(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      const end = skipString(text, at);
      if (end === undefined) return undefined;
      at = end;
    } else {
      if (code === 0x7b || code === 0x5b) depth += 1;
      else if (code === 0x7d || code === 0x5d) {
        if (depth === 0) return at;
        depth -= 1;
      } else if (code === 0x2c && depth === 0) return at;
      at += 1;
    }
    if (depth === 0 && (code === 0x22 || code === 0x7d || code === 0x5d)) return at;
  }
  return depth === 0 ? text.length : undefined;
}
