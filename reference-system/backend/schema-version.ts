import type { Database } from './database.ts';

/** The highest applied migration, asked anew on every call; 0 when none was applied. */
export async function readSchemaVersion(database: Database): Promise<number> {
  const [row] = await database.query<{ version: number }>(
    'schema_version',
    'select coalesce(max(version), 0)::int as version from schema_migrations',
  );
  return row?.version ?? 0;
}
