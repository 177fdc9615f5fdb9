/** A second look at JSON that was taken: whatever two readers could understand in two ways is a finding. */
import { Finding } from './fuzz-parser.ts';

/** Throws Finding for bytes that are no UTF-8, a byte order mark, a key that is there twice, or one that reaches a prototype. */
export function mustBeStrict(bytes: Uint8Array, { bom = false } = {}): void {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !bom }).decode(bytes);
  } catch {
    throw new Finding('it was taken, and is not UTF-8');
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Finding(`it was taken, and is not JSON: ${error}`);
  }
  const key = doubtfulKey(text);
  if (key !== undefined) throw new Finding(`it was taken with the key ${key}`);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** The first key that is there twice or reaches a prototype; `text` is JSON. */
export function doubtfulKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (isKey && token.startsWith('"')) {
      const key = JSON.parse(token) as string;
      const keys = open.at(-1);
      if (keys?.has(key) || key === '__proto__') return token;
      keys?.add(key);
    }
    isKey = (token === '{' || token === ',') && open.at(-1) !== undefined;
  }
  return undefined;
}
