/**
 * Which kind of check a row belongs to: `tls.app.mosaic.test.expiry` is of the kind `tls.*.expiry`, a declared promise is a
 * kind of its own. What the contract names (hosts, services, paths, origins) is a `*`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export interface ContractNames {
  /** `layer.id` of each declared promise */
  readonly promises: ReadonlySet<string>;
  /** names, ids and paths, longest first */
  readonly names: readonly string[];
}

/** From the contract that the runs read. */
export function readContractNames(contractsDir: string): ContractNames {
  const contract: unknown = parse(readFileSync(path.join(contractsDir, 'system.yaml'), 'utf8'));
  const promises = listOf(contract, 'promises').map((each) => `${text(each, 'layer')}.${text(each, 'id')}`);
  const ids = ['edges', 'cors'].flatMap((block) => listOf(contract, block).map((each) => text(each, 'id')));
  const pages = listOf(field(contract, 'frontend'), 'pages').map((page) => text(page, 'path'));
  const services = Object.keys((field(contract, 'services') as object | undefined) ?? {});
  const names = [...ids, ...pages, ...services].filter((name) => name !== '');
  return { promises: new Set(promises), names: names.sort((a, b) => b.length - a.length) };
}

const OPERATION = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) \/\S*?(?=\.[a-z][a-z-]+$|$)/g;
/** A name server by its address and port. */
const RESOLVER = /@\S+$/;
const ORIGIN = /https?:\/\/[^\s/]+/g;
const HOST = /\b(?:[a-z0-9-]+\.)+test\b/g;
/** A variable of the target; records of name servers are short and in capitals, too, but stand behind a host. */
const VARIABLE = /^\.[A-Z][A-Z0-9_]+$/;
/** A path up to the next judgement (`.word` at the end). */
const PATH = /\/[^\s]*?(?=\.[a-z-]+$|$)/;

export function checkKind(id: string, { promises, names }: ContractNames): string {
  const plain = id.replace(/#\d+$/, '');
  if (promises.has(plain)) return plain;
  // What a promise wrote is undone by one piece of code, whichever promise and replica it was.
  if (promises.has(plain.replace(/(?:\.replica-\d+)?\.undone$/, ''))) return '*.undone';
  const dot = plain.indexOf('.');
  const [layer, what] = [plain.slice(0, dot), plain.slice(dot + 1)];
  let kind = `.${what}`.replace(OPERATION, '*').replace(ORIGIN, '*').replace(HOST, '*').replace(RESOLVER, '@*');
  for (const name of names) kind = kind.replaceAll(segment(name), '.*');
  kind = kind
    .replace(PATH, '*')
    .replace(/\.(allow|refuse)\.null$/, '.$1.*')
    .replace(/-\d+\b/g, '-*')
    .replace(VARIABLE, '.*');
  return `${layer}${kind}`.replace(/(?:\.\*)+/g, '.*');
}

/** The name as a whole part of an id. */
function segment(name: string): RegExp {
  return new RegExp(`\\.${name.replace(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}(?=\\.|$)`, 'g');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = field(value, key);
  return Array.isArray(list) ? list : [];
}

function text(value: unknown, key: string): string {
  const found = field(value, key);
  return typeof found === 'string' ? found : '';
}
