import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { refuseForeignDatabase } from './refuse-foreign-database.ts';
import { toMigrationNumber } from './release.ts';

/** Any number does, as long as every migrator takes the same one. */
const ADVISORY_LOCK = 7_103_014;

/**
 * Applies the migrations of a folder that the database does not have yet, in order, and returns their numbers.
 * Each runs in a transaction that holds an advisory lock and looks again whether it is needed, so two migrators at once
 * and a killed one are harmless. A database of something else is refused. Throws with the file's name when a migration fails; those before it stay applied.
 */
export async function migrate(pool: pg.Pool, dir: string): Promise<number[]> {
  const files = (await readdir(dir)).filter((file) => toMigrationNumber(file) > 0).sort();
  const client = await pool.connect();
  const applied: number[] = [];
  try {
    await inTransaction(client, async () => {
      await refuseForeignDatabase(client, files[0]);
      await client.query(CREATE_TABLE);
    });
    for (const file of files) {
      const sql = await readFile(path.join(dir, file), 'utf8');
      if (await applyOne(client, file, sql)) applied.push(toMigrationNumber(file));
    }
  } finally {
    client.release();
  }
  return applied;
}

const CREATE_TABLE = `create table if not exists schema_migrations (
  version int primary key, name text not null, applied_at timestamptz not null default now())`;

async function applyOne(client: pg.PoolClient, file: string, sql: string): Promise<boolean> {
  const version = toMigrationNumber(file);
  try {
    return await inTransaction(client, async () => {
      const known = await client.query('select 1 from schema_migrations where version = $1', [version]);
      if (known.rowCount !== 0) return false;
      await client.query(sql);
      await client.query('insert into schema_migrations (version, name) values ($1, $2)', [version, file]);
      return true;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Failed to apply migration ${file}: ${reason}. Mend the file; nothing of it was applied.`, {
      cause,
    });
  }
}

async function inTransaction<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
