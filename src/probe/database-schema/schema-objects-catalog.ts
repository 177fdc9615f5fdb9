/** Layer schema over a connection of our own: declared tables, indexes, sequences, as PostgreSQL's catalogs have them. */
import type { Check, ProbeContext } from '../context.ts';
import type { RowPlanner } from '../database/database.ts';
import type { DatabaseSession } from '../database/database-session.ts';
import { type DatabaseUse, type Look, lookAt } from '../database/database-use.ts';
import type { Judgement } from '../row.ts';
import { findRelations, type Relation, splitName } from './schema-objects-relations.ts';

type Database = NonNullable<ProbeContext['system']['contract']['database']>;

/** Rows `schema.tables` (where some are declared), `schema.indexes`, `schema.sequences`. */
export function listSchemaCatalog(database: Database, shared: DatabaseUse, of: RowPlanner): Check[] {
  const check = (what: string, title: string, severity: 'P0' | 'P1', look: Look): Check => ({
    planned: of('schema', what, title, severity, what === 'tables' ? 'database.tables' : undefined),
    observe: (context) => lookAt(shared, context, look),
  });
  const declared = Object.keys(database.tables).length + database.indexes.length > 0;
  return [
    ...(declared
      ? [check('tables', 'The declared tables, columns and indexes are there', 'P0', (s) => judgeDeclared(database, s))]
      : []),
    check('indexes', 'Indexes and constraints are valid', 'P1', (session) => judgeValidity(database, session)),
    check('sequences', 'Sequences have numbers left', 'P1', (session) => judgeSequences(database, session)),
  ];
}

async function judgeDeclared({ tables, indexes }: Database, session: DatabaseSession): Promise<Judgement> {
  const wanted = [...Object.keys(tables), ...indexes];
  const relations = await findRelations(session, wanted);
  const flaws = [
    ...Object.entries(tables).flatMap(([table, columns]) => tableFlaws(table, columns, relations)),
    ...indexes.flatMap((index) => indexFlaws(index, relations)),
  ];
  if (flaws.length === 0) return { status: 'passed', evidence: { found: wanted.length } };
  const message = `The database lacks what is declared: ${flaws.join('; ')}. Look at whether its migrations ran, and ran here.`;
  return { status: 'failed', message, expected: wanted.join(', '), actual: flaws.join('; ') };
}

function tableFlaws(table: string, columns: readonly string[], relations: readonly Relation[]): string[] {
  const found = relations.filter((relation) => relation.answersTo(table) && relation.isTable);
  const [seen = found[0]] = found.filter(({ visible }) => visible || splitName(table).schema !== undefined);
  if (seen === undefined) return [`there is no table ${table}`];
  const hidden =
    seen.visible || splitName(table).schema !== undefined
      ? []
      : [`the table ${table} is in the schema "${seen.schema}", which is not on the search path`];
  const missing = columns.filter((column) => !seen.columns.includes(column));
  return [...hidden, ...missing.map((column) => `the table ${table} has no column ${column}`)];
}

function indexFlaws(index: string, relations: readonly Relation[]): string[] {
  const found = relations.find((relation) => relation.answersTo(index) && relation.isIndex);
  if (found === undefined) return [`there is no index ${index}`];
  return found.valid ? [] : [`the index ${index} is not valid: it is not used. Build it again`];
}

const USER_SCHEMA = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'";

const INVALID = `select c.relname as name, 'index' as kind from pg_index i
    join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where not i.indisvalid and ${USER_SCHEMA}
    and not exists (select 1 from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
  union all
  select o.conname, 'constraint' from pg_constraint o join pg_namespace n on n.oid = o.connamespace
  where not o.convalidated and o.contype in ('c', 'f') and ${USER_SCHEMA}
  order by 2, 1`;

/** An index whose build failed is kept up and never used; a constraint that was not validated may be broken by old rows. */
async function judgeValidity({ known }: Database, session: DatabaseSession): Promise<Judgement> {
  const found = (await session.read(INVALID)).filter(({ name }) => !known.includes(String(name)));
  if (found.length === 0) return { status: 'passed', evidence: { known: known.length } };
  const names = found.slice(0, 10).map(({ kind, name }) => `${String(kind)} ${String(name)}`);
  const message = `${found.length} indexes or constraints are not valid: ${names.join(', ')}. Rebuild (REINDEX) or validate them (VALIDATE CONSTRAINT), or name them under database.known.`;
  return { status: 'warned', message, expected: 'all valid', actual: names.join(', ') };
}

/** The nearer of two ends: the sequence's own, and that of the column that it fills. */
const SEQUENCES = `select format('%I.%I', s.schemaname, s.sequencename) as name, s.last_value::text as last,
    (s.last_value + s.increment_by > top.value) as used_up, (s.last_value::numeric / top.value)::float8 as share
  from pg_sequences s
    left join pg_depend d on d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass
      and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    left join pg_type t on t.oid = a.atttypid
    cross join lateral (select least(s.max_value,
      case t.typname when 'int2' then 32767 when 'int4' then 2147483647 else s.max_value end) as value) top
  where s.increment_by > 0 and not s.cycle and s.last_value is not null
  order by share desc limit 5`;

async function judgeSequences({ sequences }: Database, session: DatabaseSession): Promise<Judgement> {
  const found = (await session.read(SEQUENCES)).map((row) => ({
    name: String(row['name']),
    share: Number(row['share']),
    usedUp: row['used_up'] === true,
  }));
  const [worst] = found;
  if (worst === undefined || (worst.share <= sequences.warnAbove && !worst.usedUp)) {
    return { status: 'passed', evidence: { highest: worst?.share ?? 0 } };
  }
  const percent = `${Math.floor(worst.share * 100)} %`;
  if (worst.usedUp) {
    const message = `The sequence ${worst.name} has no number left: the next row cannot be written. Widen its column (bigint).`;
    return { status: 'failed', message, expected: 'numbers left', actual: percent };
  }
  const message = `The sequence ${worst.name} has used ${percent} of its numbers, expected ≤ ${Math.floor(sequences.warnAbove * 100)} %. Widen its column (bigint) in time.`;
  return { status: 'warned', message, expected: `≤ ${Math.floor(sequences.warnAbove * 100)} %`, actual: percent };
}
