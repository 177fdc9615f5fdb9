/** `database`: what is true of the database everywhere; `environments.*.database`: where one is reached directly. */
import { z } from 'zod';
import type { SchemaParts } from './schema-parts.ts';

const relation = z
  .string()
  .regex(/^[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?$/, 'a name such as "orders" or "shop.orders"');
const statement = z.string().min(6).max(4000).describe('one SQL statement');

/** postgres:// with its certificate checked, where it has one. The message never shows the URL: it has a password. */
const databaseUrl = z
  .string()
  .refine((text) => isPostgresUrl(text), 'a postgres:// or postgresql:// URL without sslmode=no-verify');

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, searchParams } = new URL(text);
  return ['postgres:', 'postgresql:'].includes(protocol) && searchParams.get('sslmode') !== 'no-verify';
}

export const databaseTargetSchema = z.strictObject({
  url: databaseUrl.describe('of a role that may read; never shown'),
  name: z.string().min(1).optional().describe('what current_database() has to be'),
});

export function toDatabaseSchema<M extends z.ZodType>({ slug, duration, ratio, matcher }: SchemaParts<M>) {
  const query = z.strictObject({
    id: slug,
    title: z.string().min(5).max(160).optional(),
    sql: statement,
    rows: z
      .strictObject({ min: z.int().nonnegative().optional(), max: z.int().nonnegative().optional() })
      .optional()
      .describe('how many rows have to come; default: at least one'),
    first: z.record(z.string(), matcher).optional().describe('column of the first row → what it has to be'),
    slow: duration.optional().describe('slower is warned'),
    within: duration.optional().describe('slower is failed'),
  });
  const write = z.strictObject({
    id: slug,
    title: z.string().min(5).max(160).optional(),
    sql: statement.describe('one statement that writes; it runs in a transaction that is rolled back'),
  });
  return z.strictObject({
    queries: z.array(query).default([]),
    writable: z.boolean().default(false).describe('writes to a temporary table in a transaction that is rolled back'),
    writes: z.array(write).default([]),
    tables: z.record(relation, z.array(z.string()).default([])).default({}).describe('table → columns it has to have'),
    indexes: z.array(relation).default([]).describe('indexes that have to be there, valid'),
    migrations: z
      .strictObject({ table: relation, column: z.string().min(1) })
      .optional()
      .describe('where applied migrations are recorded, where it is none of the usual tables'),
    known: z.array(z.string()).default([]).describe('invalid indexes and constraints that are known of'),
    slow: duration.describe('an answer of the database that takes longer is warned'),
    deadline: duration.describe('for one statement, waiting for a lock included'),
    tries: z.int().min(1).max(20).describe('a slow statement is asked so often, within "deadline"; the fastest counts'),
    connections: z.strictObject({
      warnAbove: ratio.describe('share of the connections that are in use'),
      failAbove: ratio.optional(),
    }),
    locks: z.strictObject({
      warnAfter: duration.describe('a table locked against reading or writing for longer'),
      failAfter: duration,
    }),
    sequences: z.strictObject({ warnAbove: ratio.describe('share of its numbers that a sequence has used') }),
  });
}
