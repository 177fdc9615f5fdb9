/** Takes a value out of an answer: by JSON pointer, header, or regular expression over the body. */
import { matchPattern } from '../../contract/pattern.ts';
import type { Extractor } from '../../contract/schema.ts';
import type { Answer } from '../http/exchange.ts';
import { readPointer } from '../http/json-pointer.ts';
import { readJson } from '../http/strict-json.ts';

export type Extracted = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

/** Numbers and booleans become their text; an absent, null, empty or composite value is no value. */
export function extract(extractor: Extractor, answer: Answer): Extracted {
  if (typeof extractor === 'string') return fromJson(extractor, answer);
  if ('header' in extractor) return fromHeader(extractor, answer);
  return firstGroup(extractor.body, answer.text(), 'the body');
}

function fromJson(pointer: string, answer: Answer): Extracted {
  const reading = readJson(answer.body, answer.closeDelimited);
  if (!reading.ok) return { ok: false, why: reading.why };
  const value = readPointer(reading.value, pointer);
  if (typeof value === 'string' && value !== '') return { ok: true, value };
  if (typeof value === 'number' || typeof value === 'boolean') return { ok: true, value: String(value) };
  const what = value === undefined ? 'absent' : value === '' ? 'empty' : value === null ? 'null' : 'not a single value';
  return { ok: false, why: `${pointer} is ${what}` };
}

function fromHeader({ header, match }: { header: string; match?: string | undefined }, answer: Answer): Extracted {
  const value = answer.headers[header.toLowerCase()];
  if (value === undefined || value === '') return { ok: false, why: `the header ${header} is absent` };
  return match === undefined ? { ok: true, value } : firstGroup(match, value, `the header ${header}`);
}

function firstGroup(pattern: string, text: string, where: string): Extracted {
  const result = matchPattern(pattern, text);
  if (result.kind === 'timeout') return { ok: false, why: `/${pattern}/ took longer than ${result.limitMs} ms` };
  const value = result.kind === 'match' ? (result.groups[1] ?? result.groups[0]) : undefined;
  if (value === undefined || value === '') return { ok: false, why: `${where} does not match /${pattern}/` };
  return { ok: true, value };
}
