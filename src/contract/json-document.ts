/**
 * The fast way through a YAML file that is plain JSON: one pass, the same values and places as the YAML reader gives.
 * `undefined` = not sure. Whatever is wrong, unusual or near a limit is left to the YAML reader, which words the problems.
 */
import type { PlaceNode } from './place-tree.ts';

export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
  /** Values at these paths are the text as written. */
  readonly verbatim?: ((path: readonly (string | number)[]) => boolean) | undefined;
}

export interface JsonDocument {
  readonly value: unknown;
  readonly places: PlaceNode;
}

/** Keys that YAML or a prototype gives a meaning. */
const SPECIAL_KEYS: ReadonlySet<string> = new Set(['<<', '__proto__', 'constructor', 'prototype']);
/** YAML refuses longer ones. */
const MAX_KEY_CHARS = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

/** Ends the pass; never leaves this file. */
class NotSure extends Error {}

export function readJsonDocument(text: string, limits: JsonLimits): JsonDocument | undefined {
  // a tab or a carriage return means something of its own to YAML
  if (!text.startsWith('{') || text.includes('\t') || text.includes('\r')) return undefined;
  try {
    return readWhole(text, limits);
  } catch (error) {
    if (error instanceof NotSure || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readWhole(text: string, { maxDepth, maxValues, verbatim }: JsonLimits): JsonDocument {
  const path: (string | number)[] = [];
  let at = 0;
  let values = 0;

  const skipSpace = (): number => {
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a) {
      at += 1;
      code = text.charCodeAt(at);
    }
    return code;
  };
  const readText = (): string => {
    const start = at;
    let escaped = false;
    for (at += 1; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      // also at the end of the text, where the code is not a number
      if (!(code >= 0x20)) throw new NotSure();
      if (code === 0x5c) {
        escaped = true;
        at += 1;
      }
    }
    at += 1;
    return escaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
  };
  const readWord = (): unknown => {
    WORD.lastIndex = at;
    const [word] = WORD.exec(text) ?? [];
    NUMBER.lastIndex = at;
    const [source] = word === undefined ? (NUMBER.exec(text) ?? []) : [word];
    if (source === undefined) throw new NotSure();
    at += source.length;
    // what follows a plain word is part of it, for YAML
    if (!/[\s,\]}]/.test(text.charAt(at))) throw new NotSure();
    if (word === 'null') return null;
    if (verbatim?.(path)) return source;
    if (word !== undefined) return word === 'true';
    const number = Number(source);
    if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) throw new NotSure();
    return number;
  };

  const readMembers = (members: Map<string | number, PlaceNode>, depth: number): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    at += 1;
    if (skipSpace() === 0x7d) {
      at += 1;
      return result;
    }
    for (;;) {
      if (skipSpace() !== 0x22) throw new NotSure();
      const keyAt = at;
      const key = readText();
      if (at - keyAt > MAX_KEY_CHARS || SPECIAL_KEYS.has(key) || Object.hasOwn(result, key)) throw new NotSure();
      // YAML wants the colon on the line of its key
      if (text.charCodeAt(at) !== 0x3a) throw new NotSure();
      at += 1;
      path.push(key);
      result[key] = readValue(members, key, keyAt, depth);
      path.pop();
      if (isLast(0x7d)) return result;
    }
  };
  const readItems = (members: Map<string | number, PlaceNode>, depth: number): unknown[] => {
    const result: unknown[] = [];
    at += 1;
    if (skipSpace() === 0x5d) {
      at += 1;
      return result;
    }
    for (;;) {
      path.push(result.length);
      result.push(readValue(members, result.length, undefined, depth));
      path.pop();
      if (isLast(0x5d)) return result;
    }
  };
  const isLast = (closing: number): boolean => {
    const code = skipSpace();
    at += 1;
    if (code === closing) return true;
    if (code !== 0x2c) throw new NotSure();
    return false;
  };

  const readValue = (
    parent: Map<string | number, PlaceNode>,
    name: string | number,
    keyAt: number | undefined,
    depth: number,
  ): unknown => {
    values += 1;
    if (depth > maxDepth || values > maxValues) throw new NotSure();
    const code = skipSpace();
    const start = at;
    if (code === 0x22 || (code !== 0x7b && code !== 0x5b)) {
      parent.set(name, { at: start, keyAt: keyAt ?? start });
      return code === 0x22 ? readText() : readWord();
    }
    const members = new Map<string | number, PlaceNode>();
    parent.set(name, { at: start, keyAt: keyAt ?? start, members });
    return code === 0x7b ? readMembers(members, depth + 1) : readItems(members, depth + 1);
  };

  const top = new Map<string | number, PlaceNode>();
  const value = readValue(top, 0, undefined, 1);
  skipSpace();
  const places = top.get(0);
  if (at !== text.length || places === undefined) throw new NotSure();
  return { value, places };
}
