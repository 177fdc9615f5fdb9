/** Inputs that are nearly right: documents with something wrong in their structure, texts with pieces of another, and bytes. */
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import type { Form, FuzzParser } from './fuzz-parser.ts';
import { KEYS, PIECES, RAW, VALUES } from './strange-values.ts';

/** A document as pairs, so that a key can be there twice. */
type Tree =
  | { readonly pairs: (readonly [key: string, value: Tree])[] }
  | { readonly items: Tree[] }
  | { leaf: unknown };

const MAX_DEPTH = 500;
const MAX_CHARS = 200_000;

/** Any input of a parser. */
export async function inputsOf({ samples, form, words = [] }: FuzzParser): Promise<fc.Arbitrary<Uint8Array>> {
  const texts = await samples();
  const trees = texts.flatMap((text) => treesOf(text, form));
  const structural = trees.length === 0 ? [] : [{ weight: 6, arbitrary: restructured(trees, form) }];
  return fc.oneof(
    ...structural,
    { weight: 5, arbitrary: damagedText(texts, words) },
    { weight: 2, arbitrary: encoded(texts) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map(toBytes) },
  );
}

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

function treesOf(text: string, form: Form): Tree[][] {
  if (form === 'text') return [];
  if (form === 'lines')
    return [
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => toTree(JSON.parse(line))),
    ];
  return [parseAllDocuments(text).map((document) => toTree(document.toJS({ maxAliasCount: -1 })))];
}

function toTree(value: unknown): Tree {
  if (Array.isArray(value)) return { items: value.map(toTree) };
  if (value === null || typeof value !== 'object') return { leaf: value };
  return { pairs: Object.entries(value).map(([key, member]) => [key, toTree(member)] as const) };
}

interface Edit {
  readonly at: number;
  readonly op: 'drop' | 'double' | 'retype' | 'raw' | 'rename' | 'wrap' | 'add' | 'swap' | 'repeat';
  readonly value: unknown;
  readonly raw: string;
  readonly key: string;
  readonly times: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  op: fc.constantFrom('drop', 'double', 'retype', 'retype', 'raw', 'rename', 'wrap', 'add', 'swap', 'repeat'),
  value: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  ),
  raw: fc.constantFrom(...RAW),
  key: fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 })),
  times: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 70 }) },
    { weight: 1, arbitrary: fc.constant(MAX_DEPTH) },
  ),
});

/** One of the documents with some of its places changed, as this form is written. */
function restructured(documents: readonly (readonly Tree[])[], form: Form): fc.Arbitrary<Uint8Array> {
  const given = fc.record({
    of: fc.constantFrom(...documents),
    which: fc.nat(100),
    edits: fc.array(edit, { minLength: 0, maxLength: 3 }),
    asBlock: fc.boolean(),
    indent: fc.constantFrom('', '', ' ', '  ', '\t'),
    newline: fc.constantFrom('\n', '\n', '\n', '\r\n'),
  });
  return given.map(({ of, which, edits, asBlock, indent, newline }) => {
    const parts = of.map(cloneOf);
    const chosen = which % Math.max(1, parts.length);
    const tree = parts[chosen];
    if (tree !== undefined) parts[chosen] = edits.reduce(changed, tree);
    const texts = parts.map((part) => write(part, form, { asBlock, indent: form === 'lines' ? '' : indent }));
    return toBytes(texts.join(form === 'lines' ? '\n' : '\n---\n').replaceAll('\n', newline));
  });
}

function changed(tree: Tree, { at, op, value, raw, key, times }: Edit): Tree {
  const places = placesIn(tree);
  const place = places[at % places.length];
  if (place === undefined) return op === 'retype' ? toTree(value) : tree;
  const { parent, index } = place;
  const list: (Tree | readonly [string, Tree])[] = 'pairs' in parent ? parent.pairs : parent.items;
  const [name, old] = 'pairs' in parent ? (parent.pairs[index] ?? ['', tree]) : ['', parent.items[index] ?? tree];
  const put = (member: Tree, as: string = name): Tree | readonly [string, Tree] =>
    'pairs' in parent ? [as, member] : member;
  const other = places[(at * 7 + 3) % places.length];
  const swapped =
    other && ('pairs' in other.parent ? other.parent.pairs[other.index]?.[1] : other.parent.items[other.index]);
  switch (op) {
    case 'drop':
      list.splice(index, 1);
      break;
    case 'double':
      list.splice(index, 0, put(old));
      break;
    case 'retype':
      list[index] = put(toTree(value));
      break;
    case 'raw':
      list[index] = put({ leaf: new Raw(raw) });
      break;
    case 'rename':
      list[index] = put(old, key);
      break;
    case 'add':
      list.splice(index, 0, put(toTree(value), key));
      break;
    case 'swap':
      list[index] = put(cloneOf(swapped ?? old));
      break;
    case 'wrap':
      list[index] = put(Array.from({ length: times }).reduce<Tree>((inner) => ({ items: [inner] }), old));
      break;
    case 'repeat':
      for (let turn = 0; turn < Math.min(times, 70); turn += 1) list.splice(index, 0, put(old, `${name}${turn}`));
      break;
  }
  return tree;
}

/** What is nested too deeply to be copied stays where it is. */
function cloneOf(tree: Tree): Tree {
  try {
    return structuredClone(tree);
  } catch {
    return { leaf: null };
  }
}

class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

interface Place {
  readonly parent: Exclude<Tree, { leaf: unknown }>;
  readonly index: number;
}

/** Breadth first, so that what stands high up is met as often as what is deep inside. */
function placesIn(tree: Tree): Place[] {
  const found: Place[] = [];
  const waiting: Tree[] = [tree];
  for (let next = waiting.shift(); next !== undefined && found.length < 3000; next = waiting.shift()) {
    if ('leaf' in next) continue;
    const members = 'pairs' in next ? next.pairs.map(([, member]) => member) : next.items;
    for (const [index, member] of members.entries()) {
      found.push({ parent: next, index });
      waiting.push(member);
    }
  }
  return found;
}

function write(
  tree: Tree,
  form: Form,
  { asBlock, indent }: { readonly asBlock: boolean; readonly indent: string },
): string {
  const isPlain = form === 'yaml' && asBlock && !hasRaw(tree);
  return isPlain ? stringify(toValue(tree), { version: '1.2', aliasDuplicateObjects: false }) : toJson(tree, indent);
}

function hasRaw(tree: Tree): boolean {
  const text = toJson(tree, '');
  return text.length > 20_000 || depthOf(text) > 100 || RAW.some((raw) => text.includes(raw));
}

function depthOf(text: string): number {
  return /(\[{100})/.test(text) ? 101 : 0;
}

function toValue(tree: Tree): unknown {
  if ('leaf' in tree) return tree.leaf;
  if ('items' in tree) return tree.items.map(toValue);
  return new Map(tree.pairs.map(([key, member]) => [key, toValue(member)]));
}

/** Without recursion: the depth is part of what is tried. */
function toJson(tree: Tree, indent: string): string {
  const parts: string[] = [];
  const waiting: (Tree | string)[] = [tree];
  const line = (depth: number): string => (indent === '' || depth > 60 ? '' : `\n${indent.repeat(depth)}`);
  let [depth, length] = [0, 0];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // a document that grew beyond all measure is cut off
    length += typeof next === 'string' ? next.length : 4;
    if (length > MAX_CHARS) break;
    if (typeof next === 'string') {
      if (next === ']' || next === '}') {
        depth -= 1;
        parts.push(line(depth));
      }
      parts.push(next);
      if (next === ',') parts.push(line(depth));
    } else if ('leaf' in next)
      parts.push(next.leaf instanceof Raw ? next.leaf.text : (JSON.stringify(next.leaf) ?? 'null'));
    else {
      const isMap = 'pairs' in next;
      depth += 1;
      parts.push(isMap ? '{' : '[', line(depth));
      const members: (Tree | string)[] =
        'pairs' in next
          ? next.pairs.flatMap(([key, member], index) => [
              ...(index > 0 ? [','] : []),
              `${JSON.stringify(key)}: `,
              member,
            ])
          : next.items.flatMap((member, index) => [...(index > 0 ? [','] : []), member]);
      waiting.push(isMap ? '}' : ']', ...members.reverse());
    }
  }
  return parts.join('');
}

/** Pieces cut out, doubled, or replaced by what means something. */
function damagedText(texts: readonly string[], words: readonly string[]): fc.Arbitrary<Uint8Array> {
  const put = fc.oneof(
    fc.constantFrom(...PIECES, ...words),
    fc.constantFrom(...PIECES, ...words),
    fc.string({ maxLength: 10, unit: 'binary' }),
    fc.nat(1000),
  );
  const cut = fc.record({ at: fc.nat(1_000_000), length: fc.oneof(fc.nat(4), fc.nat(60)), put });
  return fc.tuple(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 5 })).map(([text, cuts]) =>
    toBytes(
      cuts.reduce((now, { at, length, put: piece }) => {
        const start = at % (now.length + 1);
        // a number stands for a piece of the text itself
        const insert = typeof piece === 'number' ? now.slice(piece % (now.length + 1)).slice(0, 80) : piece;
        return now.slice(0, start) + insert + now.slice(start + length);
      }, text),
    ),
  );
}

const DEPTHS = [1, 65, 1000, 20_000];

/** Nested too deeply, cut off, in another encoding, with a byte order mark, with bytes that are no UTF-8. */
function encoded(texts: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...texts), fc.nat(1_000_000), fc.nat(8), fc.nat(255)).map(([text, at, how, byte]) => {
    const bytes = Buffer.from(text, 'utf8');
    const start = at % (bytes.length + 1);
    switch (how) {
      case 6: {
        const depth = DEPTHS[byte % DEPTHS.length] ?? 0;
        return Buffer.from(`${'['.repeat(depth)}${text}${']'.repeat(depth)}`);
      }
      case 7: {
        const [open, close] = ['[{"a":'.repeat(byte * 40), '}]'.repeat(byte * 40)];
        return Buffer.from(text.replace(/: ?(?=["\d])/, (colon) => `${colon}${open}1${close},"b":`));
      }
      case 0:
        return bytes.subarray(0, start);
      case 1:
        return Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytes]);
      case 2:
        return Buffer.from(`\ufeff${text}`, 'utf16le');
      case 3:
        return Buffer.concat([bytes.subarray(0, start), Buffer.of(byte), bytes.subarray(start)]);
      case 4:
        return Buffer.concat([bytes.subarray(0, start), Buffer.of(0x80 | byte), bytes.subarray(start + 1)]);
      default:
        return Buffer.from(text.replaceAll('\n', '\r\n'), 'utf8');
    }
  });
}
