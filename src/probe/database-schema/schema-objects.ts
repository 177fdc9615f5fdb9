/** What the migrations of this deployment have to leave in the database, and that the database has recorded them. */

import type { Git } from '../code/git.ts';
import type { Check, ProbeContext } from '../context.ts';
import type { RowPlanner } from '../database/database.ts';
import type { DatabaseSession } from '../database/database-session.ts';
import { type DatabaseUse, lookAt } from '../database/database-use.ts';
import type { CommitRange } from '../endpoints/find-new-operations.ts';
import type { Judgement } from '../row.ts';
import { type ExpectedObject, expectedObjects } from './schema-objects-expected.ts';
import { type Migration, readNewMigrations } from './schema-objects-migrations.ts';
import { judgeRecorded } from './schema-objects-recorded.ts';
import { findRelations, type Relation, splitName } from './schema-objects-relations.ts';

export interface MigrationRange extends Pick<CommitRange, 'commit' | 'previous'> {
  readonly git: Git;
  /** Folder in the repository. */
  readonly folder: string;
}

/** Rows `schema.migrations`, `schema.objects`. */
export function listSchemaObjects(range: MigrationRange, shared: DatabaseUse, of: RowPlanner): Check[] {
  const check = (what: string, title: string, judge: Judge): Check => ({
    planned: of('schema', what, title, 'P0', 'code.migrations'),
    observe: (context) =>
      lookAt(shared, context, async (session) => {
        const read = await readNewMigrations(range);
        if (!read.ok) return blind(read.why);
        return judge(read.migrations, session, context);
      }),
  });
  return [
    check('migrations', 'The migrations of this deployment are recorded as applied', judgeRecorded),
    check('objects', 'What the migrations of this deployment create is there', judgeObjects),
  ];
}

type Judge = (migrations: readonly Migration[], session: DatabaseSession, context: ProbeContext) => Promise<Judgement>;

async function judgeObjects(migrations: readonly Migration[], session: DatabaseSession): Promise<Judgement> {
  const expected = expectedObjects(migrations.map(({ sql }) => sql));
  const relations = await findRelations(
    session,
    expected.map(({ name }) => name),
  );
  const missing = expected.filter((object) => !isThere(object, relations, expected));
  const evidence = { migrations: migrations.map(({ file }) => file), objects: expected.length };
  if (missing.length === 0) return { status: 'passed', evidence };
  const named = missing.slice(0, 8).map(toWords).join(', ');
  const files = migrations.map(({ file }) => file).join(', ');
  const message = `The database lacks what ${files} ${migrations.length === 1 ? 'creates' : 'create'}: ${named}. Look at whether it ran here to its end: a migration that was rolled back may be recorded as applied.`;
  return { status: 'failed', message, expected: `${expected.length} objects`, actual: `without ${named}`, evidence };
}

/** The column of a table that is missing itself is not told a second time. */
function isThere(object: ExpectedObject, relations: readonly Relation[], expected: readonly ExpectedObject[]): boolean {
  const { kind, name, column } = object;
  const found = relations.filter((relation) => relation.answersTo(name) && relation.isIndex === (kind === 'index'));
  if (column === undefined) return found.length > 0;
  const toldAlready = expected.some((other) => other.name === name && other.column === undefined);
  if (found.length === 0 && toldAlready) return true;
  return found.some(({ columns }) => columns.includes(column));
}

function toWords({ kind, name, column }: ExpectedObject): string {
  return column === undefined ? `the ${kind} ${name}` : `the column ${splitName(name).name}.${column}`;
}

function blind(why: string): Judgement {
  const message = `It cannot be seen which migrations this deployment has: ${why}.`;
  return { status: 'inconclusive', reason: 'blind', message, actual: why };
}
