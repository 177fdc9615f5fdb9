/**
 * One redactor in front of every writer: secrets are replaced by `[redacted:NAME]` in every form in which they travel:
 * raw, URL-encoded, JSON-escaped, base64 (three alignments, standard and URL alphabet), hex, and inside a Basic pair.
 */

/** Shorter secrets would redact ordinary text; they are reported by `notRedactable`. */
export const MIN_SECRET_CHARS = 6;

export type Redactor = (text: string) => string;

/** Names of the secrets that are too short to be redacted safely. */
export function notRedactable(secrets: ReadonlyMap<string, string>): readonly string[] {
  return [...secrets].filter(([, value]) => value.length < MIN_SECRET_CHARS).map(([name]) => name);
}

/** Longer forms are replaced first, so that a secret that holds another leaves nothing behind. */
export function createRedactor(secrets: ReadonlyMap<string, string>): Redactor {
  const forms = new Map<string, string>();
  for (const [name, value] of secrets) {
    if (value.length < MIN_SECRET_CHARS) continue;
    for (const form of formsOf(value)) if (!forms.has(form)) forms.set(form, name);
  }
  if (forms.size === 0) return (text) => text;
  const longestFirst = [...forms.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gi');
  const byFolded = new Map([...forms].map(([form, name]) => [form.toLowerCase(), name]));
  return (text) => text.replace(pattern, (found) => `[redacted:${byFolded.get(found.toLowerCase()) ?? 'secret'}]`);
}

/** The redactor applied to every string of a JSON value, keys included. Returns a copy. */
export function redactJson<T>(value: T, redact: Redactor): T {
  return walk(value, redact) as T;
}

function walk(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, redact));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [redact(key), walk(member, redact)]));
}

function formsOf(value: string): ReadonlySet<string> {
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Set<string>([value, JSON.stringify(value).slice(1, -1), asciiJson(value)]);
  const percent = encodeURIComponent(value.toWellFormed());
  forms.add(percent);
  forms.add(strictPercent(bytes));
  forms.add(new URLSearchParams([['', value]]).toString().slice(1));
  forms.add([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  forms.add(bytes.toString('hex'));
  for (const aligned of base64Alignments(bytes)) {
    forms.add(aligned);
    forms.add(encodeURIComponent(aligned));
    forms.add(aligned.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** JSON as writers put it that escape everything beyond ASCII. */
function asciiJson(value: string): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  return escaped.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** RFC 3986: everything but the unreserved characters is encoded (encodeURIComponent leaves !'()* alone). */
function strictPercent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/**
 * The characters of a base64 text that depend on the secret alone, for each place in a triple at which it may begin:
 * so `user:secret` (Basic) and any other text around it are found too.
 */
function base64Alignments(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((lead * 8) / 6);
    const end = Math.floor(((lead + bytes.length) * 8) / 6);
    return text.slice(first, end);
  });
}
