/** What reading one told value gives: the value, or what is wrong with it. */
import type { Problem } from '../../errors.ts';

export type Read<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Wrong);

export type Wrong = Pick<Problem, 'what' | 'expected' | 'fix'>;

export function wrong(what: string, expected: string, fix?: string): { readonly ok: false } & Wrong {
  return { ok: false, what, expected, ...(fix === undefined ? {} : { fix }) };
}

/** How a wrong value is shown in a message: short, one line, in quotes where it is a text. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // never written out: a value may be nested deeper than any stack
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a record';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  const line = text.replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
