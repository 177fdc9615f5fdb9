/** Tables, views, indexes of a database by their names. */
import type { DatabaseSession } from '../database/database-session.ts';

export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly isTable: boolean;
  readonly isIndex: boolean;
  /** Found without naming its schema (search path). */
  readonly visible: boolean;
  /** Of an index: whether it is used. */
  readonly valid: boolean;
  readonly columns: readonly string[];
  /** Whether `orders` or `shop.orders` means it. */
  answersTo(name: string): boolean;
}

const RELATIONS = `select n.nspname as schema, c.relname as name, c.relkind::text as kind,
    pg_table_is_visible(c.oid) as visible, coalesce(i.indisvalid, true) as valid,
    (select coalesce(json_agg(a.attname), '[]'::json) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
  where c.relname = any($1) and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`;

const TABLES = new Set(['r', 'p', 'v', 'm', 'f']);
const INDEXES = new Set(['i', 'I']);

/** All of these names, in every schema. Throws DatabaseQueryError. */
export async function findRelations(session: DatabaseSession, names: readonly string[]): Promise<Relation[]> {
  const plain = [...new Set(names.map((name) => splitName(name).name))];
  const rows = await session.read(RELATIONS, [plain]);
  return rows.map((row) => {
    const [schema, name, kind] = [String(row['schema']), String(row['name']), String(row['kind'])];
    return {
      schema,
      name,
      isTable: TABLES.has(kind),
      isIndex: INDEXES.has(kind),
      visible: row['visible'] === true,
      valid: row['valid'] === true,
      columns: Array.isArray(row['columns']) ? row['columns'].map(String) : [],
      answersTo: (wanted) => {
        const split = splitName(wanted);
        return split.name === name && (split.schema === undefined || split.schema === schema);
      },
    };
  });
}

/** `shop.orders` → schema and name; `orders` → the name alone. */
export function splitName(written: string): { readonly schema: string | undefined; readonly name: string } {
  const dot = written.indexOf('.');
  return dot < 0
    ? { schema: undefined, name: written }
    : { schema: written.slice(0, dot), name: written.slice(dot + 1) };
}
