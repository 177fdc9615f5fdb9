/** Fields of a service's answers that differ by themselves: what a front door cannot be blamed for. */
import { isJsonType } from '../http/answer-words.ts';
import type { Answer } from '../http/exchange.ts';
import { readJson } from '../http/strict-json.ts';

/** JSON pointers of the smallest values in which any two of the answers differ, as far as both have them. */
export function volatilePointers(answers: readonly Answer[]): string[] {
  const values = answers.flatMap((answer) => {
    const reading = isJsonType(answer.contentType) ? readJson(answer.body, answer.closeDelimited) : undefined;
    return reading?.ok ? [reading.value] : [];
  });
  const found = new Set<string>();
  const [first, ...others] = values;
  for (const other of others) collect(first, other, '', found);
  return [...found];
}

function collect(a: unknown, b: unknown, pointer: string, found: Set<string>): void {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    if (a !== b) found.add(pointer);
    return;
  }
  // A list that changes its length changes as a whole; so do values of different kinds.
  if (Array.isArray(a) !== Array.isArray(b) || (Array.isArray(a) && a.length !== (b as unknown[]).length)) {
    found.add(pointer);
    return;
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(left, key) || !Object.hasOwn(right, key)) found.add(at);
    else collect(left[key], right[key], at, found);
  }
}
