/** Fills `{{name}}` in requests and expectations of promises. */

/** Values by the whole name: `run.id`, `run.nonce`, `secret.NAME`, captured names. */
export type TemplateValues = ReadonlyMap<string, string>;

/** A name without a value: an earlier step did not capture it. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError';
}

const TEMPLATE = /\{\{([^{}]*)\}\}/g;

/** Throws MissingValueError. `encode` is applied to every value (percent-encoding in a path). */
export function fillTemplate(text: string, values: TemplateValues, encode?: (value: string) => string): string {
  if (!text.includes('{{')) return text;
  return text.replaceAll(TEMPLATE, (_, written: string) => {
    const name = written.trim();
    const value = values.get(name);
    if (value === undefined) throw new MissingValueError(`{{${name}}} has no value`);
    return encode === undefined ? value : encode(value);
  });
}

/** Fills every string deep in a JSON value, keys excluded. Returns the same value where nothing is to be filled. */
export function fillDeep<T>(value: T, values: TemplateValues): T {
  return fill(value, values) as T;
}

function fill(value: unknown, values: TemplateValues): unknown {
  if (typeof value === 'string') return fillTemplate(value, values);
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member, values)]));
}
