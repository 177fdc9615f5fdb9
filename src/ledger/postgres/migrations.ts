/** The ordered migrations of a history on PostgreSQL. `gate10_schema` holds how many of them a database has. */
import type { Client } from 'pg';
import { InputError } from '../../errors.ts';
import { inTransaction } from './transaction.ts';

/**
 * What a row is found by stands in columns of its own: PostgreSQL reads no JSON text that holds an escaped NUL. `verify`
 * compares them with the event. Statement triggers refuse whatever would change a row, for its owner too.
 */
const CREATE_EVENTS = `
CREATE TABLE gate10_events (
  seq bigint PRIMARY KEY CHECK (seq > 0), at text NOT NULL, key text NOT NULL UNIQUE,
  event text NOT NULL, prev text NOT NULL, hash text NOT NULL,
  type text COLLATE "C" NOT NULL, system text COLLATE "C", environment text COLLATE "C" NOT NULL,
  kind text COLLATE "C", outcome text COLLATE "C", minute text COLLATE "C" NOT NULL,
  month text COLLATE "C" GENERATED ALWAYS AS (substr(minute, 1, 7)) STORED
);
CREATE INDEX gate10_events_found ON gate10_events (type, month, system, environment, outcome, kind, minute);
CREATE FUNCTION gate10_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the history is append-only' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER gate10_events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON gate10_events
  FOR EACH STATEMENT EXECUTE FUNCTION gate10_refuse_change();
`;

const MIGRATIONS: readonly string[] = [CREATE_EVENTS];

/** The bytes "gate": the advisory locks of gate10 begin with it. */
export const LOCK_CLASS = 0x67_61_74_65;

/** How many migrations the database has; undefined where there is no history. */
export async function schemaVersion(client: Client): Promise<number | undefined> {
  const { rows } = await client.query("SELECT to_regclass('gate10_schema') IS NOT NULL AS found");
  if (rows[0]?.found !== true) return undefined;
  return readVersion(client);
}

async function readVersion(client: Client): Promise<number> {
  const { rows } = await client.query('SELECT max(version) AS version FROM gate10_schema');
  return Number(rows[0]?.version ?? 0);
}

/**
 * Brings a database to the newest schema: each missing migration in order, all of them in one transaction.
 * Throws InputError for one of a newer gate10.
 */
export async function migrate(client: Client, name: string, migrations: readonly string[] = MIGRATIONS): Promise<void> {
  if (isCurrent(await schemaVersion(client), name, migrations)) return;
  await inTransaction(client, async () => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_CLASS]);
    // Another process may have been quicker: what counts is the version under the lock. The table is asked, not its name:
    // within a transaction a name that was not found before may stay unknown to this session.
    await client.query('CREATE TABLE IF NOT EXISTS gate10_schema (version integer PRIMARY KEY)');
    const version = await readVersion(client);
    if (isCurrent(version, name, migrations)) return;
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      await client.query(migration);
      await client.query('INSERT INTO gate10_schema VALUES ($1)', [index + 1]);
    }
  });
}

function isCurrent(version: number | undefined, name: string, migrations: readonly string[]): boolean {
  if (version === undefined || version <= migrations.length) return version === migrations.length;
  throw new InputError([
    {
      code: 'newer-schema',
      file: name,
      what: `was written by a newer gate10 (schema ${version}, this one knows ${migrations.length})`,
      fix: 'update gate10, or point GATE10_LEDGER at another database',
    },
  ]);
}
