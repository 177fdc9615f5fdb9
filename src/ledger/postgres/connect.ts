/** A connection to the server of the history: every wait has an end. */
import type { Client } from 'pg';
import { InputError } from '../../errors.ts';
import { parseAddress } from '../server-address.ts';

/** A server that takes longer to say hello does not serve. */
const CONNECT_MS = 30_000;
/** Beyond the wait for a lock, a statement has this long, and less for who is in a hurry; silence is given up a second later. */
const WORK_MS = 30_000;
const HURRY = 5;
/** How long a goodbye may take. */
const CLOSE_MS = 2000;

/** `busyMs` = how long to wait for other writers. Throws InputError where "pg" is not installed, else the driver's errors. */
export async function connect(address: string, busyMs: number): Promise<Client> {
  parseAddress(address);
  const driver = await import('pg').catch(() => undefined);
  if (driver === undefined) {
    const what = 'GATE10_LEDGER names a PostgreSQL server, and the package "pg" is not installed here';
    throw new InputError([{ code: 'not-installed', what, fix: 'Run: npm install --save-dev pg' }]);
  }
  const statementMs = busyMs + Math.min(WORK_MS, HURRY * busyMs);
  const client = new driver.default.Client({
    connectionString: address,
    application_name: 'gate10',
    connectionTimeoutMillis: Math.min(busyMs, CONNECT_MS),
    lock_timeout: busyMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + 1000,
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
    await disconnect(client);
    throw error;
  }
}

/** Never throws: what counts was acknowledged or not. A server that went silent does not answer a goodbye either. */
export async function disconnect(client: Client): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const timer = setTimeout(() => stream.destroy(), CLOSE_MS);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** A commit that returns is on the server's disk (postgresql.org, synchronous_commit); a stricter setting stays. */
const ACKNOWLEDGED_IS_WRITTEN = `SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
