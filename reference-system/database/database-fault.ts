import { z } from 'zod';

const table = z.enum(['jobs', 'users', 'files', 'sessions']);

const kind = z.literal('database');

/** What is wrong with the database or the way to it. */
export const databaseFault = z.discriminatedUnion('action', [
  /** Gone: connections are cut, new ones refused. */
  z.strictObject({ kind, action: z.literal('stop') }),
  /** It answers, and turns every client away. */
  z.strictObject({ kind, action: z.literal('refuse'), code: z.enum(['28P01', '53300', '57P03']) }),
  z.strictObject({ kind, action: z.literal('slow'), delayMs: z.number().positive().max(60_000) }),
  /** Another database behind the same address: same schema, no rows, other rows, or rows of before. */
  z.strictObject({ kind, action: z.literal('other'), content: z.enum(['empty', 'staging', 'snapshot']) }),
  /** A session beside the system's own holds a table (the embedded server has one session: then all of it waits). */
  z.strictObject({ kind, action: z.literal('lock'), table }),
  z.strictObject({ kind, action: z.literal('read-only') }),
  z.strictObject({ kind, action: z.literal('rows-lost'), table: z.enum(['jobs', 'users']) }),
  /** Of the jobs only the first so many are left. */
  z.strictObject({ kind, action: z.literal('rows-left'), jobs: z.int().positive() }),
  /** Rows of tables that there are still find room; a new table finds none. */
  z.strictObject({ kind, action: z.literal('no-room-for-tables') }),
  /** The database takes so many connections and no more. */
  z.strictObject({ kind, action: z.literal('connection-limit'), connections: z.int().positive() }),
  /** A prepared transaction that nobody ended keeps a table from being written. */
  z.strictObject({ kind, action: z.literal('prepared-transaction'), table }),
]);

export type DatabaseFault = z.infer<typeof databaseFault>;
