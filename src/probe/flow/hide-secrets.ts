/** What an answer says under the name of a secret is shown by its kind and size only: nobody declared it, it is one. */

/** Also the captured values that must not appear in any record. */
export const SECRET_NAME = /token|secret|password|cookie|session|key/i;

/** `shown` as it may stand in a row: unchanged, unless the name (of a header, or the last of a JSON pointer) is a secret's. */
export function hideSecret(name: string, value: unknown, shown: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (!SECRET_NAME.test(last) || value === undefined || value === null || typeof value === 'boolean') return shown;
  if (/^set-cookie$/i.test(last)) return shown.replace(/(^|[",\s])([^=;,\s"]+)=[^;"]*/, '$1$2=(not shown)');
  if (typeof value === 'string') return `a text of ${value.length} characters (not shown)`;
  return Array.isArray(value) ? 'a list (not shown)' : `a value of the type ${typeof value} (not shown)`;
}
