/** A connection to the server of the history: every wait has an end. */
import type { Client } from 'pg';
import { InputError } from '../../errors.ts';
import { parseAddress } from '../server-address.ts';

/** A server that takes longer to say hello does not serve. */
const CONNECT_MS = 30_000;
/** Beyond the wait for a lock, a statement has this long; a connection that went silent is given up a second later. */
const WORK_MS = 30_000;

/** `busyMs` = how long to wait for other writers. Throws InputError where "pg" is not installed, else the driver's errors. */
export async function connect(address: string, busyMs: number): Promise<Client> {
  parseAddress(address);
  const driver = await import('pg').catch(() => undefined);
  if (driver === undefined) {
    const what = 'GATE10_LEDGER names a PostgreSQL server, and the package "pg" is not installed here';
    throw new InputError([{ code: 'not-installed', what, fix: 'Run: npm install --save-dev pg' }]);
  }
  const client = new driver.default.Client({
    connectionString: address,
    application_name: 'gate10',
    connectionTimeoutMillis: Math.min(busyMs, CONNECT_MS),
    lock_timeout: busyMs,
    statement_timeout: busyMs + WORK_MS,
    query_timeout: busyMs + WORK_MS + 1000,
    idle_in_transaction_session_timeout: 2 * WORK_MS,
    keepAlive: true,
  });
  // A connection that breaks between two queries is told by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(ACKNOWLEDGED_IS_WRITTEN);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** A commit that returns is on the server's disk (postgresql.org, synchronous_commit); a stricter setting stays. */
const ACKNOWLEDGED_IS_WRITTEN = `SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
