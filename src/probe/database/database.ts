/** Layer database over a connection of our own: reachable, the right one, writable, with room, not locked. */

import type { Git } from '../code/git.ts';
import type { Check, ProbeContext } from '../context.ts';
import { listSchemaObjects } from '../database-schema/schema-objects.ts';
import { listSchemaCatalog } from '../database-schema/schema-objects-catalog.ts';
import { type Judgement, sourceOf } from '../row.ts';
import type { PlannedRow } from '../schema.ts';
import { lookAtConnections, lookAtLocks, lookAtWriting } from './database-catalog.ts';
import { DatabaseQueryError } from './database-problem.ts';
import { listQueries, listWrites } from './database-queries.ts';
import { type DatabaseUse, type Look, lookAt, patienceOf, sampleFastest, shareDatabase } from './database-use.ts';

type System = ProbeContext['system'];

/** The code that is deployed, and what was before it. */
export interface CodeRange {
  readonly commit?: string | undefined;
  readonly previousCommit?: string | undefined;
  readonly git: Git;
}

/** None where the environment gives no address of a database. The checks share one connection. */
export function listDatabase(system: System, { commit, previousCommit, git }: CodeRange): Check[] {
  const { database, code } = system.contract;
  const shared = shareDatabase();
  const target = system.environment.database;
  if (target === undefined || database === undefined) return [];
  const of = planner(system);
  const check = (what: string, title: string, severity: PlannedRow['severity'], look: Look): Check => ({
    planned: of('database', what, title, severity),
    observe: (context) => lookAt(shared, context, look),
  });
  return [
    {
      planned: of('database', 'reachable', 'The database takes a connection and answers', 'P0'),
      observe: async (context) => ({ judgement: await judgeReach(shared, context), exchanges: [] }),
    },
    ...(target.name === undefined
      ? []
      : [check('name', `The database is ${target.name}`, 'P0', (session) => judgeName(session, String(target.name)))]),
    check('writable', 'The database takes writes', 'P0', lookAtWriting),
    check('connections', 'The database has connections left', 'P1', lookAtConnections),
    check('locks', 'No table is locked for long', 'P1', lookAtLocks),
    ...listQueries(system, shared, of),
    ...listSchemaCatalog(database, shared, of),
    ...listWrites(system, shared, of),
    ...(commit === undefined || code.migrations === undefined
      ? []
      : listSchemaObjects({ git, folder: code.migrations, commit, previous: previousCommit || undefined }, shared, of)),
  ];
}

export type RowPlanner = (
  layer: 'database' | 'schema',
  what: string,
  title: string,
  severity: PlannedRow['severity'],
  place?: string,
) => PlannedRow;

/** Row ids: `database.<what>`, `schema.<what>`. */
export function planner(system: System): RowPlanner {
  return (layer, what, title, severity, place) => {
    const source = sourceOf(system, place ?? `environments.${system.environmentName}.database`);
    const id = `${layer}.${what}`;
    return { id, layer, title, severity, by: 'engine', ...(source === undefined ? {} : { source }) };
  };
}

const VERSION = "select current_setting('server_version') as version";

function toUnanswered(error: unknown): Judgement {
  if (!(error instanceof DatabaseQueryError)) throw error;
  const { message: why, state } = error;
  const message = `The database takes a connection and does not answer on it: ${why} (${state || 'no code'}). Look at its load and locks.`;
  return { status: 'failed', message, expected: 'an answer', actual: state || why };
}

function judgeReach(shared: DatabaseUse, context: ProbeContext): Promise<Judgement> {
  const { slow = 0 } = context.system.contract.database ?? {};
  return shared.with(context, async (opened, connectMs): Promise<Judgement> => {
    if (!opened.ok) {
      const { judged, message: why } = opened.problem;
      const message = `The database cannot be asked: ${why}.`;
      if (judged) return { status: 'failed', message, expected: 'an open connection', actual: why };
      return { status: 'inconclusive', reason: 'blind', message, actual: why };
    }
    const asked = await sampleFastest(opened.session, VERSION, 1, slow, patienceOf(context.system)).catch(toUnanswered);
    if ('status' in asked) return asked;
    const { rows, tookMs: answerMs } = asked;
    const evidence = { version: String(rows[0]?.['version'] ?? ''), connectMs, answerMs };
    if (answerMs <= slow) return { status: 'passed', evidence };
    const message = `The database took ${answerMs} ms to answer a statement that reads nothing, expected ≤ ${slow} ms. Look at its load.`;
    return { status: 'warned', message, expected: `≤ ${slow} ms`, actual: `${answerMs} ms`, evidence };
  });
}

async function judgeName(session: Parameters<Look>[0], expected: string): Promise<Judgement> {
  const [row] = await session.read('select current_database() as name');
  const actual = String(row?.['name'] ?? '');
  if (actual === expected) return { status: 'passed', evidence: { name: actual } };
  const message = `The connection leads to the database "${actual}", not "${expected}". Correct the URL of this environment, and look at whether the service has the same.`;
  return { status: 'failed', message, expected, actual };
}
