import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPool } from '../../reference-system/backend/database.ts';
import { migrate } from '../../reference-system/backend/migrate.ts';
import type { RunningDatabase } from '../../reference-system/database/start-database.ts';
import { MIGRATIONS_DIR } from './support/release-dir.ts';
import { startTestDatabase } from './support/test-database.ts';

let database: RunningDatabase;
let pool: pg.Pool;
let folder: string;
beforeAll(async () => {
  database = await startTestDatabase();
  pool = createPool(database.url);
  folder = await mkdtemp(path.join(tmpdir(), 'gate10-migrations-'));
});
beforeEach(async () => {
  await pool.query('drop schema public cascade');
  await pool.query('create schema public');
});
afterAll(async () => {
  await pool.end();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

const tables = async (): Promise<string[]> => {
  const text = "select tablename from pg_tables where schemaname = 'public' order by tablename";
  return (await pool.query(text)).rows.map((row) => row.tablename);
};

async function migrationsUpTo(version: number): Promise<string> {
  const dir = path.join(folder, `up-to-${version}`);
  const wanted = (await readdir(MIGRATIONS_DIR)).filter((file) => Number(file.slice(0, 4)) <= version);
  for (const file of wanted) await cp(path.join(MIGRATIONS_DIR, file), path.join(dir, file));
  return dir;
}

test.each([
  [0, [1, 2, 3, 4]],
  [1, [2, 3, 4]],
  [2, [3, 4]],
  [3, [4]],
])('migrations run up from version %i', async (from, expected) => {
  if (from > 0) await migrate(pool, await migrationsUpTo(from));
  expect(await migrate(pool, MIGRATIONS_DIR)).toEqual(expected);
  const { rows } = await pool.query('select version from schema_migrations order by version');
  expect(rows.map((row) => row.version)).toEqual([1, 2, 3, 4]);
  expect(await tables()).toEqual(
    expect.arrayContaining(['analytics_events', 'files', 'jobs', 'rerank_feedback', 'sessions', 'users']),
  );
});

test('a second run finds nothing to do', async () => {
  await migrate(pool, MIGRATIONS_DIR);
  expect(await migrate(pool, MIGRATIONS_DIR)).toEqual([]);
});

test('two migrators at once apply each migration once', async () => {
  const other = createPool(database.url);
  const applied = await Promise.all([migrate(pool, MIGRATIONS_DIR), migrate(other, MIGRATIONS_DIR)]);
  await other.end();
  expect(applied.flat().sort()).toEqual([1, 2, 3, 4]);
});

test('a broken migration leaves nothing of itself and keeps those before it', async () => {
  const dir = await migrationsUpTo(1);
  await writeFile(path.join(dir, '0002_broken.sql'), 'create table half (id int); select nonsense;');
  await expect(migrate(pool, dir)).rejects.toThrow('Failed to apply migration 0002_broken.sql');
  expect(await tables()).toEqual(['schema_migrations', 'sessions', 'users']);
  await rm(path.join(dir, '0002_broken.sql'));
});

test.each([
  ['tables of something else', 'create table customers (id int)'],
  [
    'migrations of something else',
    "create table schema_migrations (version varchar); insert into schema_migrations values ('1')",
  ],
])('a database with %s is refused and left as it is', async (_name, sql) => {
  await pool.query(sql);
  const before = await tables();
  await expect(migrate(pool, MIGRATIONS_DIR)).rejects.toThrow('Point DATABASE_URL to an empty database');
  expect(await tables()).toEqual(before);
});
