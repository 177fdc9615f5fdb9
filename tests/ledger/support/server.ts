/** A real PostgreSQL server for the tests of the history, and an empty schema of it for each of them. */
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startRealPostgres } from '../../integration/support/real-postgres.ts';

export interface Server {
  /** the address of an empty schema: one history */
  readonly fresh: () => Promise<string>;
  /** runs statements as the owner of everything, in the schema of `address` */
  readonly sql: (address: string, statements: string) => Promise<Record<string, unknown>[]>;
  readonly stop: () => Promise<void>;
}

/** Started once for the tests of a file or a block. */
export function useServer(): Server {
  let running: Awaited<ReturnType<typeof startRealPostgres>> | undefined;
  let schemas = 0;
  beforeAll(async () => {
    running = await start(3);
  }, 300_000);
  afterAll(() => running?.stop(), 120_000);
  const sql = async (address: string, statements: string) => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    try {
      const result: unknown = await client.query(statements);
      return Array.isArray(result) ? result.flatMap(({ rows }) => rows ?? []) : (result as pg.QueryResult).rows;
    } finally {
      await client.end();
    }
  };
  return {
    sql,
    stop: async () => running?.stop(),
    fresh: async () => {
      if (running === undefined) throw new Error('the server is not started');
      const schema = `history_${++schemas}`;
      await sql(running.url, `CREATE SCHEMA ${schema}`);
      onTestFinished(async () => void (await sql(running?.url ?? '', `DROP SCHEMA ${schema} CASCADE`).catch(() => [])));
      return `${running.url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
    },
  };
}

/** Between finding a free port and taking it another process may take it. */
async function start(tries: number): ReturnType<typeof startRealPostgres> {
  try {
    return await startRealPostgres();
  } catch (error) {
    if (tries <= 1) throw error;
    return start(tries - 1);
  }
}
