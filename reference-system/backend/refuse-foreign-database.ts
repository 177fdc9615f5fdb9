import type pg from 'pg';

/**
 * `DATABASE_URL` is a name that many projects use: a database that holds somebody else's tables is never migrated.
 * Throws unless the schema is empty or its `schema_migrations` begins with `firstMigration`.
 */
export async function refuseForeignDatabase(client: pg.PoolClient, firstMigration: string | undefined): Promise<void> {
  const found = await client.query<{ table_name: string }>(
    'select table_name from information_schema.tables where table_schema = current_schema()',
  );
  const tables = found.rows.map((row) => row.table_name);
  if (tables.length === 0) return;
  if (tables.includes('schema_migrations') && (await isOurs(client, firstMigration))) return;
  throw new Error(
    `Failed to migrate the database that DATABASE_URL names: it holds ${tables.length} tables of something else. ` +
      'Point DATABASE_URL to an empty database, or unset it to use the embedded one.',
  );
}

/** As JSON, so that a table of the same name with other columns is an answer, not an error. */
async function isOurs(client: pg.PoolClient, firstMigration: string | undefined): Promise<boolean> {
  const rows = await client.query<{ version: string | null; name: string | null }>(
    `select to_jsonb(m) ->> 'version' as version, to_jsonb(m) ->> 'name' as name from schema_migrations m`,
  );
  const first = rows.rows.find(({ version }) => version === '1');
  return rows.rows.length === 0 || first?.name === firstMigration;
}
