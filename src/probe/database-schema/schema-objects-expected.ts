/**
 * What has to be in the database once some migrations ran, in their order: tables with their columns, views, indexes.
 * Conservative: what is not understood is not expected, what may have been taken away again is forgotten.
 */
import { Reader } from './schema-objects-reader.ts';
import { readScript } from './schema-objects-sql.ts';

export interface ExpectedObject {
  readonly kind: 'table' | 'view' | 'index' | 'column';
  /** `orders` or `shop.orders`; of a column the name of its table. */
  readonly name: string;
  readonly column?: string;
}

type Expected = Map<string, ExpectedObject>;

const TAKES_AWAY = /\b(?:drop|rename|execute)\b/i;

export function expectedObjects(migrations: readonly string[]): readonly ExpectedObject[] {
  const expected: Expected = new Map();
  for (const sql of migrations) {
    const { statements, bodies } = readScript(sql);
    for (const tokens of statements) readStatement(new Reader(tokens), expected);
    for (const body of bodies.filter((text) => TAKES_AWAY.test(text))) forgetMentioned(body, expected);
  }
  return [...expected.values()];
}

function readStatement(reader: Reader, expected: Expected): void {
  if (reader.take('create')) readCreate(reader, expected);
  else if (reader.take('alter')) readAlter(reader, expected);
  else if (reader.take('drop')) readDrop(reader, expected);
}

function readCreate(reader: Reader, expected: Expected): void {
  const modifiers = reader.takeAll([
    'or',
    'replace',
    'global',
    'local',
    'temp',
    'temporary',
    'unlogged',
    'recursive',
    'materialized',
    'unique',
    'foreign',
  ]);
  if (modifiers.includes('temp') || modifiers.includes('temporary')) return;
  const kind = reader.takeOne(['table', 'view', 'index']);
  reader.take('concurrently');
  reader.takeAll(['if', 'not', 'exists']);
  if (kind === undefined || reader.is('on')) return;
  const name = reader.takeName();
  if (name === undefined) return;
  const index = kind === 'index' ? withSchemaOf(name, reader) : name;
  add(expected, { kind: kind === 'table' || kind === 'view' ? kind : 'index', name: index });
  if (kind === 'table') for (const column of reader.columns()) add(expected, { kind: 'column', name, column });
}

/** An index lies in the schema of its table, which is all that is known of it here. */
function withSchemaOf(index: string, reader: Reader): string {
  reader.takeAll(['on', 'only']);
  const table = reader.takeName() ?? '';
  return table.includes('.') && !index.includes('.') ? `${table.slice(0, table.indexOf('.'))}.${index}` : index;
}

function readAlter(reader: Reader, expected: Expected): void {
  const kind = reader.takeOne(['table', 'index', 'view']);
  reader.takeAll(['if', 'exists', 'only']);
  const name = reader.takeName();
  if (kind === undefined || name === undefined) return;
  for (const action of reader.actions()) readAction(action, { kind, name }, expected);
}

function readAction(reader: Reader, { kind, name }: { kind: string; name: string }, expected: Expected): void {
  if (reader.take('rename')) readRename(reader, { kind, name }, expected);
  else if (reader.take('set')) {
    if (reader.take('schema')) forget(name, expected);
  } else if (kind !== 'table') return;
  else if (reader.take('add')) {
    const named = reader.take('column');
    reader.takeAll(['if', 'not', 'exists']);
    if (!named && reader.isTableRule()) return;
    const column = reader.takePlain();
    if (column !== undefined) add(expected, { kind: 'column', name, column });
  } else if (reader.take('drop')) {
    reader.takeAll(['column', 'if', 'exists']);
    const column = reader.takePlain();
    if (column !== undefined) expected.delete(keyOf({ kind: 'column', name, column }));
  }
}

function readRename(reader: Reader, { kind, name }: { kind: string; name: string }, expected: Expected): void {
  if (reader.take('to')) {
    const to = reader.takePlain();
    const known = [...expected.values()].some((object) => object.name === name);
    forget(name, expected);
    const schema = name.includes('.') ? name.slice(0, name.indexOf('.') + 1) : '';
    if (known && to !== undefined && kind !== 'view')
      add(expected, { kind: kind === 'index' ? 'index' : 'table', name: `${schema}${to}` });
    return;
  }
  if (reader.take('constraint')) return;
  reader.take('column');
  const from = reader.takePlain();
  const to = reader.take('to') ? reader.takePlain() : undefined;
  if (from === undefined || to === undefined) return;
  expected.delete(keyOf({ kind: 'column', name, column: from }));
  add(expected, { kind: 'column', name, column: to });
}

function readDrop(reader: Reader, expected: Expected): void {
  reader.takeAll(['materialized', 'foreign']);
  if (reader.take('schema')) expected.clear();
  if (reader.takeOne(['table', 'view', 'index']) === undefined) return;
  reader.takeAll(['concurrently', 'if', 'exists']);
  for (let name = reader.takeName(); name !== undefined; name = reader.takeName()) {
    forget(name, expected);
    if (!reader.takeSign(',')) return;
  }
}

function add(expected: Expected, object: ExpectedObject): void {
  expected.set(keyOf(object), object);
}

function keyOf({ kind, name, column = '' }: ExpectedObject): string {
  return JSON.stringify([kind === 'column' ? 'column' : 'relation', name, column]);
}

/** With or without its schema: what is dropped under one name may have been made under the other. */
function forget(name: string, expected: Expected): void {
  const plain = plainOf(name);
  for (const [key, object] of expected) if (plainOf(object.name) === plain) expected.delete(key);
}

function forgetMentioned(body: string, expected: Expected): void {
  for (const [key, { name, column }] of expected) {
    if (body.includes(plainOf(name)) || (column !== undefined && body.includes(column))) expected.delete(key);
  }
}

function plainOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
