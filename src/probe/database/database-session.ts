/**
 * One connection to a PostgreSQL database. Every statement runs in a transaction of its own, under limits of time, that
 * is read-only, or is rolled back: nothing that happens here stays.
 */
import { Socket } from 'node:net';
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import { createLimiter } from '../http/limiter.ts';
import {
  type DatabaseProblem,
  DatabaseSilentError,
  isSilence,
  toConnectProblem,
  toQueryError,
} from './database-problem.ts';

export type DatabaseRow = Readonly<Record<string, unknown>>;

export interface DatabaseSession {
  /** Rows of one statement of our own, in a read-only transaction. Throws DatabaseQueryError. */
  read(sql: string, values?: readonly unknown[]): Promise<readonly DatabaseRow[]>;
  /** At most `most` rows of a SELECT, which may be any text, and how long it took. Throws DatabaseQueryError. */
  sample(sql: string, most: number): Promise<Sample>;
  /** Writes, checks what is checked at the end of a transaction, and rolls back. Throws DatabaseQueryError. */
  tryOut(statements: readonly string[]): Promise<void>;
  close(): void;
}

export interface Sample {
  readonly rows: readonly DatabaseRow[];
  /** From the statement to its last row; not the time that it waited for its turn on this connection. */
  readonly tookMs: number;
}

export interface SessionOptions {
  readonly url: string;
  /** Milliseconds to connect, and for each statement. */
  readonly connectMs: number;
  readonly statementMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Aborted = the connection is cut, whatever is under way on it. */
  readonly signal?: AbortSignal | undefined;
}

export type Opened =
  | { readonly ok: true; readonly session: DatabaseSession }
  | { readonly ok: false; readonly problem: DatabaseProblem };

/** What the client waits longer than the server does, so that the server's own words come first. */
const GRACE_MS = 500;

export async function openDatabase(options: SessionOptions): Promise<Opened> {
  const driver = await import('pg').catch(() => undefined);
  if (driver === undefined) return { ok: false, problem: NO_DRIVER };
  const socket = new Socket();
  const dialled = { connected: false };
  socket.once('connect', () => {
    dialled.connected = true;
  });
  const client = connectionOf(driver.default, options, socket);
  const cut = (): void => void socket.destroy();
  options.signal?.addEventListener('abort', cut, { once: true });
  const close = (): void => {
    options.signal?.removeEventListener('abort', cut);
    client.end().catch(() => undefined);
    // The farewell is sent; a server that is silent must not be waited for.
    socket.destroySoon();
  };
  // A connection that breaks while nobody asks would end the process; the next statement tells of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    close();
    return { ok: false, problem: toConnectProblem(error, dialled.connected) };
  }
  return { ok: true, session: { ...toSession(client, options), close } };
}

const NO_DRIVER: DatabaseProblem = {
  judged: false,
  message: 'the package "pg" is not installed here. Install it: npm install --save-dev pg',
};

function connectionOf(driver: typeof pg, options: SessionOptions, socket: Socket): pg.Client {
  return new driver.Client({
    connectionString: options.url,
    connectionTimeoutMillis: options.connectMs,
    query_timeout: options.statementMs + GRACE_MS,
    application_name: 'gate10',
    types: { getTypeParser: (oid: number) => (text: string) => toValue(oid, text) },
    stream: () => socket,
  } as pg.ClientConfig);
}

function toSession(client: pg.Client, { statementMs, clock }: SessionOptions): Omit<DatabaseSession, 'close'> {
  const one = createLimiter(1);
  // Statements wait for each other: behind one that hangs, each would take its whole deadline to say nothing new.
  let silent = false;
  const inTransaction = <T>(mode: 'read only' | 'read write', work: () => Promise<T>): Promise<T> =>
    one(async () => {
      if (silent) throw new DatabaseSilentError('the database left an earlier statement without an answer');
      try {
        // Only for this transaction: a pooler gives the session to somebody else afterwards.
        await client.query(
          `begin ${mode}; set local statement_timeout = ${statementMs}; set local lock_timeout = ${statementMs}`,
        );
        return await work();
      } catch (error) {
        silent = isSilence(error);
        throw toQueryError(error);
      } finally {
        if (!silent) await client.query('rollback').catch(() => undefined);
      }
    });
  const ask = async (text: string, values: readonly unknown[] = []): Promise<readonly DatabaseRow[]> =>
    // The extended protocol takes one statement only: no declared text can end the transaction that holds it.
    (await client.query({ text, values: [...values], queryMode: 'extended' } as pg.QueryConfig)).rows;
  return {
    read: (sql, values) => inTransaction('read only', () => ask(sql, values)),
    sample: (sql, most) =>
      inTransaction('read only', async () => {
        const startMs = clock.monotonicMs();
        await ask(`declare gate10_sample no scroll cursor for ${sql}`);
        const rows = await ask(`fetch forward ${most} from gate10_sample`);
        return { rows, tookMs: Math.max(0, Math.round(clock.monotonicMs() - startMs)) };
      }),
    tryOut: (statements) =>
      inTransaction('read write', async () => {
        for (const statement of statements) await ask(statement);
        await ask('set constraints all immediate');
      }),
  };
}

const BOOLEAN = 16;
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700]);
const JSONS: ReadonlySet<number> = new Set([114, 3802]);

/** Numbers, booleans and JSON as such (numbers as text where they would lose digits), all else as the server writes it. */
function toValue(oid: number, text: string): unknown {
  if (oid === BOOLEAN) return text === 't';
  if (JSONS.has(oid)) return JSON.parse(text);
  if (!NUMBERS.has(oid)) return text;
  const number = Number(text);
  const exact = Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number);
  return exact ? number : text;
}
