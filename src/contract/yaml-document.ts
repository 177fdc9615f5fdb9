/**
 * YAML (and so JSON) as plain data, with the line of every value and under limits: one document, depth 64, 100 aliases,
 * 100,000 values, no tags, no merge keys, no duplicate keys, no keys that reach a prototype, no number that would lose its text.
 */
import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Problem } from '../errors.ts';
import { readJsonDocument } from './json-document.ts';
import { type LinePosition, linePosition, lineStarts, nearestNode, type PlaceNode } from './place-tree.ts';
import { quoteHint, toSyntaxProblems } from './yaml-syntax.ts';

const MAX_DEPTH = 64;
const MAX_ALIASES = 100;
/** Well below MAX_DEPTH: where it becomes a question, the YAML reader answers. */
const MAX_JSON_DEPTH = 48;
const MAX_VALUES = 100_000;
const MAX_FOREIGN_VALUES = 1_000_000;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The name of the whole document among its siblings. */
const ROOT = '';

type PlaceMap = Map<string | number, PlaceNode>;
/** Of a scalar: one for all, because a walk meets thousands. Nothing is ever put in. */
const NO_MEMBERS: PlaceMap = new Map();

export type DataPath = readonly (string | number)[];

interface Place {
  readonly line: number;
  readonly column: number;
  /** of the key that names the value, where it has one */
  readonly keyLine: number;
  readonly keyColumn: number;
}

export interface YamlDocument {
  readonly file: string;
  readonly value: unknown;
  /** The place of a value, or of the nearest one above it that exists. */
  readonly place: (path: DataPath) => Place;
}

export type YamlResult =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface YamlOptions {
  /** Values at these paths are the text as written, whatever YAML thinks they are (commit ids such as 1e57859). */
  readonly verbatim?: (path: DataPath) => boolean;
  /** Documents that others wrote (OpenAPI) may hold 64-bit limits and properties called "constructor". */
  readonly foreign?: boolean;
}

/** Never throws: everything that is wrong comes back as problems. */
export function parseYaml(text: string, file: string, options: YamlOptions = {}): YamlResult {
  const { verbatim, foreign } = options;
  const json = readJsonDocument(text, {
    maxDepth: MAX_JSON_DEPTH,
    maxValues: foreign ? MAX_FOREIGN_VALUES : MAX_VALUES,
    verbatim,
  });
  if (json !== undefined) {
    const { value, places } = json;
    const starts = lineStarts(text);
    return {
      ok: true,
      document: { file, value, place: placeFinder(places, (offset) => linePosition(starts, offset)) },
    };
  }
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = tokenise(text, lines);
  if (typeof tokens === 'number') {
    const what = `the file is nested deeper than ${MAX_DEPTH} levels`;
    return { ok: false, problems: [{ code: 'too-deep', ...at(tokens), what, fix: 'Flatten the structure.' }] };
  }
  const documents = [...compose(tokens, text.length)];
  const complaints = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, message, pos }) => ({ code, message, offset: pos[0] })),
  );
  const problems = toSyntaxProblems(complaints, text, at);
  const conflict = text.search(/^(?:<{7} |={7}$|>{7} )/m);
  if (problems.length > 0 && conflict >= 0) {
    const what = 'the file holds the markers of a git conflict';
    problems.unshift({ code: 'git-conflict', ...at(conflict), what, fix: 'Resolve the conflict.' });
  }
  const [document, second] = documents;
  if (second) {
    const what = 'the file holds more than one YAML document';
    problems.push({ code: 'several-documents', ...at(second.range[0]), what, fix: 'Keep one document in each file.' });
  }
  if (problems.length > 0) return { ok: false, problems };
  if (!document?.contents || (isScalar(document.contents) && document.contents.value === null)) {
    const what = 'the file holds no data (it is empty, null or only comments)';
    return { ok: false, problems: [{ code: 'empty', file, line: 1, column: 1, what, expected: 'a mapping' }] };
  }
  return convert(document.contents, (node) => document.anchors(node), { text, file, at, options });
}

function* compose(tokens: readonly CST.Token[], end: number) {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // its check is quadratic; walkMap has a linear one
    uniqueKeys: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(tokens, true, end)) {
    yield {
      contents: document.contents as ParsedNode | null,
      errors: document.errors,
      warnings: document.warnings,
      range: document.range,
      anchors: (node: Node) => (isAlias(node) ? node.resolve(document) : undefined),
    };
  }
}

/** A number = the offset where it nests too deep: seen before anything recursive touches it. */
function tokenise(text: string, lines: LineCounter): CST.Token[] | number {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // the stack also holds the document and the scalar being read
    if (parser.stack.length > MAX_DEPTH + 2) return parser.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

type At = (offset: number) => { file: string; line: number; column: number };

/** The walk from nodes to data; recursion is bounded by MAX_DEPTH, work by MAX_VALUES. */
function convert(
  root: Node,
  resolve: (node: Node) => Node | undefined,
  { text, file, at, options }: { text: string; file: string; at: At; options: YamlOptions },
): YamlResult {
  const problems: Problem[] = [];
  const maxValues = options.foreign ? MAX_FOREIGN_VALUES : MAX_VALUES;
  let aliases = 0;
  let values = 0;
  let stopped = false;
  const refuse = (node: Node | null, code: string, what: string, fix?: string): undefined => {
    problems.push({ code, ...at(node?.range?.[0] ?? 0), what, ...(fix && { fix }) });
    return undefined;
  };
  const stop = (node: Node, code: string, what: string): undefined => {
    stopped = true;
    return refuse(node, code, what, 'Write the values out.');
  };

  const walk = (
    node: Node | null,
    path: DataPath,
    key: Node | undefined,
    depth: number,
    siblings: PlaceMap,
  ): unknown => {
    if (stopped) return undefined;
    values += 1;
    // a block begins a line below the key that people look for
    const isBlock = (isMap(node) || isSeq(node)) && !node.flow;
    const offset = (isBlock ? key?.range?.[0] : undefined) ?? node?.range?.[0] ?? key?.range?.[0] ?? 0;
    const isParent = isMap(node) || isSeq(node);
    const members: PlaceMap = isParent ? new Map() : NO_MEMBERS;
    siblings.set(path.at(-1) ?? ROOT, { at: offset, keyAt: key?.range?.[0] ?? offset, members });
    if (node === null) return null;
    if (depth > MAX_DEPTH) return stop(node, 'too-deep', `aliases nest deeper than ${MAX_DEPTH} levels`);
    if (values > maxValues) return stop(node, 'alias-bomb', `the file expands to more than ${maxValues} values`);
    if (isAlias(node)) {
      aliases += 1;
      if (aliases > MAX_ALIASES) return stop(node, 'alias-bomb', `more than ${MAX_ALIASES} aliases are followed`);
      const target = resolve(node);
      if (!target) return refuse(node, 'unknown-anchor', 'the alias names an anchor that does not exist before it');
      // at the same path: the place of the target is the one that counts
      return walk(target, path, key ?? node, depth + 1, siblings);
    }
    if (isMap(node)) return walkMap(node, path, depth, members);
    if (isSeq(node))
      return node.items.map((item, index) => walk(item as Node, [...path, index], undefined, depth + 1, members));
    return isScalar(node) ? scalar(node, path) : undefined;
  };

  const walkMap = (node: YAMLMap, path: DataPath, depth: number, members: PlaceMap): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      const keyNode = key as Node | null;
      if (!isScalar(keyNode)) {
        const { what = 'a key is not a plain text', fix = 'Write the key as text.' } =
          quoteHint(text, node.range?.[0] ?? 0) ?? {};
        refuse(keyNode ?? node, 'wrong-key', what, fix);
        continue;
      }
      const name = typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? '');
      if (name === '<<') refuse(keyNode, 'merge-key', 'merge keys ("<<") are not read', 'Write the values out.');
      else if (name === '__proto__' || (!options.foreign && FORBIDDEN_KEYS.has(name)))
        refuse(keyNode, 'forbidden-key', `the key "${name}" is not allowed`);
      else if (Object.hasOwn(result, name))
        refuse(keyNode, 'duplicate-key', `the key "${name}" is there twice`, 'Keep one.');
      else result[name] = walk(value as Node | null, [...path, name], keyNode, depth + 1, members);
    }
    return result;
  };

  const scalar = (node: Scalar, path: DataPath): unknown => {
    if (typeof node.value === 'string' || node.value === null) return node.value;
    if (options.verbatim?.(path)) return node.source ?? String(node.value);
    if (!options.foreign && typeof node.value === 'number' && losesText(node.value, node.source ?? '')) {
      return refuse(node, 'lossy-number', 'this reads as a number and would lose its text', 'Put it in quotes.');
    }
    return node.value;
  };

  const top: PlaceMap = new Map();
  const value = walk(root, [], undefined, 1, top);
  const places = top.get(ROOT);
  if (problems.length > 0 || places === undefined) return { ok: false, problems };
  return { ok: true, document: { file, value, place: placeFinder(places, at) } };
}

/** What `at` says of the offsets, for the nearest value above a path that exists. */
function placeFinder(places: PlaceNode, at: (offset: number) => LinePosition): YamlDocument['place'] {
  return (path) => {
    const node = nearestNode(places, path);
    const { line, column } = at(node.at);
    const { line: keyLine, column: keyColumn } = at(node.keyAt);
    return { line, column, keyLine, keyColumn };
  };
}

/** `1e57859` is Infinity, `0123456` is 123456, a long id loses its last digits. */
function losesText(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  if (/^[-+]?0\d/.test(source)) return true;
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
