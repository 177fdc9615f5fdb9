import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../backend/migrate.ts';
import { type RunningDatabase, startDatabase } from './start-database.ts';

export type OtherContent = 'empty' | 'staging' | 'snapshot';

/** A second server with the same schema and other rows. */
export type OtherDatabase = {
  /** Where it listens, with these rows in it. */
  hold: (content: OtherContent) => Promise<{ host: string; port: number }>;
  stop: () => Promise<void>;
};

const fill: Record<OtherContent, readonly string[]> = {
  empty: [],
  staging: [
    'insert into jobs select * from rig.jobs_seed',
    `update jobs set title = 'Staging ' || title, company = 'Example Company', search_text = 'staging ' || search_text`,
  ],
  snapshot: ['insert into jobs select * from rig.jobs_seed where id <= 40'],
};

/** Nothing runs before it is first needed; its data folder is its own. */
export function createOtherDatabase(options: {
  stateDir: string;
  cacheDir: string;
  migrations: string;
}): OtherDatabase {
  let started: Promise<RunningDatabase> | undefined;
  const start = async (): Promise<RunningDatabase> => {
    const database = await startDatabase({ stateDir: join(options.stateDir, 'other'), cacheDir: options.cacheDir });
    await using(database.url, async (pool) => {
      await migrate(pool, options.migrations);
      await pool.query('create schema if not exists rig');
      await pool.query('create table if not exists rig.jobs_seed as table jobs');
    });
    return database;
  };
  return {
    hold: async (content) => {
      started ??= start();
      const { url } = await started;
      await using(url, async (pool) => {
        for (const statement of ['delete from users', 'delete from jobs', ...fill[content]])
          await pool.query(statement);
      });
      const { hostname, port } = new URL(url);
      return { host: hostname, port: Number(port) };
    },
    stop: async () => (await started)?.stop(),
  };
}

async function using(url: string, work: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}
