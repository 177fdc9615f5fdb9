/** Compares what a service answers directly with what its front door makes of it. */
import { isDeepStrictEqual } from 'node:util';
import { showValue } from '../flow/match.ts';
import { isJsonType } from '../http/answer-words.ts';
import { type Answer, headerValues } from '../http/exchange.ts';
import { withoutPointers } from '../http/json-pointer.ts';
import { readJson } from '../http/strict-json.ts';

export interface Difference {
  readonly what: 'status' | 'content type' | 'header' | 'body';
  /** JSON pointer of the first difference in a body; the name of a header. */
  readonly pointer?: string;
  readonly direct: string;
  readonly door: string;
}

export interface CompareRule {
  /** JSON pointers whose values differ from call to call. */
  readonly volatile: readonly string[];
  readonly compare: 'body' | 'shape';
}

/** `undefined` = the front door passes the answer on unchanged. */
export function compareAnswers(
  direct: Answer,
  door: Answer,
  rule: CompareRule,
  redact?: (text: string) => string,
): Difference | undefined {
  if (direct.status !== door.status) {
    return { what: 'status', direct: String(direct.status), door: String(door.status) };
  }
  if (direct.contentType !== door.contentType) {
    return { what: 'content type', direct: direct.contentType || 'none', door: door.contentType || 'none' };
  }
  return isJsonType(direct.contentType) ? compareJson(direct, door, rule, redact) : compareBytes(direct, door, rule);
}

/** The declared headers, which have to come out as they went in. */
export function compareHeaders(direct: Answer, door: Answer, names: readonly string[]): Difference | undefined {
  const lines = (answer: Answer, name: string): string => headerValues(answer, name).join(' and ') || 'absent';
  const changed = names.find((name) => lines(direct, name) !== lines(door, name));
  if (changed === undefined) return undefined;
  return { what: 'header', pointer: changed, direct: lines(direct, changed), door: lines(door, changed) };
}

function compareJson(
  direct: Answer,
  door: Answer,
  { volatile, compare }: CompareRule,
  redact?: (text: string) => string,
): Difference | undefined {
  const [left, right] = [readJson(direct.body, direct.closeDelimited), readJson(door.body, door.closeDelimited)];
  if (!left.ok || !right.ok) {
    if (direct.body.equals(door.body)) return undefined;
    return { what: 'body', direct: left.ok ? 'JSON' : left.why, door: right.ok ? 'JSON' : right.why };
  }
  const [a, b] = [withoutPointers(left.value, volatile), withoutPointers(right.value, volatile)];
  if (isDeepStrictEqual(a, b)) return undefined;
  const found = firstDifference(a, b, '', compare === 'shape');
  if (found === undefined) return undefined;
  const [shownA, shownB] = [showValue(found.a, redact), showValue(found.b, redact)];
  return { what: 'body', pointer: found.pointer, direct: shownA, door: shownB };
}

function compareBytes(direct: Answer, door: Answer, { compare }: CompareRule): Difference | undefined {
  const same =
    compare === 'shape' ? (direct.body.length === 0) === (door.body.length === 0) : direct.body.equals(door.body);
  return same ? undefined : { what: 'body', direct: `${direct.body.length} bytes`, door: `${door.body.length} bytes` };
}

interface Found {
  readonly pointer: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** With `shape`, only the kinds of values and the names of members count; of lists, their first items. */
function firstDifference(a: unknown, b: unknown, pointer: string, shape: boolean): Found | undefined {
  if (kindOf(a) !== kindOf(b)) return { pointer, a, b };
  if (Array.isArray(a) && Array.isArray(b)) return listDifference(a, b, pointer, shape);
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = firstDifference(a[key], b[key], `${pointer}/${key}`, shape);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return shape || isDeepStrictEqual(a, b) ? undefined : { pointer, a, b };
}

function listDifference(a: unknown[], b: unknown[], pointer: string, shape: boolean): Found | undefined {
  if (!shape && a.length !== b.length) return { pointer, a: `${a.length} items`, b: `${b.length} items` };
  if (shape && (a.length === 0 || b.length === 0)) return undefined;
  const count = shape ? 1 : a.length;
  for (let index = 0; index < count; index += 1) {
    const found = firstDifference(a[index], b[index], `${pointer}/${index}`, shape);
    if (found !== undefined) return found;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
