/** What takes a server with many sessions and roles: Debian's PostgreSQL, where it is installed. */
import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningDatabase } from '../../reference-system/database/start-database.ts';
import { askDatabase } from '../unit/probe/database-stand.ts';
import { startRealPostgres } from './support/real-postgres.ts';

const TABLES = '  tables: { orders: [id] }';

describe.runIf(existsSync('/usr/lib/postgresql'))('on a real server', () => {
  let database: RunningDatabase;
  beforeAll(async () => {
    database = await startRealPostgres();
    await session(async (client) => {
      await client.query('create table orders (id integer primary key)');
      await client.query("create role reader login password 'reader'");
    });
  });
  afterAll(() => database.stop());

  /** A session of somebody else, closed afterwards. */
  async function session<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  it('passes while nobody holds anything', async () => {
    const judged = await askDatabase(database.url, { database: `  writable: true\n${TABLES}`, name: 'postgres' });
    expect(Object.values(judged).map(({ status }) => status)).toEqual(Object.keys(judged).map(() => 'passed'));
  });

  it.each([
    ['failed', '1ms', 'access exclusive'],
    ['warned', '1h', 'access exclusive'],
    ['passed', '1ms', 'row exclusive'],
  ])('a lock is %s after %s in mode %s', async (status, failAfter, mode) => {
    const limits = `${TABLES}\n  locks: { warnAfter: 1ms, failAfter: ${failAfter} }`;
    const judged = await session(async (client) => {
      await client.query(`begin; lock table orders in ${mode} mode`);
      await client.query('select pg_sleep(0.01)');
      return askDatabase(database.url, { database: limits });
    });
    expect(judged['database.locks']?.status).toBe(status);
  });

  it('fails a declared query that a lock holds up, and says that it is one', async () => {
    const declared = '  deadline: 200ms\n  queries: [{ id: orders, sql: select id from orders, rows: { min: 0 } }]';
    const judged = await session(async (client) => {
      await client.query('begin; lock table orders in access exclusive mode');
      return askDatabase(database.url, { database: declared });
    });
    expect(judged['database.query.orders']).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(judged['database.query.orders'])).toContain('Look at locks');
  });

  it.each([
    ['passed', ''],
    ['warned', '  connections: { warnAbove: 0.02 }'],
    ['failed', '  connections: { warnAbove: 0.02, failAbove: 0.03 }'],
  ])('connections are %s with %j', async (status, limits) => {
    const judged = await session(() =>
      session(() => session(() => askDatabase(database.url, { database: limits || TABLES }))),
    );
    expect(judged['database.connections']?.status).toBe(status);
  });

  it('fails where no connection is left', async () => {
    await session((client) => client.query('alter role reader connection limit 0'));
    const url = database.url.replace('postgres@', 'reader:reader@');
    expect((await askDatabase(url))['database.reachable']?.status).toBe('failed');
    await session((client) => client.query('alter role reader connection limit -1'));
  });

  it('fails a database that is read-only for everybody, not for the role that asks', async () => {
    const reader = database.url.replace('postgres@', 'reader:reader@');
    await session((client) => client.query('alter role reader set default_transaction_read_only = on'));
    expect((await askDatabase(reader))['database.writable']?.status).toBe('passed');
    await session((client) => client.query('alter database postgres set default_transaction_read_only = on'));
    expect((await askDatabase(database.url))['database.writable']).toMatchObject({ status: 'failed', actual: 'on' });
    await session((client) =>
      client.query('begin read write; alter database postgres reset default_transaction_read_only; commit'),
    );
  });

  it('says that a role without rights cannot judge, and does not call the database broken', async () => {
    const reader = database.url.replace('postgres@', 'reader:reader@');
    const judged = await askDatabase(reader, { database: '  queries: [{ id: orders, sql: select id from orders }]' });
    expect(judged['database.query.orders']).toMatchObject({ status: 'inconclusive', reason: 'blind' });
    expect(Object.values(judged).filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('leaves no session behind', async () => {
    await askDatabase(database.url);
    await expect
      .poll(() =>
        session(async (client) => {
          const sql = "select count(*)::int as n from pg_stat_activity where application_name = 'gate10'";
          return (await client.query(sql)).rows[0].n;
        }),
      )
      .toBe(0);
  });
});
