import type pg from 'pg';

/** Takes every connection of a pool (true), or gives them back (false). */
export function createPoolHold(pool: pg.Pool): (held: boolean) => Promise<void> {
  let clients: pg.PoolClient[] = [];
  return async (held) => {
    if (!held) {
      for (const client of clients) client.release();
      clients = [];
    } else if (clients.length === 0) {
      const taken = await Promise.allSettled(Array.from({ length: pool.options.max }, () => pool.connect()));
      clients = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    }
  };
}
