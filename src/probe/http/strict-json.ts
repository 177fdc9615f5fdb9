/** JSON as RFC 8259 has it, and a sentence on what came instead when it is none. */

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string; readonly html: boolean };

const BOM = '\uFEFF';
const HTML_START = /^\s*(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|title|script|div)\b/i;
const NOT_A_NUMBER = /[:[,]\s*(NaN|-?Infinity)\b/;

/** Never throws. `closeDelimited` adds that a cut could not have been noticed. */
export function readJson(body: Uint8Array, closeDelimited = false): JsonReading {
  if (body.byteLength === 0) return refuse('the body is empty');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return refuse('the body is not valid UTF-8');
  }
  if (text.startsWith(BOM)) return refuse('the body begins with a byte order mark, which JSON does not allow');
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, ...explain(text, error, closeDelimited) };
  }
}

/** Whether a body is a web page, by its first element. */
export function looksLikeHtml(text: string): boolean {
  return HTML_START.test(text.slice(0, 1000));
}

function refuse(why: string): JsonReading {
  return { ok: false, why, html: false };
}

function explain(text: string, error: unknown, closeDelimited: boolean): { why: string; html: boolean } {
  if (looksLikeHtml(text)) return { why: 'the body is a web page (HTML), not JSON', html: true };
  const notANumber = NOT_A_NUMBER.exec(text)?.[1];
  if (notANumber !== undefined)
    return { why: `the body contains ${notANumber}, which JSON does not have`, html: false };
  const detail = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 160) : 'unreadable';
  const cut = closeDelimited ? '; it ended with the connection, so it may have been cut off' : '';
  return { why: `the body is not JSON (${detail})${cut}`, html: false };
}
