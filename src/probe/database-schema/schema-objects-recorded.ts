/** What the database itself has recorded of its migrations, in the tables of the usual tools. */
import type { ProbeContext } from '../context.ts';
import type { DatabaseRow, DatabaseSession } from '../database/database-session.ts';
import type { Judgement } from '../row.ts';
import type { Migration } from './schema-objects-migrations.ts';
import { findRelations, type Relation, splitName } from './schema-objects-relations.ts';

interface Book {
  readonly table: string;
  readonly column: string;
  /** Column and condition that say of a row that its migration did not come to its end. */
  readonly failed?: readonly [column: string, condition: string];
}

/** Rails, dbmate, golang-migrate · Flyway · Prisma · goose · Knex · node-pg-migrate · Sequelize · TypeORM · Laravel */
const BOOKS: readonly Book[] = [
  { table: 'schema_migrations', column: 'version', failed: ['dirty', 'dirty'] },
  { table: 'flyway_schema_history', column: 'version', failed: ['success', 'not success'] },
  {
    table: '_prisma_migrations',
    column: 'migration_name',
    failed: ['finished_at', 'finished_at is null and rolled_back_at is null'],
  },
  { table: 'goose_db_version', column: 'version_id' },
  { table: 'knex_migrations', column: 'name' },
  { table: 'pgmigrations', column: 'name' },
  { table: 'SequelizeMeta', column: 'name' },
  { table: 'migrations', column: 'name' },
  { table: 'migrations', column: 'migration' },
];

const NO_BOOK =
  'The database has none of the tables in which the usual tools record migrations: it was not compared what was applied. Name it under database.migrations.';

export async function judgeRecorded(
  migrations: readonly Migration[],
  session: DatabaseSession,
  { system }: ProbeContext,
): Promise<Judgement> {
  const declared = system.contract.database?.migrations;
  const books = declared === undefined ? BOOKS : [declared];
  const relations = await findRelations(
    session,
    books.map(({ table }) => table),
  );
  const found = books.flatMap((book) => {
    const relation = relations.find((one) => one.answersTo(book.table) && one.columns.includes(book.column));
    return relation === undefined ? [] : [{ book, relation }];
  })[0];
  if (found === undefined) {
    if (declared === undefined) return { status: 'warned', message: NO_BOOK, actual: 'no such table' };
    const message = `The database has no table ${declared.table} with a column ${declared.column}: no migration is recorded. Look at whether this is the right database.`;
    return { status: 'failed', message, expected: declared.table, actual: 'no such table' };
  }
  return judgeRows(await readBook(found.book, found.relation, session), migrations, found.book.table);
}

async function readBook(
  book: Book,
  { schema, columns }: Relation,
  session: DatabaseSession,
): Promise<readonly DatabaseRow[]> {
  const { failed } = book;
  const flag = failed !== undefined && columns.includes(failed[0]) ? `(${failed[1]})` : 'false';
  const from = `${quoted(schema)}.${quoted(splitName(book.table).name)}`;
  return session.read(`select ${quoted(book.column)}::text as id, ${flag} as failed from ${from}`);
}

function judgeRows(rows: readonly DatabaseRow[], migrations: readonly Migration[], table: string): Judgement {
  const failed = rows.filter((row) => row['failed'] === true).map((row) => String(row['id']));
  if (failed.length > 0) {
    const message = `The database has recorded in ${table} that a migration did not come to its end: ${failed.join(', ')}. Mend it and run it again.`;
    return { status: 'failed', message, expected: 'every migration complete', actual: failed.join(', ') };
  }
  const ids = rows.flatMap((row) => (row['id'] === null ? [] : [String(row['id'])]));
  const missing = migrations.filter(({ file }) => !isRecorded(file, ids));
  if (missing.length === 0)
    return { status: 'passed', evidence: { table, recorded: ids.length, new: migrations.length } };
  const files = missing.map(({ file }) => file).join(', ');
  const message = `The database has not recorded ${files} in ${table}: the migrations of this deployment have not run here. Run them, and look at whether they ran against another database.`;
  return { status: 'failed', message, expected: files, actual: `${ids.length} recorded, none of these` };
}

/** By number where both have one, else by name. A table of one row holds the last number only (golang-migrate). */
function isRecorded(file: string, ids: readonly string[]): boolean {
  const [folder = ''] = file.split('/');
  const stem = folder.replace(/(?:\.up)?\.sql$/i, '');
  const number = numberOf(stem);
  const [last, ...others] = ids;
  if (number !== undefined && last !== undefined && others.length === 0) {
    const only = numberOf(last);
    if (only !== undefined && /^\d+$/.test(last) && /^\d+$/.test(number)) return BigInt(only) >= BigInt(number);
  }
  return ids.some(
    (id) => id === stem || id === folder || (number !== undefined && /^[\d.]+$/.test(id) && numberOf(id) === number),
  );
}

/** `0004_carts` → `4`, `V1_2__carts` → `1.2`; zeros in front do not count. */
function numberOf(text: string): string | undefined {
  const [, digits] = /^[VR]?(\d+(?:[._]\d+(?=[._]|$))*)/i.exec(text) ?? [];
  return digits
    ?.replaceAll('_', '.')
    .split('.')
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
