import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDataDir } from '../../../../reference-system/database/template.ts';
import { sampleFastest } from '../../../../src/probe/database/database-use.ts';
import type { Judgement } from '../../../../src/probe/row.ts';
import { askDatabase, type DatabaseStand, startPglite } from '../database-stand.ts';

let stand: DatabaseStand;
beforeAll(async () => {
  stand = await startPglite();
  await stand.exec(`
    create table orders (id integer primary key, title text not null check (title <> ''));
    create index orders_title on orders (title);
    insert into orders select n, 'order ' || n from generate_series(1, 20) as n;
    create schema archive;
    create table archive.old_orders (id integer);`);
});
afterAll(() => stand.stop());

const QUERY = '  queries: [{ id: orders, sql: "select id, title from orders order by id"';
const statusOf = (judgements: Record<string, Judgement>): Record<string, string> =>
  Object.fromEntries(Object.entries(judgements).map(([id, { status }]) => [id, status]));
const messageOf = (judgement: Judgement | undefined): string =>
  judgement !== undefined && 'message' in judgement ? judgement.message : '';

describe('a healthy database', () => {
  it('passes every check that needs no declaration', async () => {
    expect(statusOf(await askDatabase(stand.url))).toEqual({
      'database.reachable': 'passed',
      'database.writable': 'passed',
      'database.connections': 'passed',
      'database.locks': 'passed',
      'schema.indexes': 'passed',
      'schema.sequences': 'passed',
    });
  });

  it('passes what is declared and true, and keeps nothing that was written', async () => {
    const declared = `  writable: true
${QUERY}, rows: { min: 20, max: 20 }, first: { id: 1, title: { contains: order } } }]
  writes: [{ id: order, sql: "insert into orders values (1000, 'gate10')" }]
  tables: { orders: [id, title], archive.old_orders: [id] }
  indexes: [orders_title]`;
    for (const round of [1, 2]) {
      const judged = await askDatabase(stand.url, { database: declared, name: 'postgres' });
      expect([round, new Set(Object.values(judged).map(({ status }) => status))]).toEqual([round, new Set(['passed'])]);
    }
  });
});

describe('what is declared and not true fails', () => {
  it.each([
    ['another database', { name: 'shop' }, 'database.name', 'leads to the database "postgres", not "shop"'],
    ['too few rows', { database: `${QUERY}, rows: { min: 21 } }]` }, 'database.query.orders', 'gives 20 rows'],
    ['rows that must not be', { database: `${QUERY}, rows: { max: 19 } }]` }, 'database.query.orders', '20 rows'],
    ['another first row', { database: `${QUERY}, first: { id: 7 } }]` }, 'database.query.orders', 'gives id 1'],
    ['a column that is not asked', { database: `${QUERY}, first: { no: 1 } }]` }, 'database.query.orders', 'no absent'],
    [
      'a query of a table that is gone',
      { database: '  queries: [{ id: carts, sql: select 1 from carts }]' },
      'database.query.carts',
      'relation "carts" does not exist (42P01)',
    ],
    [
      'a slow query',
      { database: '  queries: [{ id: nap, sql: select pg_sleep(0.05), within: 10ms }]' },
      'database.query.nap',
      'expected ≤ 10 ms',
    ],
    [
      'a write that a rule refuses',
      { database: `  writes: [{ id: order, sql: "insert into orders values (2000, '')" }]` },
      'schema.write.order',
      'violates check constraint',
    ],
    ['a missing table', { database: '  tables: { carts: [] }' }, 'schema.tables', 'there is no table carts'],
    [
      'a missing column',
      { database: '  tables: { orders: [price] }' },
      'schema.tables',
      'the table orders has no column price',
    ],
    [
      'a table off the search path',
      { database: '  tables: { old_orders: [] }' },
      'schema.tables',
      'schema "archive", which is not on the search path',
    ],
    ['a missing index', { database: '  indexes: [orders_price]' }, 'schema.tables', 'there is no index orders_price'],
    ['an index that is a table', { database: '  indexes: [orders]' }, 'schema.tables', 'there is no index orders'],
  ])('%s', async (_, declared, id, said) => {
    const judged = await askDatabase(stand.url, declared);
    expect(judged[id]?.status).toBe('failed');
    expect(messageOf(judged[id])).toContain(said);
    const others = Object.entries(judged).filter(([other]) => other !== id);
    expect(others.every(([, { status }]) => status === 'passed')).toBe(true);
  });

  it('a slow query is warned where only "slow" is declared', async () => {
    const judged = await askDatabase(stand.url, {
      database: '  queries: [{ id: nap, sql: select pg_sleep(0.05), slow: 10ms }]',
    });
    expect(judged['database.query.nap']?.status).toBe('warned');
  });
});

describe('a declared statement cannot leave its transaction', () => {
  it.each([
    ['ends it', 'select 1; commit; delete from orders'],
    ['writes in a query', 'with gone as (delete from orders returning id) select count(*) from gone'],
  ])('%s', async (_, sql) => {
    const judged = await askDatabase(stand.url, { database: `  queries: [{ id: evil, sql: "${sql}" }]\n  tables: {}` });
    expect(['inconclusive', 'failed']).toContain(judged['database.query.evil']?.status);
    const after = await askDatabase(stand.url, { database: `${QUERY}, rows: { min: 20 } }]` });
    expect(after['database.query.orders']?.status).toBe('passed');
  });
});

describe('the catalogs', () => {
  it('warn of an index whose build failed, and not of one that is known', async () => {
    await stand.exec(`create index orders_broken on orders (id);
      update pg_index set indisvalid = false where indexrelid = 'orders_broken'::regclass`);
    const judged = await askDatabase(stand.url);
    expect(judged['schema.indexes']?.status).toBe('warned');
    expect(messageOf(judged['schema.indexes'])).toContain('index orders_broken');
    const declared = await askDatabase(stand.url, { database: '  indexes: [orders_broken]\n  known: [orders_broken]' });
    expect(statusOf(declared)).toMatchObject({ 'schema.indexes': 'passed', 'schema.tables': 'failed' });
    await stand.exec('drop index orders_broken');
  });

  it('warn of a constraint that was never validated', async () => {
    await stand.exec('alter table orders add constraint low check (id < 5) not valid');
    expect(messageOf((await askDatabase(stand.url))['schema.indexes'])).toContain('constraint low');
    await stand.exec('alter table orders drop constraint low');
  });

  it.each([
    ['a sequence at its end fails', 10, 'failed', 'has no number left'],
    ['one near its end is warned', 9, 'warned', 'has used 90 %'],
    ['one far from it passes', 5, 'passed', ''],
  ])('%s', async (_, last, status, said) => {
    await stand.exec(`create sequence order_number maxvalue 10; select setval('order_number', ${last})`);
    const judged = (await askDatabase(stand.url))['schema.sequences'];
    await stand.exec('drop sequence order_number');
    expect(judged?.status).toBe(status);
    expect(messageOf(judged)).toContain(said);
  });

  it('know that a serial column of 4 bytes ends before its sequence', async () => {
    await stand.exec(`create table small (id integer); create sequence small_id as bigint owned by small.id;
      select setval('small_id', 2147483647)`);
    expect(messageOf((await askDatabase(stand.url))['schema.sequences'])).toContain('small_id has no number left');
    await stand.exec('drop table small');
  });
});

describe('connections', () => {
  it('are warned of where the limit of the database leaves none for anybody else', async () => {
    await stand.exec('alter database postgres connection limit 1');
    const judged = (await askDatabase(stand.url))['database.connections'];
    await stand.exec('alter database postgres connection limit -1');
    expect(judged?.status).toBe('warned');
    expect(messageOf(judged)).toContain('1 of the 1 connections of this database');
  });
});

describe('a prepared transaction that nobody ended', () => {
  it('is named as what locks the table, for longer than is declared', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'gate10-prepared-'));
    await ensureDataDir(path.join(dir, 'cache'), path.join(dir, 'data'));
    const own = await startPglite(path.join(dir, 'data'));
    await own.exec('create table orders (id integer)');
    for (const sql of ['begin', 'lock table orders in share mode', `prepare transaction 'left'`]) await own.exec(sql);
    const lockOf = async (after: string) => {
      const database = `  tables: { orders: [id] }\n  locks: { warnAfter: ${after}, failAfter: 1h }`;
      return (await askDatabase(own.url, { database }))['database.locks'];
    };
    const [early, late] = [await lockOf('30m'), await lockOf('1ms')];
    await own.exec(`rollback prepared 'left'`);
    const after = await lockOf('1ms');
    await own.stop();
    await rm(dir, { recursive: true, force: true });
    expect([early?.status, late?.status, after?.status]).toEqual(['passed', 'warned', 'passed']);
    expect(messageOf(late)).toContain('The prepared transaction "left" holds it');
  });
});

describe('a database that cannot be asked', () => {
  it('fails where nothing listens, and the rest says that it was not run', async () => {
    const judged = await askDatabase('postgresql://u:p@127.0.0.1:9/shop');
    expect(judged['database.reachable']).toMatchObject({ status: 'failed', actual: 'nothing listens at its address' });
    const others = Object.entries(judged).filter(([id]) => id !== 'database.reachable');
    expect(others.map(([, one]) => ('reason' in one ? one.reason : one.status))).toEqual(others.map(() => 'not-run'));
  });

  it('fails where it takes the connection and is silent', async () => {
    const silent = await listen(() => undefined);
    const judged = await askDatabase(`postgresql://u:p@127.0.0.1:${silent.port}/shop`);
    await silent.close();
    expect(judged['database.reachable']).toMatchObject({
      status: 'failed',
      actual: 'it takes the connection and stays silent',
    });
  });

  it('is asked once where it lets in and then is silent: the rest waits for no deadline of its own', async () => {
    const silent = await listen((socket) => socket.write(LET_IN));
    const startMs = performance.now();
    const url = `postgresql://u:p@127.0.0.1:${silent.port}/shop`;
    const { 'database.reachable': reachable, ...others } = await askDatabase(url, {
      database: `  deadline: 200ms\n${QUERY} }]\n  writes: [{ id: one, sql: "insert into orders values (1, 'x')" }]`,
    });
    expect(performance.now() - startMs).toBeLessThan(2 * (200 + 500));
    await silent.close();
    expect(reachable).toMatchObject({ status: 'failed', message: expect.stringMatching(/it did not answer in time/) });
    expect(Object.values(others)).toEqual(
      Object.values(others).map(() => expect.objectContaining({ status: 'inconclusive', reason: 'not-run' })),
    );
  });

  it.each([
    ['53300', 'failed', 'no connection left'],
    ['57P03', 'failed', 'takes no connections'],
    ['3D000', 'failed', 'no database of this name'],
    ['28P01', 'inconclusive', 'refuses the password'],
    ['28000', 'inconclusive', 'does not let the declared role in'],
    ['XX000', 'inconclusive', 'cannot be asked (XX000)'],
  ])('%s means %s', async (code, status, said) => {
    const server = await listen((socket) => socket.end(errorResponse(code)));
    const judged = await askDatabase(`postgresql://u:p@127.0.0.1:${server.port}/shop`);
    await server.close();
    expect(judged['database.reachable']?.status).toBe(status);
    expect(messageOf(judged['database.reachable'])).toContain(said);
  });

  it('never shows its URL or password', async () => {
    const judged = await askDatabase('postgresql://shop:correct-horse@127.0.0.1:9/shop');
    expect(JSON.stringify(judged)).not.toMatch(/correct-horse|127\.0\.0\.1/);
  });
});

async function listen(answer: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has no port.');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, close };
}

/** PostgreSQL's messages AuthenticationOk and ReadyForQuery (protocol 3.0, §55.7). */
const LET_IN = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** PostgreSQL's message ErrorResponse (protocol 3.0, §55.7). */
function errorResponse(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mrefused\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

describe('time', () => {
  it.each([
    ['one slow answer is not the database', [400, 3, 500], 3],
    ['five are', [400, 200, 500, 300, 600], 200],
    ['a fast one is asked once', [3, 400, 400], 3],
  ])('is that of the fastest of five: %s', async (_, times, fastest) => {
    const left = [...times];
    const session = { sample: async () => ({ rows: [], tookMs: left.shift() ?? 0 }) };
    const patience = { tries: 5, deadline: 5000 };
    expect((await sampleFastest(session, 'select 1', 1, 100, patience)).tookMs).toBe(fastest);
    expect(left).toHaveLength(times[0] === 3 ? 2 : times[1] === 3 ? 1 : 0);
  });

  it('is not asked again where that would take longer than one statement may', async () => {
    const left = [3000, 100];
    const session = { sample: async () => ({ rows: [], tookMs: left.shift() ?? 0 }) };
    const { tookMs } = await sampleFastest(session, 'select 1', 1, 100, { tries: 5, deadline: 5000 });
    expect([tookMs, left]).toEqual([3000, [100]]);
  });
});
