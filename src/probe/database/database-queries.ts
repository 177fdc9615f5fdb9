/** Declared statements: what has to be in the database, and what it has to take. */
import type { Check, ProbeContext } from '../context.ts';
import { matchValue } from '../flow/match.ts';
import type { Judgement } from '../row.ts';
import type { RowPlanner } from './database.ts';
import { DatabaseQueryError } from './database-problem.ts';
import type { DatabaseRow, DatabaseSession, Sample } from './database-session.ts';
import { type DatabaseUse, lookAt, patienceOf, sampleFastest } from './database-use.ts';

type Database = NonNullable<ProbeContext['system']['contract']['database']>;
type Query = Database['queries'][number];

/** Rows that are looked at; more of them say nothing more about a sample. */
const MAX_ROWS = 1000;

/** Rows `database.query.<id>`. */
export function listQueries({ contract }: ProbeContext['system'], shared: DatabaseUse, of: RowPlanner): Check[] {
  return (contract.database?.queries ?? []).map((query, index) => ({
    planned: of(
      'database',
      `query.${query.id}`,
      query.title ?? `The database holds what "${query.id}" asks for`,
      'P0',
      `database.queries.${index}`,
    ),
    observe: (context) => lookAt(shared, context, (session) => judgeQuery(query, session, context)),
  }));
}

/** Rows `schema.write.<id>`: rules of the database that only a write meets (checks, keys, sequences, triggers). */
export function listWrites({ contract }: ProbeContext['system'], shared: DatabaseUse, of: RowPlanner): Check[] {
  return (contract.database?.writes ?? []).map(({ id, title, sql }, index) => ({
    planned: of(
      'schema',
      `write.${id}`,
      title ?? `The database takes the write "${id}"`,
      'P0',
      `database.writes.${index}`,
    ),
    observe: (context) => lookAt(shared, context, (session) => judgeWrite(id, sql, session, context)),
  }));
}

async function judgeQuery(query: Query, session: DatabaseSession, context: ProbeContext): Promise<Judgement> {
  let sample: Sample;
  try {
    sample = await sampleFastest(session, query.sql, MAX_ROWS, query.slow ?? query.within, patienceOf(context.system));
  } catch (error) {
    return refused(error, `The query "${query.id}"`, context);
  }
  const { rows, tookMs } = sample;
  const flaw = rowsFlaw(query, rows) ?? firstFlaw(query, rows[0], context) ?? timeFlaw(query, tookMs);
  return flaw ?? { status: 'passed', evidence: { rows: rows.length, tookMs } };
}

function rowsFlaw({ id, rows = { min: 1 } }: Query, found: readonly DatabaseRow[]): Judgement | undefined {
  const { min = 0, max } = rows;
  if (found.length >= min && (max === undefined || found.length <= max)) return undefined;
  const expected = max === undefined ? `at least ${min}` : `${min} to ${max}`;
  const message = `The query "${id}" gives ${found.length} rows, expected ${expected}. Look at whether this is the right database, and whether its data was lost.`;
  return { status: 'failed', message, expected: `${expected} rows`, actual: `${found.length} rows` };
}

function firstFlaw({ id, first = {} }: Query, row: DatabaseRow | undefined, { redact }: ProbeContext) {
  for (const [column, matcher] of Object.entries(first)) {
    const matched = matchValue(matcher, row?.[column], redact);
    if (matched.ok) continue;
    const { expected, actual } = matched;
    const message = `The query "${id}" gives ${column} ${actual}, expected ${expected}. Look at whether this is the right database.`;
    return { status: 'failed' as const, message, expected, actual };
  }
  return undefined;
}

function timeFlaw({ id, slow, within }: Query, tookMs: number): Judgement | undefined {
  const failed = within !== undefined && tookMs > within;
  const limit = failed ? within : slow;
  if (limit === undefined || tookMs <= limit) return undefined;
  const message = `The query "${id}" took ${tookMs} ms, expected ≤ ${limit} ms. Look at its plan, its indexes and the load.`;
  return { status: failed ? 'failed' : 'warned', message, expected: `≤ ${limit} ms`, actual: `${tookMs} ms` };
}

async function judgeWrite(
  id: string,
  sql: string,
  session: DatabaseSession,
  context: ProbeContext,
): Promise<Judgement> {
  try {
    await session.tryOut([sql]);
    return { status: 'passed', evidence: { rolledBack: true } };
  } catch (error) {
    return refused(error, `The write "${id}"`, context);
  }
}

/** The role of gate10 may lack a right, or the statement be wrong by itself: both are no statement about production. */
const OWN_FAULT = new Set(['42501', '42601', '25006']);

function refused(error: unknown, what: string, { redact }: ProbeContext): Judgement {
  if (!(error instanceof DatabaseQueryError)) throw error;
  const { state } = error;
  const why = redact(error.message);
  if (OWN_FAULT.has(state)) {
    const message = `${what} could not be tried: ${why} (${state}). Correct the statement, or the rights of the declared role.`;
    return { status: 'inconclusive', reason: 'blind', message, actual: state };
  }
  const where =
    state === '55P03' || state === '57014' ? ' Look at locks and load.' : ' Look at the schema and its migrations.';
  return { status: 'failed', message: `${what} failed: ${why} (${state}).${where}`, expected: 'done', actual: state };
}
