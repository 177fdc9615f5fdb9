/** Canonical JSON (RFC 8785: sorted keys, no white space) and digests over it: same content, same bytes. */
import { createHash } from 'node:crypto';

/** Members that are `undefined` are left out, as in JSON.stringify. Throws TypeError on values that JSON has no form for. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`Failed to write canonical JSON: ${value} is not a JSON number.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    let members = '';
    // sort() compares UTF-16 code units, as RFC 8785 asks for
    for (const key of Object.keys(value).sort()) {
      const member = (value as Readonly<Record<string, unknown>>)[key];
      if (member === undefined) continue;
      members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
  }
  throw new TypeError(`Failed to write canonical JSON: a ${typeof value} has no JSON form.`);
}

export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
