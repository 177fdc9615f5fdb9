/** What is wrong with the value of a variable, in words that never show it. */

/** Values that somebody meant to replace, and what programs make of a value that is not there. */
const PLACEHOLDER =
  /^(?:undefined|null|nil|nan|\[object object\]|todo|tbd|fixme|x{3,}|\*{3,}|\.{3,}|-+|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this)|insert[-_ ].*|your[-_ ].*|example|placeholder|dummy|<.*>|\$\{.*\}|\$\(.*\)|\{\{.*\}\}|%[A-Za-z_]+%)$/i;
const BYTE_ORDER_MARK = '\uFEFF';
const INVISIBLE = /[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060]/;

/** `undefined` = nothing is wrong that can be seen without knowing what it is for. */
export function flawOfValue(value: string | undefined): string | undefined {
  if (value === undefined) return 'is not set';
  if (value === '') return 'is empty';
  if (value.includes(BYTE_ORDER_MARK)) return 'holds a byte order mark (it was saved by an editor as "UTF-8 with BOM")';
  if (value.trim() === '') return 'holds only white space';
  if (/[\r\n]$/.test(value)) return 'ends with a line break';
  if (value !== value.trim()) return 'begins or ends with white space';
  if (/^(["'`])[\s\S]*\1$/.test(value)) return 'is wrapped in quotes';
  if (INVISIBLE.test(value) && !value.startsWith('-----BEGIN ')) return 'holds invisible characters';
  if (PLACEHOLDER.test(value)) return 'is a placeholder';
  return undefined;
}

export type State = { readonly known: true; readonly flaw: string | undefined } | { readonly known: false };

const USABLE = new Set(['present', 'set', 'ok', 'valid', 'configured', 'defined', 'usable', 'pass', 'yes', 'true']);
const FLAWS: Readonly<Record<string, string>> = {
  missing: 'is not set',
  unset: 'is not set',
  absent: 'is not set',
  undefined: 'is not set',
  null: 'is not set',
  no: 'is not set',
  false: 'is not set',
  empty: 'is empty',
  blank: 'holds only white space',
  whitespace: 'begins or ends with white space',
  padded: 'begins or ends with white space or a line break',
  newline: 'ends with a line break',
  quoted: 'is wrapped in quotes',
  marked: 'holds a byte order mark',
  bom: 'holds a byte order mark',
  placeholder: 'is a placeholder',
  'test-key': 'is a key of the test mode',
  invalid: 'is not usable',
  malformed: 'is not usable',
  fail: 'is not usable',
  error: 'is not usable',
};

/** The word with which a system says what a variable is, alone or as `state`, `status` or `set` of an object. */
export function readState(said: unknown): State {
  if (said === undefined || said === null) return { known: true, flaw: 'is not named in the answer' };
  if (typeof said === 'boolean' || typeof said === 'string') {
    const word = String(said).toLowerCase();
    if (USABLE.has(word)) return { known: true, flaw: undefined };
    const flaw = Object.hasOwn(FLAWS, word) ? FLAWS[word] : undefined;
    return flaw === undefined ? { known: false } : { known: true, flaw };
  }
  if (typeof said !== 'object' || Array.isArray(said)) return { known: false };
  for (const key of ['state', 'status', 'set', 'present', 'configured', 'ok']) {
    if (Object.hasOwn(said, key)) return readState((said as Record<string, unknown>)[key]);
  }
  return { known: false };
}
