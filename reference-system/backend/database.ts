import pg from 'pg';
import type { Metrics } from './metrics.ts';
import { ProblemError } from './problems.ts';

const POOL_SIZE = 8;
const CONNECT_DEADLINE_MS = 1500;
const QUERY_DEADLINE_MS = 2000;

export interface Database {
  /** Runs one statement under a name for the metrics; throws the problem `database-unavailable` when it cannot be reached. */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A pool with deadlines. Small on purpose: the embedded database runs one statement at a time anyway. */
export function createPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    query_timeout: QUERY_DEADLINE_MS,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Wraps a pool with metrics and with the backend's own errors. */
export function createDatabase(pool: pg.Pool, metrics: Metrics): Database {
  return {
    async query<Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[] = []) {
      const stop = metrics.dbDuration.startTimer({ query: name });
      try {
        const result = await pool.query<Row>(text, [...values]);
        stop({ outcome: 'success' });
        return result.rows;
      } catch (cause) {
        stop({ outcome: 'error' });
        throw isUnavailable(cause) ? new ProblemError('database-unavailable', { cause }) : cause;
      }
    },
  };
}

/** Whether an error means that the server is gone or silent, as against a statement that it refused (a DatabaseError). */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  // Class 08 connection exception, 53 insufficient resources, 57P administrator shutdown (PostgreSQL appendix A).
  return /^(08|53|57P)/.test(error.code ?? '');
}
