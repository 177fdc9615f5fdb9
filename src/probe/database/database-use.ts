/** The checks of one database share a connection, which is closed as soon as nobody uses it. */
import type { Clock } from '../clock.ts';
import type { ProbeContext } from '../context.ts';
import type { Judgement, Observed } from '../row.ts';
import { DatabaseQueryError, DatabaseSilentError } from './database-problem.ts';
import { type DatabaseSession, type Opened, openDatabase, type Sample } from './database-session.ts';

export type Look = (session: DatabaseSession, context: ProbeContext) => Promise<Judgement>;

export interface DatabaseUse {
  /** Opens, where it is not open, and hands over the outcome. */
  with(context: ProbeContext, use: (opened: Opened, tookMs: number) => Promise<Judgement>): Promise<Judgement>;
}

export function shareDatabase(): DatabaseUse {
  let users = 0;
  let current: Promise<{ opened: Opened; tookMs: number }> | undefined;
  const open = async (context: ProbeContext) => {
    const { environment, contract } = context.system;
    const statementMs = contract.database?.deadline;
    if (environment.database === undefined || statementMs === undefined) throw new Error('no database is declared');
    const startMs = context.clock.monotonicMs();
    const { url } = environment.database;
    const { clock, limit } = context;
    const connectMs = environment.deadlines.connect;
    const opened = await openDatabase({ url, connectMs, statementMs, clock, signal: limit?.signal });
    return { opened, tookMs: elapsed(context.clock, startMs) };
  };
  return {
    async with(context, use) {
      users += 1;
      current ??= open(context);
      const mine = current;
      try {
        const { opened, tookMs } = await mine;
        return await use(opened, tookMs);
      } finally {
        users -= 1;
        if (users === 0) {
          const { opened } = await mine;
          // Who comes later has the same answer, and does not wait for it again.
          if (opened.ok && users === 0 && current === mine) {
            current = undefined;
            opened.session.close();
          }
        }
      }
    },
  };
}

/** A look that needs the connection: without one it says nothing, because another row says why there is none. */
export async function lookAt(shared: DatabaseUse, context: ProbeContext, look: Look): Promise<Observed> {
  const judgement = await shared.with(context, async (opened) => {
    if (!opened.ok) {
      const message = `Not observed: the database cannot be asked, because ${opened.problem.message}.`;
      return { status: 'inconclusive', reason: opened.problem.judged ? 'not-run' : 'blind', message };
    }
    try {
      return await look(opened.session, context);
    } catch (error) {
      if (error instanceof DatabaseQueryError) return unreadable(error, context);
      if (error instanceof DatabaseSilentError) {
        return { status: 'inconclusive', reason: 'not-run', message: `Not observed: ${error.message}.` };
      }
      throw error;
    }
  });
  return { judgement, exchanges: [] };
}

/** How often at most a slow statement is asked again, and for how long all in all: `database.tries`, `database.deadline`. */
export interface Patience {
  readonly tries: number;
  readonly deadline: number;
}

/**
 * One slow answer may be the load of this machine: what is judged is the fastest. Asks again while it took longer than
 * `limitMs` (undefined = no limit). Throws DatabaseQueryError.
 */
export async function sampleFastest(
  session: Pick<DatabaseSession, 'sample'>,
  sql: string,
  most: number,
  limitMs: number | undefined,
  { tries, deadline }: Patience,
): Promise<Sample> {
  let best = await session.sample(sql, most);
  let spentMs = best.tookMs;
  for (let asked = 1; asked < tries && limitMs !== undefined && best.tookMs > limitMs; asked += 1) {
    if (spentMs + best.tookMs > deadline) break;
    const next = await session.sample(sql, most);
    spentMs += next.tookMs;
    if (next.tookMs < best.tookMs) best = next;
  }
  return best;
}

/** Throws where no database is declared. */
export function patienceOf({ contract }: ProbeContext['system']): Patience {
  if (contract.database === undefined) throw new Error('no database is declared');
  return contract.database;
}

/** Catalogs that could not be read; what a declared statement came to is judged where it is asked. */
function unreadable(error: DatabaseQueryError, { redact }: ProbeContext): Judgement {
  const message = `This could not be read from the database: ${redact(error.message)} (${error.state || 'no code'}).`;
  return { status: 'inconclusive', reason: 'blind', message, actual: error.state };
}

function elapsed(clock: Clock, startMs: number): number {
  return Math.max(0, Math.round(clock.monotonicMs() - startMs));
}
