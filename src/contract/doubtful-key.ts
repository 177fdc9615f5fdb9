/** Keys of JSON that two readers take for two things: one that is there twice, and one that reaches a prototype. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** The first of them; `text` is JSON. */
export function doubtfulKey(text: string): string | undefined {
  // of each open bracket; a list has no keys
  const open: (Set<unknown> | undefined)[] = [];
  let isKey = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (isKey && token !== ',') {
      const key: unknown = JSON.parse(token);
      const keys = open.at(-1);
      if (keys?.has(key) || key === '__proto__') return String(key);
      keys?.add(key);
    }
    isKey = (token === '{' || token === ',') && open.at(-1) !== undefined;
  }
  return undefined;
}
