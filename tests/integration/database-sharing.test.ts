import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningDatabase } from '../../reference-system/database/start-database.ts';
import { startTestDatabase } from './support/test-database.ts';

let database: RunningDatabase;
let pools: pg.Pool[];
beforeAll(async () => {
  database = await startTestDatabase();
  // without the backend's deadlines: on a busy machine it is not them that this is about
  pools = [1, 2, 3].map(() => new pg.Pool({ connectionString: database.url, max: 8 }));
  await pools[0]?.query('create table numbers (id int primary key, word text)');
  await pools[0]?.query("insert into numbers select n, 'word ' || n from generate_series(1, 100) as n");
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.stop();
});

const pool = (index: number): pg.Pool => {
  const found = pools[index % pools.length];
  if (found === undefined) throw new Error('There are no pools.');
  return found;
};

test('statements of twenty-four connections never mix, also beside failing ones', async () => {
  const work = async (worker: number): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) {
      const id = 1 + ((worker * 7 + turn) % 100);
      if (turn % 10 === 9)
        await expect(pool(worker).query('select $1::int / 0', [id])).rejects.toThrow('division by zero');
      const text =
        turn % 2 === 0
          ? 'select word from numbers where id = $1'
          : 'select word, $2::text as tag from numbers where id = $1';
      const values = turn % 2 === 0 ? [id] : [id, `worker ${worker}`];
      const { rows } = await pool(worker).query(text, values);
      expect(rows).toEqual([{ word: `word ${id}`, ...(turn % 2 === 0 ? {} : { tag: `worker ${worker}` }) }]);
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, worker) => work(worker)));
});

test('a statement that arrives in several chunks is not cut by those of others', async () => {
  // Far over the size of one read from a socket, so its Parse is there well before the end of its Bind.
  const large = 'x'.repeat(300_000);
  const work = async (worker: number): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) {
      const tag = (worker + turn) % 3 === 0 ? large : 'small';
      if (turn % 10 === 9) await expect(pool(worker).query('select $1::int / 0', [turn])).rejects.toThrow('zero');
      const { rows } = await pool(worker).query('select length($2::text) as size, $1::int as worker', [worker, tag]);
      expect(rows).toEqual([{ size: tag.length, worker }]);
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, worker) => work(worker)));
});

test('an open transaction is not joined by other connections', async () => {
  const owner = await pool(0).connect();
  await owner.query('begin');
  await owner.query("insert into numbers values (1000, 'draft')");
  const seen = pool(1).query('select count(*)::int as count from numbers where id = 1000');
  await owner.query('rollback');
  owner.release();
  expect((await seen).rows).toEqual([{ count: 0 }]);
});

test('a client that dies in a transaction takes only its own work with it', async () => {
  const owner = await pool(0).connect();
  owner.on('error', () => undefined);
  await owner.query('begin');
  await owner.query("insert into numbers values (1001, 'draft')");
  const { stream } = (owner as unknown as { connection: { stream: import('node:net').Socket } }).connection;
  stream.destroy();
  expect((await pool(1).query('select count(*)::int as count from numbers where id = 1001')).rows).toEqual([
    { count: 0 },
  ]);
  owner.release(true);
});
