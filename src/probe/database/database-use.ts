/** The checks of one database share a connection, which is closed as soon as nobody uses it. */
import type { Clock } from '../clock.ts';
import type { ProbeContext } from '../context.ts';
import type { Judgement, Observed } from '../row.ts';
import { DatabaseQueryError } from './database-problem.ts';
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
    const { clock } = context;
    const opened = await openDatabase({ url, connectMs: environment.deadlines.connect, statementMs, clock });
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
          current = undefined;
          const { opened } = await mine;
          if (opened.ok) opened.session.close();
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
      throw error;
    }
  });
  return { judgement, exchanges: [] };
}

/** One slow answer may be the load of this machine: what is judged is the fastest of five. */
const TRIES = 5;

/** Asks again while it took longer than `limitMs` (undefined = no limit). Throws DatabaseQueryError. */
export async function sampleFastest(
  session: Pick<DatabaseSession, 'sample'>,
  sql: string,
  most: number,
  limitMs: number | undefined,
): Promise<Sample> {
  let best = await session.sample(sql, most);
  for (let tries = 1; tries < TRIES && limitMs !== undefined && best.tookMs > limitMs; tries += 1) {
    const next = await session.sample(sql, most);
    if (next.tookMs < best.tookMs) best = next;
  }
  return best;
}

/** Catalogs that could not be read; what a declared statement came to is judged where it is asked. */
function unreadable(error: DatabaseQueryError, { redact }: ProbeContext): Judgement {
  const message = `This could not be read from the database: ${redact(error.message)} (${error.state || 'no code'}).`;
  return { status: 'inconclusive', reason: 'blind', message, actual: error.state };
}

function elapsed(clock: Clock, startMs: number): number {
  return Math.max(0, Math.round(clock.monotonicMs() - startMs));
}
