/** Objects of JSON: neither lists nor null. */
export function isOwnObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
