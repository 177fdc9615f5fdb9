/** A request that is nearly right: made for one operation from a seed, with parts of it replaced, dropped or added. */
import fc from 'fast-check';
import type { Draft, FormFields } from '../generic/draft.ts';
import { isOwnObject } from '../generic/own-object.ts';

export interface Change {
  /** which part; counted around */
  readonly place: number;
  readonly how: 'replace' | 'drop' | 'add';
  readonly value: unknown;
}

export interface FuzzCase {
  /** which operation; counted around */
  readonly operation: number;
  readonly seed: number;
  /** share of what is optional, in quarters */
  readonly optionals: number;
  readonly changes: readonly Change[];
}

/** What parsers, databases and templates trip over. */
const STRANGE = [
  '\0',
  'a\0b',
  '\ud800',
  '\u202e\u0000',
  '',
  ' ',
  '\r\nx: y',
  "' or 1=1 --",
  '%00',
  '%',
  '../../etc/passwd',
  '<%= 7 * 7 %>',
  '{{7*7}}',
  '__proto__',
  'a'.repeat(5000),
  '𝕌𝕟𝕚'.repeat(30),
  'İ',
  'ß@ß.example',
  '2026-02-30T25:61:61Z',
  'NaN',
  -0,
  -1,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  2 ** 63,
  null,
  [],
  {},
  [[[[]]]],
] as const;

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...STRANGE) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(200),
  how: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add'),
  value,
});

/** Without any change the request is right: one case in four or so. */
export const fuzzCase: fc.Arbitrary<FuzzCase> = fc.record({
  operation: fc.nat(999),
  seed: fc.nat(1_000_000),
  optionals: fc.nat(4),
  changes: fc.array(change, { maxLength: 3 }),
});

/** Where a change can be made; each takes the draft and gives the changed one. */
type Slot = (draft: Draft, change: Change) => Draft;

export function applyChanges(draft: Draft, changes: readonly Change[]): Draft {
  return changes.reduce((changed, one) => {
    const slots = slotsOf(changed);
    const slot = slots[one.place % Math.max(1, slots.length)];
    return slot === undefined ? changed : slot(changed, one);
  }, draft);
}

function slotsOf(draft: Draft): readonly Slot[] {
  const { parameters } = draft.operation;
  const inPlace = (place: 'path' | 'query'): Slot[] =>
    parameters
      .filter((one) => one.in === place)
      .map(
        ({ name }) =>
          (old, change) =>
            changeText(old, place, name, change),
      );
  const { body } = draft;
  const inBody: Slot[] = body?.kind === 'json' ? pointersOf(body.value).map(bodySlot) : [];
  const inForm: Slot[] = body?.kind === 'form' ? Object.keys(body.fields).map(formSlot) : [];
  const whole: Slot[] = body === undefined ? [] : [rawBody, otherType];
  return [...inPlace('path'), ...inPlace('query'), ...inBody, ...inForm, ...whole];
}

/** A path without its parameter is another path: there nothing is dropped. */
function changeText(draft: Draft, place: 'path' | 'query', name: string, { how, value: raw }: Change): Draft {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  if (place === 'path')
    return text === '' || text === '.' || text === '..' ? draft : { ...draft, path: { ...draft.path, [name]: text } };
  if (how === 'drop')
    return { ...draft, query: Object.fromEntries(Object.entries(draft.query).filter(([key]) => key !== name)) };
  return { ...draft, query: { ...draft.query, [how === 'add' ? 'gate10' : name]: text } };
}

function pointersOf(body: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(body)) return [at, ...body.flatMap((item, index) => pointersOf(item, [...at, index]))];
  if (!isOwnObject(body)) return [at];
  return [at, ...Object.entries(body).flatMap(([key, member]) => pointersOf(member, [...at, key]))];
}

function bodySlot(at: readonly (string | number)[]): Slot {
  return (draft, change) => {
    if (draft.body?.kind !== 'json') return draft;
    return { ...draft, body: { ...draft.body, value: changeAt(draft.body.value, at, change) } };
  };
}

function changeAt(node: unknown, [key, ...rest]: readonly (string | number)[], change: Change): unknown {
  if (key === undefined) return changeHere(node, change);
  if (Array.isArray(node)) {
    if (change.how === 'drop' && rest.length === 0) return node.filter((_, index) => index !== key);
    return node.map((item, index) => (index === key ? changeAt(item, rest, change) : item));
  }
  if (!isOwnObject(node)) return node;
  if (change.how === 'drop' && rest.length === 0) {
    return Object.fromEntries(Object.entries(node).filter(([name]) => name !== key));
  }
  return { ...node, [key]: changeAt(node[key], rest, change) };
}

function changeHere(node: unknown, { how, value: made }: Change): unknown {
  if (how !== 'add') return made;
  if (Array.isArray(node)) return [...node, made];
  return isOwnObject(node) ? { ...node, [String(made).slice(0, 40)]: made } : made;
}

function formSlot(name: string): Slot {
  return (draft, { how, value: raw, place }) => {
    if (draft.body?.kind !== 'form') return draft;
    const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
    const { [name]: field, ...others } = draft.body.fields;
    if (how === 'drop' || field === undefined)
      return { ...draft, body: { kind: 'form', fields: { ...others, other: text } } };
    return { ...draft, body: { kind: 'form', fields: { ...others, [name]: changeField(field, text, place) } } };
  };
}

function changeField(field: FormFields[string], text: string, place: number): FormFields[string] {
  if (typeof field === 'string') return text;
  if (place % 3 === 0) return { ...field, fileName: text };
  return place % 3 === 1 ? { ...field, content: text } : { ...field, contentType: lineOf(text) };
}

const rawBody: Slot = (draft, { value: raw }) => {
  const type = draft.body?.kind === 'json' ? draft.body.type : 'multipart/form-data; boundary=b';
  return { ...draft, body: { kind: 'raw', type, text: typeof raw === 'string' ? raw : JSON.stringify(raw) } };
};

const otherType: Slot = (draft, { value: raw }) => {
  const text = draft.body?.kind === 'json' ? JSON.stringify(draft.body.value) : '';
  return { ...draft, body: { kind: 'raw', type: lineOf(String(raw)) || undefined, text } };
};

/** What a client can put into a header at all (RFC 9110 §5.5). */
function lineOf(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 100);
}
